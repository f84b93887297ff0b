"""The automatic choice of a model per series: by money, on earlier origins than those that score it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from forecasting.evaluation.scores import BASELINE

CHOSEN = "chosen"
# A model must beat seasonal naive with at most this chance of having been lucky (one-sided).
REFUSAL_P = 0.1
# From this many cycles on, a series' own record decides whether a model is refused for it.
OWN_CYCLES = 30
# Doubt that a series must overcome to leave the assortment's model, in standard deviations.
CAUTION = 1.0
# From this many origins on they are tested as the cases they are. With fewer, such a test refuses
# whatever had one ordinary month: only series are compared then.
LEAST_ORIGINS = 5


def choose(losses: pd.DataFrame, series: Sequence[str], *, models: Sequence[str]) -> pd.DataFrame:
    """Return the model of least expected loss per series: unique_id, model, reason, refused, tried.

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
    A model that does not beat seasonal naive by a paired test (`refusals`) is
    out. Among the others a series follows the whole assortment, and its own
    record as far as series have shown that they really differ (`_expected`).
    `refused` names the models that failed, `tried` counts the candidates: the
    best of many looks better than it is. Without any origin the choice is seasonal naive.
    """
    numbered, names = _numbered(losses, series)
    answer = _chosen(_wide(numbered, "loss", models), names.get_indexer(pd.Index(series)), models)
    return answer.assign(unique_id=names[answer["unique_id"]])


def _numbered(losses: pd.DataFrame, series: Sequence[str]) -> tuple[pd.DataFrame, pd.Index]:
    """Return the losses with numbers for series, in their order, and the names: quicker to group by."""
    names = pd.Index(sorted({*losses["unique_id"].unique(), *series}))
    return losses.assign(unique_id=names.get_indexer(pd.Index(losses["unique_id"]))), names


def _chosen(wide: pd.DataFrame, series: np.ndarray, models: Sequence[str]) -> pd.DataFrame:
    wanted = pd.Index(np.sort(series), name="unique_id")
    table = _complete(wide)
    if table.empty:
        nothing = "no earlier origin to judge by"
        fallback = BASELINE if BASELINE in models else models[0]
        return _answer(wanted, fallback, nothing, "", len(models))

    expected = _expected(*_relative(table)).reindex(wanted)
    borrowed = expected.isna().any(axis=1).to_numpy()
    expected[borrowed] = expected.attrs["pooled"]
    out = _refused(table, wanted)
    names = np.array(expected.columns, dtype=object)
    model = names[np.where(out, np.inf, expected.to_numpy(dtype=float)).argmin(axis=1)]
    cycles = table.groupby(level="unique_id").size().reindex(wanted).fillna(0).astype(int)
    told = zip(model, cycles, out.sum(axis=1), strict=True)
    reason = [_reason(str(name), int(seen), int(failed), len(names)) for name, seen, failed in told]
    return _answer(wanted, model, reason, [", ".join(names[row]) for row in out], len(names))


def _refused(table: pd.DataFrame, wanted: pd.Index) -> np.ndarray:
    """Return series x model, True where the series may not use the model."""
    own, everyone = own_refusals(table), refusals(table)
    refused = np.repeat(everyone.to_numpy(dtype=bool)[None], len(wanted), axis=0)
    place = own.index.get_indexer(wanted)
    refused[place >= 0] = own.to_numpy(dtype=bool)[place[place >= 0]]
    return refused


def refusals(table: pd.DataFrame) -> pd.Series:
    """Return model -> True where it does not beat seasonal naive by a paired t-test over all series.

    `table` holds losses per (unique_id, cutoff) and model. Tested are the gains in
    money by series, and from `LEAST_ORIGINS` origins on also by origin, since series
    share their good and bad weeks. Seasonal naive itself is never refused; a test
    needs three cases, with fewer only what lost is refused.
    """
    refused = dict.fromkeys(map(str, table.columns), False)
    if BASELINE not in table:
        return pd.Series(refused)
    gain, size = _gains(table)
    by_series = gain.groupby(level="unique_id").sum()
    by_origin = _shares(gain.groupby(level="cutoff").sum(), size.groupby(level="cutoff").sum())
    for name, shares in by_origin.items():
        samples = [by_series[name].to_numpy(), *([shares] if len(shares) >= LEAST_ORIGINS else [])]
        refused[name] = not _wins(*(sample[~np.isnan(sample)] for sample in samples))
    return pd.Series(refused)


def own_refusals(table: pd.DataFrame) -> pd.DataFrame:
    """Return series x model as `refusals`, for every series with `OWN_CYCLES` cycles by itself.

    Each gain is a share of its cycle: one disastrous month must neither decide nor drown the test.
    """
    cycles = table.groupby(level="unique_id").size()
    long = cycles.index[cycles >= OWN_CYCLES]
    answer = pd.DataFrame(False, index=long, columns=table.columns)
    if BASELINE not in table or long.empty:
        return answer
    shares = _shares(*_gains(table))
    for unique_id in long:
        own = table.index.get_level_values("unique_id") == unique_id
        for name, gains in shares.items():
            answer.loc[unique_id, name] = not _wins(gains[own][~np.isnan(gains[own])])
    return answer


def _gains(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what each model but seasonal naive saved in each case, and the size of the case."""
    others, naive = table.drop(columns=BASELINE), table[BASELINE]
    return others.rsub(naive, axis=0), others.add(naive, axis=0) / 2


