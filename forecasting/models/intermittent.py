"""Slow movers: a rate of demand by Croston's family, and counts around it that keep sums honest."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.dates import period_kind
from forecasting.errors import SettingsError
from forecasting.models.base import Panel, series_generators
from forecasting.models.bootstrap import too_short
from forecasting.models.local import Local

Variant = Literal["best", "croston", "sba", "tsb"]
VARIANTS = ("croston", "sba", "tsb")
ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3)
# Sums over this many periods show how far the rate itself strays from what was expected.
SPAN = {"day": 14, "week": 4, "month": 3}
# What the rate's squared relative error is taken for until the series' own sums say otherwise,
# and how many spans of them that guess is worth.
PRIOR_VARIANCE, PRIOR_SPANS = 0.1, 4.0
# Beyond this the rate says nothing at all, and a path would be either empty or absurd.
MAX_VARIANCE = 2.0
# The weekday profile of a series is that of a steady week until it has sold many times this.
PROFILE_UNITS = 30.0


@dataclass(frozen=True)
class Law:
    """The distribution of demand ahead: rate × profile × a path's own luck, then over-dispersed counts."""

    rate: np.ndarray  # (n,) units a period
    profile: np.ndarray  # (n, H) factors, mean 1 over a week
    dispersion: np.ndarray  # (n,) variance / mean of one period given its rate, >= 1
    variance: np.ndarray  # (n,) of the factor a whole path shares


@dataclass(frozen=True)
class Intermittent(Local):
    """Croston, Syntetos–Boylan or Teunter–Syntetos–Babai rates with negative binomial demand.

    The variant and its alpha are those of least squared one-step error of the rate.
    A path first draws how wrong the rate is (gamma, mean 1, the same for all its periods),
    then a count for every period with variance `dispersion` × mean. Both spreads are fitted by
    moments to single periods and to sums over a span, so that sums over a lead time are
    as uncertain as past ones were. Units sold in fractions get gamma amounts instead.
    """

    label = "intermittent"

    variant: Variant = "best"

    def __post_init__(self) -> None:
        if self.variant not in ("best", *VARIANTS):
            raise SettingsError(f"The rate is best, croston, sba or tsb, got {self.variant!r}.")

    def unserved(self, panel: Panel) -> dict[str, str]:
        """Return why some series get their past sales drawn again instead, unique_id -> reason."""
        demands = np.count_nonzero(panel.y > 0, axis=1)
        once = dict.fromkeys(
            panel.unique_id[demands == 1], "one sale leaves no interval between sales to learn"
        )
        return once | too_short(panel)

    def futures(self, panel: Panel) -> np.ndarray:
        law = self._law(panel)
        whole = np.where(np.isnan(panel.y), 0.0, panel.y % 1.0).max(axis=1) == 0
        values = np.empty((len(panel.y), self.n_paths, panel.horizon), dtype=np.float32)
        for i, generator in enumerate(series_generators(self.seed, panel.unique_id)):
            values[i] = draw(law, i, self.n_paths, generator, whole=bool(whole[i]))
        return values

    def _law(self, panel: Panel) -> Law:
        kind = period_kind(self.frequency)
        variants = VARIANTS if self.variant == "best" else (self.variant,)
        rates = demand_rates(panel.y, np.array(ALPHAS), variants)  # (n, T, g)
        errors = panel.y[:, 1:, None] - rates[:, :-1]
        best = np.where(np.isnan(errors), 0.0, errors**2).sum(axis=1).argmin(axis=1)
        rate = np.take_along_axis(rates, best[:, None, None], axis=2)[..., 0]
        dispersion, variance = spreads(panel.y, rate, SPAN[kind])
        profile = weekday_profile(panel.y) if kind == "day" else np.ones((len(rate), 1))
        ahead = profile[:, np.arange(panel.horizon) % profile.shape[1]]
        return Law(rate[:, -1], ahead, dispersion, variance)


