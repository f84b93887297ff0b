"""The automatic choice of a model per series: by money, on earlier origins than those that score it."""

from collections.abc import Sequence
from functools import cache, partial

import numpy as np
import pandas as pd
from scipy.special import stdtr

from forecasting.evaluation.ensemble import ENSEMBLE
from forecasting.evaluation.loss_grid import Losses, LossGrid, sums_of
from forecasting.evaluation.scores import BASELINE, fallback

CHOSEN = "chosen"
UNJUDGED = "no earlier origin to judge by"  # the reason of a choice that rests on nothing: seasonal naive
# A model must beat seasonal naive with at most this chance of having been lucky (one-sided).
REFUSAL_P = 0.1
# From this many cycles on, a series' own record decides whether a model is refused for it.
OWN_CYCLES = 30
# From this many cycles of all series on models are tested. With fewer, a test refuses most of what is
# better too, and seasonal naive is left: 6 to 14 % dearer than the ensemble for shops of 3 to 12
# series, where refusing only what lost is 1 to 7 % (benchmarks/results/small_shops.md).
ENOUGH_CYCLES = 150
# Doubt that a series must overcome to leave the assortment's model, in standard deviations.
CAUTION = 1.0
# Sets apart what is taken as equal, far below any difference in money.
TIE = 1e-9
# From this many origins on they are tested as the cases they are. With fewer, such a test refuses
# whatever had one ordinary month: only series are compared then.
LEAST_ORIGINS = 5


def choose(losses: pd.DataFrame, series: Sequence[str], *, models: Sequence[str]) -> pd.DataFrame:
    """Return the model of least expected loss per series: unique_id, model, reason, refused, tried, cycles.

    Parameters
    ----------
    losses
        model, unique_id, cutoff, loss >= 0 (money, or units for an accuracy
        choice) of origins that were complete before the choice is made; rows
        with unknown loss (NaN) are skipped.
    series
        The series that need a model.
    models
        The candidates, simplest first: a tie goes to the simpler one.

    Notes
    -----
    A model that does not beat seasonal naive by a paired test is out; with fewer than
    `ENOUGH_CYCLES` cycles one that cost more. Among the others a series follows the whole
    assortment, and its own record as far as series have shown that they really differ (`_expected`).
    `refused` names the models that failed, `tried` counts the candidates: the
    best of many looks better than it is; `cycles` counts those of all series that it rests on.
    Without any origin the choice is seasonal naive.
    """
    grid = LossGrid.of(losses, series, models)
    answer = _chosen(grid.complete(), grid.places(series), models)
    return answer.assign(unique_id=grid.names[answer["unique_id"]])


def _chosen(table: Losses, series: np.ndarray, models: Sequence[str]) -> pd.DataFrame:
    wanted = np.sort(series)
    if not len(table.losses):
        return _answer(wanted, fallback(models), UNJUDGED, "", len(models))

    own, cycles = table.own
    place = np.searchsorted(own, wanted)
    known = np.isin(wanted, own)
    expected, pooled = _expected(table)
    # The ensemble although another cost less: `_assortments_model` was not sure of that one.
    hedged = bool(table.losses.sum(axis=0).min() < table.losses[:, int(pooled.argmin())].sum())
    told = np.where(known[:, None], expected[np.where(known, place, 0)], pooled)
    out = _refused(table, wanted)
    model = table.models[np.where(out, np.inf, told).argmin(axis=1)]
    seen = np.where(known, cycles[np.where(known, place, 0)], 0)
    tested = len(table.losses) >= ENOUGH_CYCLES
    say = cache(partial(_reason, tried=len(table.models), tested=tested, hedged=hedged))
    lines = zip(model.tolist(), seen.tolist(), out.sum(axis=1).tolist(), strict=True)
    reason = [say(name, count, failed) for name, count, failed in lines]
    kinds, kind = np.unique(out, axis=0, return_inverse=True)
    refused = np.array([", ".join(table.models[row]) for row in kinds], dtype=object)[kind.ravel()]
    return _answer(wanted, model, reason, refused, len(table.models), len(table.losses))


