"""Parts of the data health page: findings, and repairs with a switch and a picture each."""

from typing import Any

import pandas as pd
import streamlit as st

from forecasting.errors import ForecastingError
from forecasting.history.health.findings import overall
from forecasting.history.health.repairs import RULES, Change, Repair
from forecasting.report.charts import repair_chart
from forecasting.report.columns import Column
from forecasting.report.tables import csv_bytes
from forecasting.services.dataset import Dataset
from forecasting.services.health import Checked, before_and_after, check_health, worst_series
from ui.drill import row_link, selectable_table
from ui.feedback import show_chart, show_table, theme
from ui.past import laid_out_once
from ui.sentences import show_refusal
from ui.workspace import Workspace

FINDING_WORDS = {
    # Name and money first: beside the sentence of a check a phone shows nothing else.
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "money": Column("Money", "Units at their margin, or at their price where no cost is known.", "money"),
    "what": Column("What", "What the check found.", "text"),
    "units": Column("Units", "Units lost, or apart from what is usual.", "units"),
    "start": Column("From", "First day the check marked.", "date"),
    "end": Column("To", "Last day the check marked.", "date"),
}
OVERALL_WORDS = {
    "what": Column("All series together", "What the checks found.", "text"),
    "series": Column("Series", "How many series it concerns.", "count"),
    "money": FINDING_WORDS["money"],
    "units": FINDING_WORDS["units"],
}
LOST_WORDS = {
    "unique_id": Column("Series", "The item and place this line is about.", "text"),
    "periods": Column("Days without stock", "Periods flagged.", "count"),
    "sold": Column("Sold on them", "Units sold on these days.", "units"),
    "lost": Column("Lost", "Demand beyond what was sold, estimated (censored demand).", "units"),
    "low": Column(
        "At least", "Lower end of the 80 % range of this series' sum; of one day it is wider.", "units"
    ),
    "high": Column(
        "At most", "Upper end of the 80 % range of this series' sum; of one day it is wider.", "units"
    ),
}
SHOWN = 8  # series offered for the picture


def checked(workspace: Workspace, dataset: Dataset) -> Checked:
    """Return the checks of the history as it came, worked out once per history."""
    lines = workspace.import_report.get("odd_lines", [])
    return _checked(workspace.key_of_history(dataset), dataset, lines)


@st.cache_resource(max_entries=16, show_spinner="Checking the data")
def _checked(key: str, _dataset: Dataset, _odd_lines: list[dict[str, Any]]) -> Checked:
    return check_health(_dataset, _odd_lines, laid_out_once(key, _dataset))


def show_findings(found: Checked, currency: str) -> None:
    """Show all findings worst first, with a download, and lost sales per series."""
    findings = found.health.findings
    if findings.empty:
        st.success("No check found anything; the models see the history as it came.")
        return
    show_table(overall(findings), OVERALL_WORDS, currency, key="overall", columns=list(OVERALL_WORDS))
    st.markdown("**Series by series, worst first**")
    selectable_table(findings, FINDING_WORDS, currency, key="findings", columns=list(FINDING_WORDS))
    row_link(findings, key="findings")
    st.download_button(
        "Findings as CSV", csv_bytes(findings), "findings.csv", "text/csv",
        on_click="ignore", type="tertiary", icon=":material/download:",
    )  # fmt: skip
    if len(found.health.lost):
        with st.expander("Lost for want of stock, per series"):
            lost = found.health.lost.sort_values("lost", ascending=False, ignore_index=True)
            show_table(lost, LOST_WORDS, currency, key="lost_sales", columns=list(LOST_WORDS))


def repair_switches(workspace: Workspace, raw: Dataset, found: Checked) -> None:
    """Show a switch per repair; what is chosen is applied together, for the models run again."""
    if not found.changes:
        return
    st.subheader("Repairs")
    st.caption(
        "Nothing is repaired unasked, and zeros are demand. Days without stock are unknown demand: models "
        "leave them out. A repair is a rule, kept with the project and named in every report. Returned goods "
        "and repeated lines follow the rule chosen where the file is read, on the Data page."
    )
    chosen = [change.repair for change in found.changes if _switch(workspace, raw, found, change)]
    kept = [r for r in workspace.repairs if r not in [c.repair for c in found.changes]]
    if set(chosen) | set(kept) == set(workspace.repairs):
        return
    if st.button("Apply and run the models again", type="primary", key="apply_repairs"):
        try:
            workspace.use_repairs((*kept, *chosen))
            st.rerun()
        except ForecastingError as error:
            show_refusal(error)


def _switch(workspace: Workspace, raw: Dataset, found: Checked, change: Change) -> bool:
    rule = change.repair.rule
    with st.container(border=True):
        on = st.toggle(RULES[rule], change.repair in workspace.repairs, key=f"repair_{rule}")
        st.caption(change.counted())
        with st.expander("Before and after", on_change="rerun", key=f"picture_{rule}") as picture:
            if picture.open:
                _picture(raw, found, change.repair)
    return on


def _picture(raw: Dataset, found: Checked, repair: Repair) -> None:
    series = worst_series(found, repair)[:SHOWN]
    if not series:
        return
    name = st.selectbox("Series", series, key=f"series_{repair.rule}")
    frame: pd.DataFrame = _pictured(f"{raw.sha256} {repair.rule} {name}", raw, repair, name)
    show_chart(repair_chart(frame, theme()), key=f"chart_{repair.rule}")


@st.cache_resource(max_entries=64, show_spinner=False)
def _pictured(key: str, _raw: Dataset, _repair: Repair, _name: str) -> pd.DataFrame:
    del key
    return before_and_after(_raw, _repair, _name)
