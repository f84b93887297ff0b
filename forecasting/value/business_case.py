"""Is it worth the money: return, payback and break-even of using the forecasts."""

import math
from dataclasses import dataclass, field

from forecasting.errors import DecisionError
from forecasting.value.cost_lines import DEFAULT_COST_LINES, CostLine, sums

# What is not paid back in a lifetime is never paid back.
MOST_YEARS = 100


@dataclass(frozen=True)
class CaseTerms:
    """Over how many years a case is counted, and how much of the measured gain is believed.

    Three haircuts stand between a replayed gain and money in the bank: the share of orders
    that follow the advice, the share of the measured gain that survives practice, and what
    is lost of it every year.
    """

    years: int = 3
    discount_rate: float = 0.10  # a year
    adoption: float = 0.7  # share of orders that follow the advice
    realisation: float = 0.8  # share of the replayed gain that practice keeps
    decay: float = 0.0  # share of the gain that is lost from one year to the next

    def __post_init__(self) -> None:
        if self.years != int(self.years) or self.years < 1:
            raise DecisionError(f"The case runs over {self.years} years; give a whole number of 1 or more.")
        if not 0 <= self.discount_rate <= 1:
            raise DecisionError(f"The discount rate is {self.discount_rate:g}; 10 % a year is 0.1.")
        shares = (("Adoption", self.adoption), ("Realisation", self.realisation), ("Decay", self.decay))
        for name, share in shares:
            if not 0 <= share <= 1:
                raise DecisionError(f"{name} is {share:g}; it is a share between 0 and 1.")

    def kept(self, gain: float) -> float:
        """Return what both haircuts leave of a gain; a loss is not made smaller by them."""
        return gain * (self.adoption * self.realisation if gain > 0 else 1.0)

    def yearly(self, gain: float) -> list[float]:
        """Return the gain of each year, money, from that of the first; a loss does not fade."""
        fading = 1 - self.decay if gain > 0 else 1.0
        return [gain * fading**year for year in range(self.years)]


@dataclass(frozen=True)
class BusinessCase:
    """Gains and costs over some years; amounts in the project's currency.

    Flows come at the end of each year, one-off costs at the start.

    Source: Brealey, Myers & Allen (2020), Principles of Corporate Finance, ch. 5.
    """

    annual_gain: float  # money a year, before haircuts
    lines: tuple[CostLine, ...] = DEFAULT_COST_LINES
    terms: CaseTerms = field(default_factory=CaseTerms)

    def __post_init__(self) -> None:
        if not math.isfinite(self.annual_gain):
            raise DecisionError(f"The gain a year must be a finite number, got {self.annual_gain}.")

    @property
    def expected_gain(self) -> float:
        """Return the gain of the first year after adoption and realisation."""
        return self.terms.kept(self.annual_gain)

    @property
    def gain_total(self) -> float:
        """Return the gain over the years after all haircuts, undiscounted."""
        return math.fsum(self.terms.yearly(self.expected_gain))

    @property
    def one_off_cost(self) -> float:
        """Return what is paid once; NaN while no line is estimated."""
        return sums(self.lines)[0]

    @property
    def yearly_cost(self) -> float:
        """Return what is paid every year; NaN while no line is estimated."""
        return sums(self.lines)[1]

    @property
    def cost_total(self) -> float:
        """Return all costs over the years, undiscounted."""
        return self.one_off_cost + self.terms.years * self.yearly_cost

    @property
    def partial(self) -> bool:
        """Return whether a cost line still lacks an estimate, which flatters every figure here."""
        return not all(line.estimated for line in self.lines)

    @property
    def roi(self) -> float:
        """Return (gain − cost) / cost over the years, undiscounted; NaN where the cost is 0 or unknown."""
        if not self.cost_total > 0:
            return math.nan
        return (self.gain_total - self.cost_total) / self.cost_total

    @property
    def npv(self) -> float:
        """Return the net present value: −I + Σ_y (gain_y − running cost) / (1 + r)^y."""
        return self._present(self.terms.yearly(self.expected_gain)) - self.present_cost

    @property
    def present_cost(self) -> float:
        """Return all costs as money of today."""
        return self.one_off_cost + self.yearly_cost * self._annuity

    @property
    def payback_years(self) -> float:
        """Return the years until the net gain has paid the one-off costs; NaN if it never does."""
        return self._paid_back(0.0)

    @property
    def discounted_payback_years(self) -> float:
        """Return the years until the discounted net gain has paid them, linear within a year; or NaN."""
        return self._paid_back(self.terms.discount_rate)

    @property
    def break_even_annual_gain(self) -> float:
        """Return the gain of the first year, after haircuts, at which the net present value is 0."""
        return self.present_cost / self._present(self.terms.yearly(1.0))

    @property
    def break_even_adoption(self) -> float:
        """Return the share of orders that must follow the advice; above 1 it cannot be enough."""
        if not self.annual_gain * self.terms.realisation > 0:
            return math.nan
        return self.break_even_annual_gain / (self.annual_gain * self.terms.realisation)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know about these figures, one sentence each."""
        found = []
        missing = [line.label for line in self.lines if not line.estimated]
        if len(missing) == len(self.lines):
            found.append("No cost is estimated yet, so return and payback cannot be computed.")
        elif missing:
            found.append(f"Partial cost: {', '.join(missing)} not estimated.")
        if self.cost_total == 0:
            found.append("The solution costs nothing here, so its return is undefined.")
        if self._net <= 0:
            found.append("Running it costs as much as it gains or more: it never pays back.")
        elif math.isnan(self.discounted_payback_years) and not math.isnan(self.one_off_cost):
            found.append("At this discount rate the one-off costs are never earned back.")
        if self.annual_gain < 0:
            found.append("The forecasts cost more than the baseline's: the gain is a loss.")
        return tuple(found)

    @property
    def _net(self) -> float:
        return self.expected_gain - self.yearly_cost

    @property
    def _annuity(self) -> float:
        return self._present([1.0] * self.terms.years)

    def _present(self, flows: list[float]) -> float:
        return math.fsum(
            flow / (1 + self.terms.discount_rate) ** year for year, flow in enumerate(flows, start=1)
        )

    def _paid_back(self, rate: float) -> float:
        """Return when the one-off costs are paid, flows spread evenly within each year."""
        owed = self.one_off_cost
        if not self._net > 0:
            return math.nan
        fading = 1 - self.terms.decay
        for year in range(MOST_YEARS):
            net = (self.expected_gain * fading**year - self.yearly_cost) / (1 + rate) ** (year + 1)
            if owed <= net:
                return year + owed / net
            if not net > 0:
                break
            owed -= net
        return math.nan
