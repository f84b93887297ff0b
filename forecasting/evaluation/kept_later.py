"""Whether calibration mended a model: one level before and after, on origins later than what moved it."""

import pandas as pd

from forecasting.schema import quantile_column

PROMISED = 0.9  # the quantile level that is told; orders live near it


def kept_later(
    before: pd.DataFrame, after: pd.DataFrame, scored: tuple[pd.Timestamp, ...]
) -> dict[int, tuple[float, float]]:
    """Return by h how often a sum stayed at or below its 0.9 quantile, before and after calibration.

    `before` and `after` are one model's cumulative frames. Every origin was calibrated by outcomes
    known at it, so both shares are of later ones. Steps without a known outcome are absent.
    """
    shares = []
    for frame in (before, after):
        rows = frame[frame["cutoff"].isin(scored) & frame["y"].notna()]
        kept = rows["y"] <= rows[quantile_column(PROMISED)]
        shares.append(kept.groupby(rows["h"]).mean().to_dict())
    return {int(str(h)): (float(share), float(shares[1][h])) for h, share in shares[0].items()}