def demand_rates(y: np.ndarray, alphas: np.ndarray, variants: tuple[str, ...] = VARIANTS) -> np.ndarray:
    """Return the rate known after every period, (n, T, variants × alphas) units a period.

    Croston (1972): smoothed size over smoothed interval, both moved at demands only.
    Syntetos & Boylan (2005): that × (1 − α/2). Teunter, Syntetos & Babai (2011): smoothed size ×
    smoothed share of periods with demand, which falls while nothing sells. Unknown periods do not count.
    """
    n, periods = y.shape
    size, interval, share = (np.zeros((n, len(alphas))) for _ in range(3))
    since, started, seen = np.zeros((n, 1)), np.zeros((n, 1), dtype=bool), np.zeros((n, 1), dtype=bool)
    rates = np.empty((n, periods, len(variants) * len(alphas)))
    for t in range(periods):
        now = y[:, t, None]
        known, demand = ~np.isnan(now), now > 0
        since = since + known
        weight = np.where(started, alphas, 1.0)
        size = np.where(demand, size + weight * (now - size), size)
        interval = np.where(demand, interval + weight * (since - interval), interval)
        share = np.where(known, share + np.where(seen, alphas, 1.0) * (demand - share), share)
        since = np.where(demand, 0.0, since)
        started, seen = started | demand, seen | known
        steady = size / np.where(interval > 0, interval, 1.0)
        by_name = {"croston": steady, "sba": steady * (1 - alphas / 2), "tsb": size * share}
        rates[:, t] = np.concatenate([by_name[v] for v in variants], axis=1)
    return rates


def spreads(y: np.ndarray, rate: np.ndarray, span: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (dispersion of one period, variance of the rate's relative error), (n,) each.

    With y = rate × luck + noise, luck of variance v shared over a span of K periods and noise of variance
    φ × rate: Σ(y − r)² = φ Σr + v Σr² for single periods, and Σ(S − Kr)² = φ K Σr + v K² Σr² for sums.
    """
    ahead = (
        np.lib.stride_tricks.sliding_window_view(y[:, 1:], span, axis=1)
        if y.shape[1] > span
        else y[:, :0, None]
    )
    expected = rate[:, : ahead.shape[1]]
    counted = ~np.isnan(ahead).any(axis=2) & (expected > 0)
    expected = np.where(counted, expected, 0.0)
    miss = np.where(counted[..., None], ahead - expected[..., None], 0.0)
    single = (miss**2).mean(axis=2).sum(axis=1)
    summed = (miss.sum(axis=2) ** 2).sum(axis=1)
    first, second = expected.sum(axis=1), (expected**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = (summed - span * single) / (span * (span - 1) * second)
        own = np.where(second > 0, np.clip(own, 0.0, MAX_VARIANCE), PRIOR_VARIANCE)
        spans = counted.sum(axis=1) / span
        variance = (spans * own + PRIOR_SPANS * PRIOR_VARIANCE) / (spans + PRIOR_SPANS)
        dispersion = np.where(first > 0, (single - own * second) / first, 1.0)
    return np.maximum(dispersion, 1.0), variance


def weekday_profile(y: np.ndarray) -> np.ndarray:
    """Return each series' weekly pattern as factors of mean 1, (n, 7), position 0 the first day ahead.

    Held to the pattern all series share as far as its own sales are few.
    """
    known = ~np.isnan(y)
    place = np.arange(-y.shape[1], 0) % 7
    sold = np.stack([np.where(known, y, 0.0)[:, place == d].sum(axis=1) for d in range(7)], axis=1)
    days = np.stack([known[:, place == d].sum(axis=1) for d in range(7)], axis=1)
    mean = sold.sum(axis=1, keepdims=True) / np.maximum(days.sum(axis=1, keepdims=True), 1)
    profile = (sold + PROFILE_UNITS) / (mean * days + PROFILE_UNITS)
    return profile / profile.mean(axis=1, keepdims=True)


def draw(law: Law, i: int, n_paths: int, generator: np.random.Generator, *, whole: bool) -> np.ndarray:
    """Return futures of series i, (n_paths, H) units: whole ones, or amounts."""
    if law.rate[i] <= 0:
        return np.zeros((n_paths, law.profile.shape[1]))
    shape = 1.0 / law.variance[i]
    luck = generator.gamma(shape, 1.0 / shape, (n_paths, 1))
    mean = law.rate[i] * law.profile[i] * luck  # (n_paths, H)
    if not whole:
        return generator.gamma(mean / law.dispersion[i], law.dispersion[i])
    extra = law.dispersion[i] - 1.0
    return generator.poisson(generator.gamma(mean / extra, extra) if extra > 1e-3 else mean).astype(float)
