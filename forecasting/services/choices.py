"""The choice of every series with all that it rests on, as one table."""

import pandas as pd

from forecasting.evaluation.calibration import OWN, OWN_CYCLES, POOLED
from forecasting.services.compute import Results
from forecasting.services.evaluate import Evaluation
from forecasting.services.plan import live_choice


def choice_table(results: Results, evaluation: Evaluation) -> pd.DataFrame:
    """Return one row per series to be ordered, sorted by unique_id.

    unique_id, model, reason; refused (models that did not pass against seasonal naive), tried (how many
    models there were to choose from) and cycles (past order cycles of all series behind the choice);
    accuracy_model (what accuracy alone would pick); calibrated_by (whose past cycles move its order level).
    """
    picked = live_choice(results, evaluation.live_choice)
    accurate = evaluation.accuracy_choice.set_index("unique_id")["model"]
    table = picked.assign(
        accuracy_model=picked["unique_id"].map(accurate),
        calibrated_by=picked["unique_id"].map(calibrated_by(results, picked)),
    )
    return table.sort_values("unique_id", ignore_index=True)


def calibrated_by(results: Results, picked: pd.DataFrame) -> pd.Series:
    """Return unique_id -> POOLED or OWN: whose cycles calibrate the sums of a series under its model.

    The rule is that of `calibration.learn`: its own where every step has `OWN_CYCLES` known outcomes.
    """
    ids = pd.Index(picked["unique_id"])
    said = results.cumulative
    if said["cutoff"].nunique() < OWN_CYCLES:
        return pd.Series(POOLED, index=ids)
    rows = said[["model", "unique_id", "h", "y"]].merge(picked[["model", "unique_id"]])
    record = rows.groupby(["unique_id", "h"])["y"].count().groupby(level=0).min()
    return record.reindex(ids, fill_value=0).ge(OWN_CYCLES).map({True: OWN, False: POOLED})
