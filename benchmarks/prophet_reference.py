"""The prophet package as the judge of our solver: its fits, and its objective at anybody's parameters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from prophet import Prophet as Package

from forecasting.models.base import to_panel
from forecasting.models.prophet import Prophet, learnable
from forecasting.models.prophet_map.design import CHANGES, COLUMNS


@dataclass(frozen=True)
class Task:
    """Series to forecast with one kind of model."""

    history: pd.DataFrame  # sales frame with the drivers
    future: pd.DataFrame
    multiplicative: bool = False
    country: str | None = None

    @property
    def mode(self) -> str:
        """Return Prophet's word for how seasons join the trend."""
        return "multiplicative" if self.multiplicative else "additive"

    @property
    def drivers(self) -> list[str]:
        """Return the drivers' names."""
        return [c for c in self.future if c not in ("unique_id", "ds")]

    def of(self, unique_id: str) -> "Task":
        """Return the task of one series."""
        frames = (frame[frame["unique_id"] == unique_id] for frame in (self.history, self.future))
        return Task(*frames, self.multiplicative, self.country)


def fitted_package(task: Task, *, samples: int = 0, start: dict[str, Any] | None = None) -> Any:
    """Return the package's fit of one series, from its own initialisation unless `start` gives another."""
    options = {} if start is None else {"init": start}
    return _package(task, samples).fit(task.history.drop(columns="unique_id"), **options)


def another_start(task: Task, seed: int) -> dict[str, Any]:
    """Return an initialisation other than the package's own: a level, small random effects."""
    inputs = _package(task, 0).preprocess(task.history.drop(columns="unique_id"))
    generator = np.random.default_rng(seed)
    return {
        "k": 0.0,
        "m": float(inputs.y.mean()),
        "delta": generator.laplace(0, 0.02, inputs.S),
        "beta": generator.normal(0, 0.02, inputs.K),
        "sigma_obs": 0.3,
    }


def _package(task: Task, samples: int) -> Any:
    model = Package(seasonality_mode=task.mode, uncertainty_samples=samples)
    if task.country is not None:
        model.add_country_holidays(task.country)
    for name in task.drivers:
        model.add_regressor(name)
    return model


def package_parameters(model: Any) -> dict[str, Any]:
    """Return the parameters of a fitted package model by their Stan names."""
    return {name: np.asarray(model.params[name])[0] for name in ("k", "m", "delta", "beta", "sigma_obs")}


def package_objective(model: Any, parameters: dict[str, Any]) -> float:
    """Return minus the log-probability, constants left out, on the data the package itself prepared.

    Written from prophet.stan 1.5.0, independently of `forecasting.models.prophet_map`.
    """
    features, prior, components, _ = model.make_all_seasonality_features(model.history)
    delta, beta, sigma = (np.asarray(parameters[n], dtype=float) for n in ("delta", "beta", "sigma_obs"))
    k, m = float(np.squeeze(parameters["k"])), float(np.squeeze(parameters["m"]))
    t = model.history["t"].to_numpy()
    passed = t[:, None] >= model.changepoints_t
    trend = (k + passed @ delta) * t + m + passed @ (-model.changepoints_t * delta)
    swing = features.to_numpy() @ (beta * components["multiplicative_terms"].to_numpy())
    added = features.to_numpy() @ (beta * components["additive_terms"].to_numpy())
    errors = model.history["y_scaled"].to_numpy() - trend * (1 + swing) - added
    noise = float(np.squeeze(sigma))
    return (
        len(t) * np.log(noise)
        + (errors**2).sum() / (2 * noise**2)
        + (k**2 + m**2) / (2 * 5**2)
        + ((beta / np.array(prior)) ** 2).sum() / 2
        + np.abs(delta).sum() / model.changepoint_prior_scale
        + noise**2 / (2 * 0.5**2)
    )


@dataclass(frozen=True)
class Ours:
    """Our fit of a task, readable by the package's names."""

    names: list[str]  # of the columns
    parameters: np.ndarray  # (n, P)
    sigma: np.ndarray  # (n,)
    objective: np.ndarray  # (n,)
    expected: np.ndarray  # (n, H) units
    solved: np.ndarray  # (n,)

    def for_package(self, row: int, model: Any) -> dict[str, Any]:
        """Return one series' parameters in the order of the package's columns."""
        wanted = model.make_all_seasonality_features(model.history)[0].columns
        columns = dict(zip(self.names, self.parameters[row, COLUMNS:], strict=True))
        k, m = self.parameters[row, :2]
        delta = self.parameters[row, CHANGES][: len(model.changepoints_t)]
        beta = np.array([columns.get(name, 0.0) for name in wanted])
        return {"k": k, "m": m, "delta": delta, "beta": beta, "sigma_obs": self.sigma[row]}


def our_fit(task: Task) -> Ours:
    """Return our fit of all series of a task at once, sorted by unique_id."""
    panel = to_panel(task.history, task.future)
    model = Prophet("D", task.country)
    rows = np.arange(len(panel.y))
    solved = model.solve(panel, learnable(panel), rows, multiplicative=task.multiplicative)
    return Ours(
        [*solved.calendar.names, *panel.drivers],
        solved.fit.parameters,
        solved.fit.sigma,
        solved.fit.objective,
        solved.outlook(panel.future_ds).expected,
        solved.fit.solved,
    )
