"""How long the value page's numbers take after a change, for 1,000 items: `python -m benchmarks.value_page`.

Two changes: a haircut, which replays nothing, and one of the two unit costs, which moves every choice,
order and amount. Results are made up (`benchmarks/saved.py`), nine models; some days sold out and a third
of the items perishable, so that sold-out days have three answers and shelves have ages. Nothing is fitted.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.machine import description
from benchmarks.saved import made_up_dataset, made_up_results
from forecasting.services.compute import Results
from forecasting.services.dataset import Dataset
from forecasting.services.deciding import decided
from forecasting.services.evaluate import Measured, measure_accuracy
from forecasting.services.finance import answers
from forecasting.services.findings import Decisions, Findings
from forecasting.services.replayed import Prepared, prepared
from forecasting.services.stairs import Worth, under_of, worth_of
from forecasting.services.value_tiles import value_tiles, worth_lines
from forecasting.services.work_out import work_out
from forecasting.services.worth import effects_table, item_gains, staircase_table, value_sentences
from forecasting.settings import Settings, usual_settings
from forecasting.value.business_case import CaseTerms
from forecasting.value.cost_lines import CostLine
from forecasting.value.sensitivity import GainsUnder

RESULTS = Path(__file__).parent / "results" / "value_page.json"
LINES = (CostLine("Build", one_off=20_000.0), CostLine("Upkeep", yearly=4_000.0))
REPEATS, FOLDS = 7, 7  # seven origins of four weeks: a year may be spoken of, and a range given
SOLD_OUT = 0.02  # share of days


@dataclass(frozen=True)
class Project:
    """A finished project and what a page keeps of it between two changes."""

    dataset: Dataset
    settings: Settings
    results: Results
    measured: Measured
    known: Prepared

    def found(self, understock: float) -> Findings:
        """Return the findings when one unit short costs so much."""
        costs = replace(self.settings.costs, understock=understock)
        settings = replace(self.settings, costs=costs)
        found = work_out(self.dataset, settings, self.results, measured=self.measured)
        return decided(found, Decisions(cost_lines=LINES))


def project(items: int) -> Project:
    """Return a project of so many items with complete, made-up results."""
    made = made_up_dataset(items)
    generator = np.random.default_rng(0)
    sold_out = generator.random(len(made.sales)) < SOLD_OUT
    perishable = np.arange(items) % 3 == 0
    table = made.items.assign(
        shelf_life=np.where(perishable, 5.0, np.nan),
        leftover=np.where(perishable, "perishable", "carry_over"),
    ).drop(columns="unit_cost")
    dataset = replace(made, sales=made.sales.assign(stockout=sold_out), items=table)
    settings = usual_settings("D", folds=FOLDS)
    results = made_up_results(dataset, settings)
    measured = measure_accuracy(results, dataset, settings)
    return Project(dataset, settings, results, measured, prepared(dataset, settings, results))


def shown(found: Findings, worth: Worth, under: GainsUnder | None) -> None:
    """Work out every number that the value page and the finance page show."""
    value_tiles(found, worth)
    staircase_table(worth)
    value_sentences(found, worth)
    item_gains(worth)
    worth_lines(found, worth)
    effects_table(worth, under, found.decisions)
    answers(found, worth, under)


def timed(work: Callable[[int], object]) -> dict[str, float]:
    """Return the median seconds, of the wall and of the processor, over some repeats after a first."""
    work(0)
    wall, cpu = [], []
    for turn in range(1, REPEATS + 1):
        started, spent = time.perf_counter(), time.process_time()
        work(turn)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
    return {"wall": round(statistics.median(wall), 3), "cpu": round(statistics.median(cpu), 3)}


def measured(items: int) -> dict[str, object]:
    """Return the seconds of both changes, and of the parts of the dearer one."""
    opened = project(items)
    found = opened.found(4.0)
    worth = worth_of(found, opened.known)
    under = under_of(worth)

    def haircut(turn: int) -> None:
        terms = CaseTerms(adoption=0.5 + turn / 100)
        shown(decided(found, replace(found.decisions, terms=terms)), worth, under)

    def cost(turn: int) -> None:
        changed = opened.found(4.0 + turn / 10)
        again = worth_of(changed, opened.known)
        shown(changed, again, under_of(again))

    return {
        "items": items,
        "models": len(opened.results.models),
        "origins": FOLDS,
        "changed_haircut": timed(haircut),
        "changed_cost": timed(cost),
        "of_it_choice_and_orders": timed(lambda turn: opened.found(5.0 + turn / 10)),
        "of_it_replay": timed(lambda _: worth_of(found, opened.known)),
        "of_it_one_input_at_a_time": timed(lambda _: under_of(worth)),
    }


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=1_000)
    asked = parser.parse_args()
    record = {"machine": description(), **measured(asked.items)}
    print(json.dumps(record, indent=1))
    if asked.items == parser.get_default("items"):
        RESULTS.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
