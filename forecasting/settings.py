"""A project's answers to every question the forecast and the order need, with defaults per frequency."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from forecasting.dates import days_per_period, period_kind
from forecasting.errors import DecisionError, SettingsError
from forecasting.evaluation.backtest import BacktestPlan
from forecasting.inventory.economics import CostDefaults
from forecasting.inventory.policy import OrderPolicy
from forecasting.inventory.targets import ServiceTarget
from forecasting.models.calendar import public_holidays
from forecasting.models.registry import MODEL_NAMES
from forecasting.value.practice import Practice

GRAIN = {"day": "daily", "week": "weekly", "month": "monthly"}
# horizon, step, lead time, review period: four weeks of days, a quarter of weeks, half a year of months.
_USUAL = {"day": (28, 28, 5, 7), "week": (13, 13, 2, 1), "month": (6, 6, 1, 1)}

# Money lost per unit short and left over while nobody has said what it is; where a "unit" is one euro of
# sales, four euros lost by each could not be: the same four to one, of the tenth.
PLACEHOLDERS = {"units": (4.0, 1.0), "money": (0.4, 0.1)}

Part = TypeVar("Part", CostDefaults, OrderPolicy, ServiceTarget, Practice)

_FORECAST_OPTIONS = ("frequency", "horizon", "folds", "step", "models", "country", "seed")


@dataclass(frozen=True)
class Settings:
    """Everything that is not data. Times are in periods of `frequency`, probabilities are fractions."""

    frequency: str = "D"
    horizon: int = 28
    folds: int = 4
    step: int = 28
    models: tuple[str, ...] = MODEL_NAMES
    country: str = ""  # ISO code for public holidays; empty: none
    seed: int = 0
    coverage: float = 0.8
    currency: str = "EUR"
    measure: str = "units"  # what sales count: "units", or "money" where nobody knows a price
    costs: CostDefaults = field(default_factory=CostDefaults)
    costs_confirmed: bool = False  # somebody said that the two typed costs are theirs
    policy: OrderPolicy = field(default_factory=lambda: OrderPolicy(lead_time=5, review_period=7))
    target: ServiceTarget = field(default_factory=ServiceTarget)  # a service level where it asks for one
    stock_confirmed: bool = False  # somebody said that stock figures of an earlier cycle still hold
    practice: Practice = field(default_factory=Practice)  # what is done today

    def __post_init__(self) -> None:
        period_kind(self.frequency)
        if self.measure not in PLACEHOLDERS:
            raise SettingsError(f"Sales count units or money, got {self.measure!r}.")
        unknown = [m for m in self.models if m not in MODEL_NAMES]
        if unknown or not self.models:
            raise SettingsError(
                f"There is no model {', '.join(unknown) or '(none given)'}; "
                f"choose from {', '.join(MODEL_NAMES)}."
            )
        if not 0 < self.coverage < 1:
            raise SettingsError(f"Coverage is a share between 0 and 1, got {self.coverage:g}.")
        if self.country:
            public_holidays(self.country, (2024,))  # refuses a country without a calendar
        BacktestPlan(self.horizon, self.folds, self.step)  # refuses nonsense

    @property
    def plan(self) -> BacktestPlan:
        """Return how the past is replayed."""
        return BacktestPlan(self.horizon, self.folds, self.step)

    @property
    def days_per_period(self) -> float:
        """Return the length of one period in days."""
        return days_per_period(self.frequency)

    @property
    def period(self) -> str:
        """Return the word for one period: day, week or month."""
        return period_kind(self.frequency)

    @property
    def placeholder_costs(self) -> bool:
        """Return whether the costs for items without their own are ours, neither changed nor confirmed."""
        set_to = (self.costs.understock, self.costs.overstock)
        return set_to == PLACEHOLDERS[self.measure] and not self.costs_confirmed

    @property
    def unit(self) -> str:
        """Return what one of the sales is called: a unit, or an amount of one ("EUR of sales")."""
        return "unit" if self.measure == "units" else f"{self.currency} of sales"

    @property
    def per_unit(self) -> str:
        """Return how a cost of one of the sales is said: "a unit", "per EUR of sales"."""
        return "a unit" if self.measure == "units" else f"per {self.unit}"

    @property
    def axis(self) -> str:
        """Return what an axis of sales counts."""
        return "Units" if self.measure == "units" else f"Sales ({self.currency})"

    @property
    def counted_in(self) -> str:
        """Return the currency, and that sales are counted in it where they are."""
        return self.currency if self.measure == "units" else f"sales in {self.currency}, not in pieces"

    def check_horizon(self) -> None:
        """Raise `DecisionError` when the forecast is shorter than an order must last."""
        needed = self.policy.protection_interval
        if needed > self.horizon:
            raise DecisionError(
                f"The forecast reaches {self.horizon} {self.period}s ahead, but "
                f"{self.protection_sentence()}; forecast at least {needed} {self.period}s."
            )

    def protection_sentence(self) -> str:
        """Return the protection interval in words."""
        total = self.policy.protection_interval
        parts = f"lead time {self.policy.lead_time} + review {self.policy.review_period}"
        return f"an order must last {total} {self.period}s ({parts})"

    def with_typed_costs(self, *, overstock: float | None, understock: float | None) -> "Settings":
        """Return the settings with the typed unit costs that are given (money per unit)."""
        if overstock is None and understock is None:
            return self
        costs = self.costs
        typed = replace(
            costs,
            overstock=costs.overstock if overstock is None else overstock,
            understock=costs.understock if understock is None else understock,
        )
        return replace(self, costs=typed, costs_confirmed=True)

    def differs_in_dates_only(self, other: "Settings") -> bool:
        """Return whether models would say the same as under `other`, at more or fewer past dates."""
        return replace(self, folds=other.folds).forecast_options() == other.forecast_options()

    def forecast_options(self) -> dict[str, Any]:
        """Return the options that a forecast depends on; changing any other refits nothing."""
        return {k: v for k, v in self.as_dict().items() if k in _FORECAST_OPTIONS}

    def as_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Settings":
        """Return the settings saved by `as_dict`; a key of another version is left out."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        known["models"] = tuple(known.get("models", MODEL_NAMES))
        known["costs"] = _kept(CostDefaults, known.get("costs", {}))
        known["policy"] = _kept(OrderPolicy, known["policy"]) if "policy" in known else OrderPolicy(5, 7)
        known["target"] = _kept(ServiceTarget, known.get("target", {}))
        known["practice"] = _kept(Practice, known.get("practice", {}))
        return cls(**known)


def _kept(kind: type[Part], saved: Mapping[str, Any]) -> Part:
    """Return a part of the settings from what was saved; a key of another version is left out."""
    return kind(**{f.name: saved[f.name] for f in fields(kind) if f.name in saved})


def usual_settings(frequency: str, **known: Any) -> Settings:
    """Return the defaults for a frequency; `known` values (not None) win."""
    horizon, step, lead_time, review_period = _USUAL[period_kind(frequency)]
    given = {name: value for name, value in known.items() if value is not None}
    policy = OrderPolicy(given.pop("lead_time", lead_time), given.pop("review_period", review_period))
    horizon = given.pop("horizon", horizon)
    given.setdefault("step", min(step, horizon))
    short, left = PLACEHOLDERS[given.get("measure", "units")]
    given.setdefault("costs", CostDefaults(understock=short, overstock=left))
    return replace(Settings(frequency=frequency, horizon=horizon, policy=policy), **given)
