"""The models by name: what a screen, a command or a saved project may ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forecasting.dates import period_kind
from forecasting.errors import SettingsError
from forecasting.models.base import Forecaster
from forecasting.models.boosted import BoostedTrees
from forecasting.models.bootstrap import MIN_KNOWN
from forecasting.models.closures import ClosedDays
from forecasting.models.intermittent import Intermittent
from forecasting.models.lifecycle import NEW_BELOW, Lifecycle
from forecasting.models.naive import MovingAverage, SeasonalNaive
from forecasting.models.prophet import Prophet
from forecasting.models.prophet_package import Mode
from forecasting.models.smoothing import ExponentialSmoothing
from forecasting.models.theta import Drift, Theta


@dataclass(frozen=True)
class ModelRecipe:
    """What every model of a project shares; `prophet_mode` and `threads` concern one model each."""

    frequency: str
    country: str | None = None
    n_paths: int = 500
    seed: int = 0
    prophet_mode: Mode = "auto"
    groups: tuple[tuple[str, str], ...] = ()  # (unique_id, category), so that new series find similar ones
    threads: int = 2  # of the boosted trees; 1 where processes already share the cores

    def __post_init__(self) -> None:
        period_kind(self.frequency)  # refuses an unknown frequency
        if self.n_paths < 1 or self.seed < 0:
            raise SettingsError(
                f"A forecast needs at least 1 path and a seed of 0 or more, got {self.n_paths}, {self.seed}."
            )


_BUILDERS: dict[str, Callable[[ModelRecipe], Forecaster]] = {
    "seasonal_naive": lambda r: SeasonalNaive(r.frequency, r.n_paths, r.seed),
    "drift": lambda r: Drift(r.frequency, r.n_paths, r.seed),
    "moving_average": lambda r: MovingAverage(r.frequency, r.n_paths, r.seed),
    "exponential_smoothing": lambda r: ExponentialSmoothing(r.frequency, r.n_paths, r.seed),
    "theta": lambda r: Theta(r.frequency, r.n_paths, r.seed),
    "intermittent": lambda r: Intermittent(r.frequency, r.n_paths, r.seed),
    "boosted_trees": lambda r: BoostedTrees(r.frequency, r.country, r.n_paths, r.seed, threads=r.threads),
    "prophet": lambda r: Prophet(r.frequency, r.country, r.prophet_mode, r.n_paths, r.seed),
}
MODEL_NAMES = tuple(_BUILDERS)
# They learn from all series at once, and need the memory for it.
GLOBAL = ("boosted_trees",)
# They learn from known drivers (prices, promotions, events); the others see units and closed days only.
TAKES_DRIVERS = ("boosted_trees", "prophet")
BASELINES = ("seasonal_naive", "moving_average", "exponential_smoothing")


def build_models(names: Sequence[str], recipe: ModelRecipe) -> tuple[Forecaster, ...]:
    """Return the named models, in that order, each aware of closed days and of the ends of a series' life.

    >>> [model.name for model in build_models(["prophet", "moving_average"], ModelRecipe("D"))]
    ['prophet', 'moving_average']
    """
    unknown = [name for name in names if name not in _BUILDERS]
    if unknown:
        raise SettingsError(f"There is no model {', '.join(unknown)}; choose from {', '.join(MODEL_NAMES)}.")
    return tuple(_in_context(name, recipe) for name in names)


def _in_context(name: str, recipe: ModelRecipe) -> Forecaster:
    # The trees have learned from similar series themselves and need only a handful of own periods.
    needed = MIN_KNOWN if name == "boosted_trees" else NEW_BELOW[period_kind(recipe.frequency)]
    return ClosedDays(
        Lifecycle(_BUILDERS[name](recipe), recipe.frequency, needed, recipe.groups, recipe.seed)
    )