def _refused(table: Losses, wanted: np.ndarray) -> np.ndarray:
    """Return series x model, True where the series may not use the model.

    A model is out where it does not beat seasonal naive by a paired t-test over all series. Tested are
    the gains in money by series, and from `LEAST_ORIGINS` origins on also by origin, since series share
    their good and bad weeks. Seasonal naive itself is never refused; with fewer than `ENOUGH_CYCLES`
    cycles, or three cases, only what lost is refused. A series with `OWN_CYCLES` cycles is judged by
    itself, each gain as a share of its cycle: one disastrous month must neither decide nor drown it. It is
    tested where the assortment is, so that what is said of the choice holds for every series.
    """
    refused = np.zeros((len(wanted), len(table.models)), dtype=bool)
    naive = np.flatnonzero(table.models == BASELINE)
    if not len(naive):
        return refused
    others = np.flatnonzero(table.models != BASELINE)
    base, losses = table.losses[:, naive], table.losses[:, others]
    gain, size = base - losses, (base + losses) / 2
    by_series = sums_of(gain, table.series)
    by_origin = _shares(sums_of(gain, table.origin), sums_of(size, table.origin))
    enough = len(table.losses) >= ENOUGH_CYCLES
    for place, other in enumerate(others):
        shares = by_origin[:, place]
        samples = [by_series[:, place], *([shares] if len(shares) >= LEAST_ORIGINS else [])]
        known = [sample[~np.isnan(sample)] for sample in samples]
        refused[:, other] = not _wins(*known, tested=enough)
    own, cycles = table.own
    ends, shares = np.cumsum(cycles), _shares(gain, size)
    for number, end, count in zip(own, ends, cycles, strict=True):
        if count >= OWN_CYCLES:
            mine = shares[end - count : end]
            refused[np.ix_(wanted == number, others)] = [
                not _wins(column[~np.isnan(column)], tested=enough) for column in mine.T
            ]
    return refused


