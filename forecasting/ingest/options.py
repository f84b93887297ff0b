"""What a person may decide about an import: which column plays which part, and how to read the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from forecasting.dates import WEEKDAYS
from forecasting.errors import DataError, SettingsError
from forecasting.ingest.notes import listed

# Parts of one column each that a file may do without.
OPTIONAL = ("price", "unit_cost", "stockout", "on_hand", "open", "manager_plan")
FREQUENCIES = ("auto", "D", "W", "MS", *(f"W-{day}" for day in WEEKDAYS))


@dataclass(frozen=True)
class Roles:
    """Which file column plays which part; None or () = no column does."""

    unique_id: tuple[str, ...]  # several columns are joined; () = the whole file is one series
    ds: str  # a column, or what the `date_parts` are called together
    y: str
    price: str | None = None
    unit_cost: str | None = None
    stockout: str | None = None
    on_hand: str | None = None
    open: str | None = None
    manager_plan: str | None = None
    drivers: tuple[str, ...] = ()
    date_parts: tuple[str, ...] = ()  # the columns that make the date together; () = `ds` is a column

    def __post_init__(self) -> None:
        used = [*self.unique_id, *self.dated(), self.y]
        twice = sorted({c for c in used if used.count(c) > 1})
        if twice:
            raise SettingsError(
                f"Column {listed(twice)} plays two parts; series id, date and units need different columns."
            )
        if self.manager_plan and self.manager_plan in (*used, *self.drivers):
            raise SettingsError(
                f"Column {self.manager_plan!r} is your own plan; it cannot be series, date or units or be "
                "known ahead too: models must not see it."
            )

    def dated(self) -> tuple[str, ...]:
        """Return the file columns that hold the date: one, or its parts."""
        return self.date_parts or (self.ds,)

    def columns(self) -> tuple[str, ...]:
        """Return every file column that plays a part, once."""
        single = [*self.dated(), self.y, *(getattr(self, part) for part in OPTIONAL)]
        return tuple(dict.fromkeys([*self.unique_id, *(c for c in single if c), *self.drivers]))

    def named(self) -> dict[str, str | list[str]]:
        """Return the parts that are played, as the report writes them."""
        named: dict[str, str | list[str]] = {"unique_id": list(self.unique_id), "ds": self.ds, "y": self.y}
        for part in OPTIONAL:
            if getattr(self, part):
                named[part] = getattr(self, part)
        return named | ({"drivers": list(self.drivers)} if self.drivers else {})


PARTS = tuple(field.name for field in fields(Roles) if field.name != "date_parts")  # as they are named


@dataclass(frozen=True)
class ImportOptions:
    """Everything a person may decide; None or 'auto' = let the file decide.

    The command line fills `columns` ("unique_id=Store+Item,ds=Date,y=Units"; parts left out are
    guessed, an empty one such as "price=" is switched off), a page fills `roles` (nothing is guessed).
    """

    columns: str | None = None
    roles: Roles | None = None
    drivers: tuple[str, ...] = ()
    sheet: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    frequency: str = "auto"
    returns: str = "net"
    gaps: str = "auto"
    duplicates: str = "sum"
    encoding: str | None = None
    # "lines" = a row is a sale, whatever the columns look like; "across" = a column per store beside the item
    layout: str = "auto"
    start: str | None = None  # the first day of the first period, where a file only counts its periods
    measure: str = "auto"  # what y counts: "units", or "money", divided by the price where there is one
    blanks: str = "auto"  # below a date or name that is written once: "above" = it counts, "leave" = blank
    stray_dates: str = "auto"  # dates far from all others: "leave_out" or "keep"
    quarters: str = "auto"  # "spread" = a third of each quarter's units on each of its months

    def __post_init__(self) -> None:
        _one_of("date_order", self.date_order, (None, "auto", "day-first", "month-first"))
        _one_of("decimal", self.decimal, (None, "auto", "comma", "point"))
        _one_of("frequency", self.frequency, FREQUENCIES)
        _one_of("returns", self.returns, ("net", "drop"))
        _one_of("gaps", self.gaps, ("auto", "zero", "unknown"))
        _one_of("duplicates", self.duplicates, ("sum", "drop_exact"))
        _one_of("layout", self.layout, ("auto", "lines", "across"))
        _one_of("measure", self.measure, ("auto", "units", "money"))
        _one_of("blanks", self.blanks, ("auto", "above", "leave"))
        _one_of("stray_dates", self.stray_dates, ("auto", "leave_out", "keep"))
        _one_of("quarters", self.quarters, ("auto", "spread", "leave"))
        _known_encoding(self.encoding)
        if self.columns and self.roles:
            raise SettingsError("Give the columns as text or as chosen roles, not both.")

    @property
    def decimal_sign(self) -> str | None:
        """Return the decimal sign a person stated, None when the file decides."""
        return {"comma": ",", "point": "."}.get(self.decimal or "")

    @property
    def stated_encoding(self) -> str | None:
        """Return the encoding a person stated, None when the file decides."""
        return None if self.encoding == "auto" else self.encoding

    def as_dict(self) -> dict[str, Any]:
        """Return what was chosen, as JSON can hold it; what was left to the file is left out."""
        values = asdict(self)
        return {f.name: values[f.name] for f in fields(self) if values[f.name] != f.default}

    @classmethod
    def from_dict(cls, chosen: Mapping[str, Any]) -> "ImportOptions":
        """Return the options that `as_dict` wrote."""
        known = {name: _tupled(chosen[name]) for name in (f.name for f in fields(cls)) if name in chosen}
        if isinstance(known.get("roles"), Mapping):
            known["roles"] = Roles(**{part: _tupled(value) for part, value in known["roles"].items()})
        return cls(**known)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _known_encoding(name: str | None) -> None:
    if name is None or name == "auto":
        return
    try:
        b"a".decode(name)
    except UnicodeDecodeError:
        return  # known, but one byte is no character in it (UTF-16)
    except (LookupError, UnicodeError) as error:
        raise SettingsError(
            f"encoding must be a text encoding such as utf-8, cp1252, cp1250 or utf-16; it is {name!r}."
        ) from error


def _one_of(name: str, value: str | None, allowed: Sequence[str | None]) -> None:
    if value not in allowed:
        choices = ", ".join(str(a) for a in allowed if a is not None)
        raise SettingsError(f"{name} must be one of {choices}; it is {value!r}.")


def parse_columns(text: str) -> dict[str, str]:
    """Return the parts named in a text such as "unique_id=Store+Item,ds=Date,y=Units", values unread.

    A comma inside a column name survives: only a comma before a known part separates.

    >>> parse_columns("ds=Order, Date,y=Units")
    {'ds': 'Order, Date', 'y': 'Units'}
    """
    pieces = re.split(rf",\s*(?=(?:{'|'.join(PARTS)})\s*=)", text.strip())
    parts = dict(_part(piece) for piece in pieces)
    if len(parts) < len(pieces):
        raise SettingsError(f"A part is named twice in {text!r}; name each part once.")
    return parts


def _part(piece: str) -> tuple[str, str]:
    part, equals, value = piece.partition("=")
    if not equals or part.strip() not in PARTS:
        raise SettingsError(
            f"{piece!r} does not name a part; write part=column with a part of {', '.join(PARTS)}."
        )
    return part.strip(), value.strip()


def find_column(name: str, available: Sequence[str]) -> str:
    """Return the file column of that name (case and outer spaces do not matter), or raise `DataError`."""
    if name in available:
        return name
    alike = [c for c in available if c.strip().casefold() == name.strip().casefold()]
    if len(alike) != 1:
        raise DataError(f"The file has no column {name!r}; it has {listed(list(available), 30)}.")
    return alike[0]


def find_columns(text: str, available: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a text such as "Store+Item"; a column whose own name holds a + is found first."""
    if not text:
        return ()
    if text in available:
        return (text,)
    return tuple(find_column(name.strip(), available) for name in text.split("+"))


def checked(roles: Roles, available: Sequence[str]) -> Roles:
    """Return the roles under the file's own spelling, or raise `DataError` naming a column that is absent."""
    joined = ("ds",) if roles.date_parts else ()
    single = {p: getattr(roles, p) for p in PARTS if p not in ("unique_id", "drivers", *joined)}
    found = {p: find_column(c, available) if c else c for p, c in single.items()}
    return replace(
        roles,
        unique_id=tuple(find_column(c, available) for c in roles.unique_id),
        drivers=tuple(dict.fromkeys(find_column(c, available) for c in roles.drivers)),
        date_parts=tuple(find_column(c, available) for c in roles.date_parts),
        **found,
    )
