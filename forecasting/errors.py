"""Everything that can go wrong because of what a person gave us.

* ForecastingError
  * DataError            a file or frame breaks the contract in `schema`
    * UnreadableFile     the file cannot be read as a table at all
    * SourceError        a database or a web address does not give a table
    * TooShortError      not enough history for the requested forecast or backtest
  * SettingsError        options that contradict each other or the data
  * DriverError          a known-future driver is missing or unusable
  * DecisionError        the costs or policy parameters contradict each other
  * StoreError           a project cannot be opened or saved
  * ClusterError         a Dask cluster does not answer, or went away
  * MissingLibrary       an optional library is not installed

Anything else that escapes is a bug and should crash loudly.
"""


class ForecastingError(ValueError):
    """Base class: the message is written for the person who can mend the cause."""


class DataError(ForecastingError):
    """The sales history does not satisfy the contract."""


class UnreadableFile(DataError):
    """The file cannot be read as a table."""


class SourceError(DataError):
    """A database or a web address does not give a table."""


class TooShortError(DataError):
    """The history is shorter than the requested forecast or backtest needs."""


class SettingsError(ForecastingError):
    """Options contradict each other or the data."""


class DriverError(ForecastingError):
    """A known-future driver is missing or unusable."""


class DecisionError(ForecastingError):
    """The economic inputs admit no sensible decision."""


class StoreError(ForecastingError):
    """A project cannot be opened or saved."""


class ClusterError(ForecastingError):
    """A Dask cluster cannot be used; the same work can run on this computer."""


class MissingLibrary(ForecastingError):
    """An optional library is not installed."""