def _shares(gain: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return gains as shares of their sizes, −2 … 2; NaN where a case has no size."""
    return np.divide(gain, size, out=np.full(gain.shape, np.nan), where=size > 0)


def _wins(*samples: np.ndarray, tested: bool = True) -> bool:
    """Return whether the gains are above zero in every sample, beyond chance in those that can be tested."""
    if any(len(gains) and gains.mean() <= 0 for gains in samples) or not any(map(len, samples)):
        return False
    testable = [gains for gains in samples if tested and len(gains) > 2]
    return all(_chance(gains) <= REFUSAL_P for gains in testable)


def _chance(gains: np.ndarray) -> float:
    """Return the one-sided chance of such a mean gain if there were none (Student's t)."""
    error = gains.std(ddof=1) / len(gains) ** 0.5
    return float(stdtr(len(gains) - 1, -gains.mean() / error)) if error > 0 else 0.0


def choices_over_time(
    losses: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    models: Sequence[str],
) -> pd.DataFrame:
    """Return cutoff, unique_id, model, reason, refused, tried: the choice possible at each origin.

    `losses` carries `known_from`, the first date on which a loss was complete;
    an origin sees only losses with known_from <= cutoff. `candidates` lists the
    (cutoff, unique_id) pairs to choose for.
    """
    grid = LossGrid.of(losses, candidates["unique_id"].unique().tolist(), models)
    parts = []
    for cutoff, group in candidates.groupby("cutoff"):
        seen = grid.complete(grid.known_from <= pd.Timestamp(str(cutoff)).to_datetime64())
        parts.append(_chosen(seen, grid.places(group["unique_id"]), models).assign(cutoff=cutoff))
    columns = ["cutoff", "unique_id", "model", "reason", "refused", "tried"]
    answer = pd.concat(parts, ignore_index=True)[columns]
    return answer.assign(unique_id=grid.names[answer["unique_id"]])


def rows_of(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a forecast or cumulative frame that the choices picked, as model `chosen`."""
    keys = [c for c in ("cutoff", "unique_id", "model") if c in choices]
    return frame.merge(choices[keys], on=keys, how="inner").assign(model=CHOSEN)[frame.columns]


def _expected(table: Losses) -> tuple[np.ndarray, np.ndarray]:
    """Return series x model: expected loss relative to the cheapest model of the assortment, and its own.

    Losses count in units of each series' mean loss (1 where it has none).

    An empirical Bayes estimate (Efron & Morris 1975): the assortment's mean difference,
    in money, and a series' own deviation from it times τ²/(τ² + s²/n). s² is the variance
    of one cycle within a series, τ² what the series differ by beyond s²; with few noisy
    cycles τ² is about zero and everyone follows the assortment. To leave the assortment's
    model costs `CAUTION` standard deviations of what is not known: the best of many flatters itself.
    """
    _, cycles = table.own
    row = np.repeat(np.arange(len(cycles)), cycles)  # (rows,) place of the row's series
    size = sums_of(table.losses.mean(axis=1, keepdims=True), row)[:, 0] / cycles
    divisor = size[row][:, None]
    known = np.broadcast_to(divisor > 0, table.losses.shape)
    relative = np.divide(table.losses, divisor, out=np.ones(table.losses.shape), where=known)
    own = sums_of(relative, row) / cycles[:, None]
    pooled = (own * size[:, None]).sum(axis=0) / size.sum() if size.sum() > 0 else own.mean(axis=0)
    best = _assortments_model(table, pooled)
    difference = relative - relative[:, [best]]
    mean = sums_of(difference, row) / cycles[:, None]
    trust, doubt = _trust(difference - mean[row], mean, cycles)
    prior = pooled - pooled[best]
    # Cheaper, but not surely: no better than the ensemble, in order among themselves where it is refused.
    prior = np.where(prior < 0, TIE * (1 + pooled - pooled.min()), prior)
    return trust * mean + (1 - trust) * prior + CAUTION * doubt, prior


def _assortments_model(table: Losses, pooled: np.ndarray) -> int:
    """Return the place of the model for the whole assortment: the ensemble, or one that is surely cheaper.

    The cheapest of many flatters itself, and origins share their good and bad weeks: a model takes the
    ensemble's place when it was cheaper by more than `CAUTION` standard errors of the mean origin.
    """
    best, hedge = int(pooled.argmin()), np.flatnonzero(table.models == ENSEMBLE)
    if not len(hedge) or best == hedge[0]:
        return best
    gain = sums_of(table.losses[:, hedge] - table.losses[:, [best]], table.origin)[:, 0]
    doubt = CAUTION * gain.std(ddof=1) / len(gain) ** 0.5 if len(gain) > 1 else np.inf
    return best if gain.mean() > doubt else int(hedge[0])


def _trust(scatter: np.ndarray, mean: np.ndarray, cycles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each series' mean difference is to be believed, 0 … 1, and the doubt that remains.

    `scatter` (rows, M) are the differences of single cycles from their series' mean.
    """
    nothing, n = np.zeros(mean.shape), cycles[:, None]
    degrees = (n - 1).sum()
    if len(mean) == 1:
        return nothing + 1.0, nothing
    if degrees == 0:
        return nothing, nothing
    within = (scatter**2).sum(axis=0) / degrees  # s², (M,)
    between = np.maximum(mean.var(axis=0, ddof=1) - within * (1 / n).mean(), 0.0)  # τ²
    total = between + within / n
    trust = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    return trust, np.sqrt(between * (1 - trust))


def _reason(model: str, cycles: int, failed: int, *, tried: int, tested: bool, hedged: bool) -> str:
    if tried == 1:
        return "the only model there was to choose from"
    beaten = "do not beat seasonal naive" if tested else "cost no less than seasonal naive"
    doubt = f"; {failed} of {tried} models {beaten}" if failed else ""
    if model == BASELINE and failed == tried - 1:
        origins = _over(max(cycles, 1))
        how = "beats seasonal naive by a paired test" if tested else "cost less than seasonal naive"
        return f"no model {how} {origins}"
    if not cycles:
        return f"borrowed from the other series: no origin of its own yet{doubt}"
    if hedged and model == ENSEMBLE:
        return f"no single model is surely cheaper than all together {_over(cycles)}{doubt}"
    return f"least expected cost {_over(cycles)}{doubt}"


def _over(cycles: int) -> str:
    return f"over {cycles} earlier origin{'' if cycles == 1 else 's'}"


def _answer(
    wanted: np.ndarray, model: object, reason: object, refused: object, tried: int, cycles: int = 0
) -> pd.DataFrame:
    columns = {"unique_id": wanted, "model": model, "reason": reason, "refused": refused}
    frame = pd.DataFrame(columns, index=range(len(wanted)))
    return frame.assign(tried=tried, cycles=cycles).astype({"model": object})
