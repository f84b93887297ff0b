"""What two unit costs mean, in words a manager can check against experience."""

from fractions import Fraction

from forecasting.errors import DecisionError


def explain_ratio(critical_ratio: float) -> str:
    """Return what a critical ratio says about the two costs and how often to be covered.

    >>> explain_ratio(0.95)
    '0.95: a lost sale costs you 19 times an unsold unit, so be covered in 19 of 20 cycles.'
    """
    if not 0 <= critical_ratio < 1:
        raise DecisionError(f"A critical ratio lies between 0 and 1, got {critical_ratio:g}.")
    if critical_ratio == 0:
        return "0: a lost sale costs you nothing, so order nothing."
    times = critical_ratio / (1 - critical_ratio)
    covered = _as_odds(critical_ratio)
    advice = f"be covered in {covered.numerator} of {covered.denominator} cycles"
    if critical_ratio < 0.5:
        advice = f"you plan to run out more often than not and {advice}"
    return f"{critical_ratio:.3g}: a lost sale costs you {times:.3g} times an unsold unit, so {advice}."


def _as_odds(share: float) -> Fraction:
    """Return a share as a fraction one can say aloud: at most twentieths, or all but one of n."""
    if share <= 0.95:
        return max(Fraction(share).limit_denominator(20), Fraction(1, 20))
    misses_one_in = round(1 / (1 - share))
    return Fraction(misses_one_in - 1, misses_one_in)