def _shares(gain: pd.DataFrame, size: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return each model's gains as shares of their sizes, −2 … 2; NaN where a case has no size."""
    return {str(name): (gain[name] / size[name].where(size[name] > 0)).to_numpy() for name in gain}


def _wins(*samples: np.ndarray) -> bool:
    """Return whether the gains are above zero beyond chance in every sample that can be tested."""
    if any(len(gains) and gains.mean() <= 0 for gains in samples) or not any(map(len, samples)):
        return False
    testable = [gains for gains in samples if len(gains) > 2]
    return all(_chance(gains) <= REFUSAL_P for gains in testable)


def _chance(gains: np.ndarray) -> float:
    """Return the one-sided chance of such a mean gain if there were none (Student's t)."""
    error = gains.std(ddof=1) / len(gains) ** 0.5
    return float(stats.t.sf(gains.mean() / error, len(gains) - 1)) if error > 0 else 0.0


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
    numbered, names = _numbered(losses, candidates["unique_id"].unique().tolist())
    loss, known = (_wide(numbered, column, models) for column in ("loss", "known_from"))
    parts = []
    for cutoff, group in candidates.groupby("cutoff"):
        series = names.get_indexer(pd.Index(group["unique_id"]))
        seen = known <= cutoff
        visible = loss.where(seen).loc[seen.any(axis=1)]
        visible = visible[visible.columns[seen.any(axis=0)]]
        parts.append(_chosen(visible, series, models).assign(cutoff=cutoff))
    columns = ["cutoff", "unique_id", "model", "reason", "refused", "tried"]
    answer = pd.concat(parts, ignore_index=True)[columns]
    return answer.assign(unique_id=names[answer["unique_id"]])


def rows_of(frame: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a forecast or cumulative frame that the choices picked, as model `chosen`."""
    keys = [c for c in ("cutoff", "unique_id", "model") if c in choices]
    return frame.merge(choices[keys], on=keys, how="inner").assign(model=CHOSEN)[frame.columns]


def _wide(losses: pd.DataFrame, column: str, models: Sequence[str]) -> pd.DataFrame:
    """Return (unique_id, cutoff) x model of one column, models in their order."""
    wide = losses[losses["model"].isin(models)].pivot(
        index=["unique_id", "cutoff"], columns="model", values=column
    )
    return wide[[m for m in models if m in wide]]


def _complete(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the losses of `_wide` without gaps.

    Origins at which a model has no loss at all are left out: models are compared on the same
    ones. A single loss that is missing counts as the middle one of its row: no evidence.
    """
    there = wide.notna().to_numpy()
    cutoff, cutoffs = pd.factorize(wide.index.get_level_values("cutoff"))
    everywhere = np.array([there[cutoff == place].any(axis=0).all() for place in range(len(cutoffs))], bool)
    kept = wide[there.any(axis=1) & everywhere[cutoff]]
    if not kept.isna().to_numpy().any():
        return kept
    middle = kept.median(axis=1)
    return kept.apply(lambda column: column.fillna(middle))


def _relative(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return losses in units of each series' mean loss (1 where it has none), and that size per series."""
    size = table.mean(axis=1).groupby(level="unique_id").mean()
    divisor = table.index.get_level_values("unique_id").map(size.to_dict()).to_numpy()
    losses, known = table.to_numpy(dtype=float), np.broadcast_to(divisor[:, None] > 0, table.shape)
    divided = np.divide(losses, divisor[:, None], out=np.ones(table.shape), where=known)
    return pd.DataFrame(divided, index=table.index, columns=table.columns), size


def _expected(relative: pd.DataFrame, size: pd.Series) -> pd.DataFrame:
    """Return series x model: expected loss relative to the cheapest model of the assortment.

    An empirical Bayes estimate (Efron & Morris 1975): the assortment's mean difference,
    in money, and a series' own deviation from it times τ²/(τ² + s²/n). s² is the variance
    of one cycle within a series, τ² what the series differ by beyond s²; with few noisy
    cycles τ² is about zero and everyone follows the assortment. To leave the assortment's
    model costs `CAUTION` standard deviations of what is not known: the best of many flatters itself.
    """
    own = relative.groupby(level="unique_id").mean()
    pooled = (own.mul(size, axis=0)).sum() / size.sum() if size.sum() > 0 else own.mean()
    best = str(pooled.idxmin())
    difference = relative.sub(relative[best], axis=0)
    mean = difference.groupby(level="unique_id").mean()
    trust, doubt = _trust(difference, mean)
    prior = pooled - pooled[best]
    expected = trust * mean + (1 - trust) * prior + CAUTION * doubt
    expected.attrs["pooled"] = prior.to_numpy()
    return expected


def _trust(difference: pd.DataFrame, mean: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how far each series' mean difference is to be believed, 0 … 1, and the doubt that remains."""
    n = difference.groupby(level="unique_id").size().to_numpy()[:, None]
    degrees = (n - 1).sum()
    if len(mean) == 1:
        return mean * 0.0 + 1.0, mean * 0.0
    if degrees == 0:
        return mean * 0.0, mean * 0.0
    scatter = (difference - mean.reindex(difference.index.get_level_values("unique_id")).to_numpy()) ** 2
    within = scatter.sum().to_numpy() / degrees  # s², (models,)
    between = np.maximum(mean.var(ddof=1).to_numpy() - within * (1 / n).mean(), 0.0)  # τ²
    total = between + within / n
    trust = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    doubt = np.sqrt(between * (1 - trust))
    return mean * 0.0 + trust, mean * 0.0 + doubt


def _reason(model: str, cycles: int, failed: int, tried: int) -> str:
    doubt = f"; {failed} of {tried} models do not beat seasonal naive" if failed else ""
    if model == BASELINE and failed == tried - 1:
        return f"no model beats seasonal naive by a paired test over {max(cycles, 1)} earlier origins"
    if not cycles:
        return f"borrowed from the other series: no origin of its own yet{doubt}"
    return f"least expected cost over {cycles} earlier origins{doubt}"


def _answer(wanted: pd.Index, model: object, reason: object, refused: object, tried: int) -> pd.DataFrame:
    columns = {"unique_id": wanted, "model": model, "reason": reason, "refused": refused}
    return pd.DataFrame(columns, index=range(len(wanted))).assign(tried=tried).astype({"model": object})
