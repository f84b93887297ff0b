"""What the calendar says about a period: its place in the week and year, and the public holidays."""

from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.dates import next_periods, period_kind
from forecasting.errors import SettingsError

# Two weeks either side of a holiday is as far as shoppers plan for it.
HOLIDAY_REACH = 14
# A calendar of school breaks names at least this many days a year; a lone Teacher's Day is none.
BREAK_DAYS = 30


def calendar_features(
    dates: pd.DatetimeIndex, frequency: str, country: str | None, *, yearly: bool
) -> dict[str, np.ndarray]:
    """Return numbers known for any date, name -> (len(dates),) float32.

    Places in the year are left out unless `yearly`: with a single year behind it, a
    model would only learn the dates of that year by heart.
    """
    features: dict[str, np.ndarray] = {}
    kind = period_kind(frequency)
    if kind == "day":
        features |= {"weekday": np.asarray(dates.day_of_week), "day_of_month": np.asarray(dates.day)}
    if yearly:
        features["month"] = np.asarray(dates.month)
        if kind != "month":
            features["day_of_year"] = np.asarray(dates.day_of_year)
    if country is not None:
        features |= holiday_features(dates, frequency, country)
    return {name: values.astype(np.float32) for name, values in features.items()}


def holiday_features(dates: pd.DatetimeIndex, frequency: str, country: str) -> dict[str, np.ndarray]:
    """Return the public holidays within each period, and for days how near the next and last one is."""
    years = tuple(range(dates[0].year - 1, dates[-1].year + 2))
    holidays = np.array(public_holidays(country, years), dtype="datetime64[D]")
    starts = dates.to_numpy().astype("datetime64[D]")
    ends = next_periods(dates[-1], 1, frequency).to_numpy().astype("datetime64[D]")
    edges = np.searchsorted(holidays, np.append(starts, ends))
    features = {"holidays": np.diff(edges)}
    if period_kind(frequency) == "day":
        features["days_to_holiday"] = _gap(holidays, starts, edges[:-1])
        features["days_since_holiday"] = _gap(
            holidays, starts, np.searchsorted(holidays, starts, "right") - 1
        )
    return features


@lru_cache(maxsize=32)
def public_holidays(country: str, years: tuple[int, ...]) -> tuple[np.datetime64, ...]:
    """Return the dates of a country's public holidays, oldest first.

    Raises `SettingsError` for a country the calendar does not know.
    """
    import holidays

    try:
        found = holidays.country_holidays(country, years=years)
    except NotImplementedError:
        raise SettingsError(
            f"No public holidays are known for {country!r}; give a two-letter code such as DE or US, or none."
        ) from None
    return tuple(sorted(np.datetime64(day, "D") for day in found))


@lru_cache(maxsize=32)
def named_holidays(country: str, years: tuple[int, ...]) -> tuple[tuple[np.datetime64, str], ...]:
    """Return (date, English name) of every public holiday, as Prophet lists them: two names, two entries.

    Raises `SettingsError` for a country the calendar does not know.
    """
    import holidays

    public_holidays(country, years[:1])  # refuses an unknown country
    found = holidays.country_holidays(country, expand=False, language="en_US", years=years)
    return tuple((np.datetime64(day, "D"), name) for day in sorted(found) for name in found.get_list(day))


@lru_cache(maxsize=64)
def school_holidays(country: str, region: str | None, years: tuple[int, ...]) -> tuple[np.datetime64, ...]:
    """Return the days of school breaks in a region, oldest first, as far as the calendar knows them.

    Raises `SettingsError` where no breaks are known: the library lists them for a few countries, by
    region, and for as many years as their ministries have published.
    """
    import holidays

    regions = school_regions(country)
    if not regions or (region or "") not in regions:
        raise SettingsError(
            f"No school breaks are known for {country} {region or '(no region)'}; "
            + (
                f"choose one of {', '.join(regions)}."
                if regions
                else "bring them as a file of dates instead."
            )
        )
    found = holidays.country_holidays(country, subdiv=region or None, categories="school", years=years)
    if not found:
        raise SettingsError(
            f"No school breaks of {country} {region or ''} are known between {years[0]} and {years[-1]}; "
            "bring them as a file of dates instead."
        )
    return tuple(_with_weekends(np.array(sorted(found), dtype="datetime64[D]")))


def _with_weekends(days: np.ndarray) -> np.ndarray:
    """Return break days with the weekends inside a break: the library's lists leave some of them out."""
    fridays = days[(days.astype(int) + 4) % 7 == 5]  # 1970-01-01 was a Thursday
    inside = fridays[np.isin(fridays + 3, days)]
    return np.unique(np.concatenate([days, inside + 1, inside + 2]))


@lru_cache(maxsize=64)
def school_regions(country: str) -> tuple[str, ...]:
    """Return the regions of a country whose school breaks are known ("" = the whole country); () = none."""
    import holidays

    public_holidays(country, (2024,))  # refuses an unknown country
    book = holidays.country_holidays(country)
    if "school" not in book.supported_categories:
        return ()
    known = []
    for region in ("", *book.subdivisions):
        days = holidays.country_holidays(
            country, subdiv=region or None, categories="school", years=(2024, 2025)
        )
        if len(days) >= 2 * BREAK_DAYS:
            known.append(region)
    return tuple(known)


def _gap(holidays: np.ndarray, days: np.ndarray, at: np.ndarray) -> np.ndarray:
    if not len(holidays):
        return np.full(len(days), HOLIDAY_REACH)
    nearest = holidays[np.clip(at, 0, len(holidays) - 1)]
    return np.minimum(np.abs((nearest - days).astype(int)), HOLIDAY_REACH)
