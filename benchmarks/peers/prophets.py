"""Stock Prophet and prophet-batch: the same two models, fitted by Stan or by the batch solver."""

import logging
import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd
from prophet import Prophet
from prophet_batch import fit_many

from benchmarks.peers.frames import Answer, Request, from_paths, known_sales

logging.getLogger("cmdstanpy").setLevel(logging.CRITICAL)
logging.getLogger("prophet").setLevel(logging.CRITICAL)


def default_model(_request: Request) -> Prophet:
    """Return Prophet as it comes: additive, without holidays or drivers."""
    return Prophet(uncertainty_samples=0)


def informed_model(request: Request) -> Prophet:
    """Return multiplicative Prophet with every driver, and with public holidays where dates are days."""
    model = Prophet(seasonality_mode="multiplicative", uncertainty_samples=0)
    if request.country and request.kind == "D":
        model.add_country_holidays(country_name=request.country)
    for name in request.drivers:
        model.add_regressor(name)
    return model


def stock(request: Request, make: Callable[[Request], Prophet]) -> Answer:
    """Return what Stan's fit says, series by series."""
    rows = learnable(request)
    models = {}
    for name in request.ids:
        models[name] = make(request).fit(rows[name], seed=request.seed)
    return predicted(request, models)


def batch(request: Request, make: Callable[[Request], Prophet]) -> Answer:
    """Return what prophet-batch's fit says; samples are drawn as for the stock fit."""
    rows = learnable(request)
    frame = pd.concat([part.assign(unique_id=name) for name, part in rows.items()], ignore_index=True)
    return predicted(request, fit_many(frame, make_model=lambda _name: make(request)))


def learnable(request: Request) -> dict[str, pd.DataFrame]:
    """Return the rows Prophet accepts of each series: open days with every driver known."""
    known = known_sales(request)[["unique_id", "ds", "y", *request.drivers]].dropna()
    return {str(name): rows.drop(columns="unique_id") for name, rows in known.groupby("unique_id")}


def predicted(request: Request, models: dict[str, Prophet]) -> Answer:
    """Return point forecasts and Prophet's own predictive samples, seeded for each series."""
    ahead = {str(name): rows for name, rows in request.future.groupby("unique_id")}
    shape = (len(request.ids), request.paths, len(request.dates))
    mean, paths = np.empty((shape[0], shape[2])), np.empty(shape, dtype=np.float32)
    for i, name in enumerate(request.ids):
        model, dates = models[name], ahead[name].sort_values("ds")[["ds", *request.drivers]]
        mean[i] = model.predict(dates)["yhat"].to_numpy()
        model.uncertainty_samples = request.paths
        np.random.seed((request.seed + zlib.crc32(name.encode())) % 2**32)
        paths[i] = model.predictive_samples(dates)["yhat"].T
    return from_paths(request, mean, paths)
