"""Data that are free to read are not free to have."""

import math

import pytest

from forecasting.errors import DecisionError
from forecasting.value.business_case import BusinessCase, CaseTerms
from forecasting.value.cost_lines import CostLine
from forecasting.value.data_costs import DataSource, cost_lines_of, with_source

WEATHER = DataSource("weather", "web address", "met office", purchase=300, storage=5, upkeep=240)


def test_a_month_of_storage_is_paid_twelve_times_a_year():
    (line,) = cost_lines_of([WEATHER])
    assert line == CostLine("Data: weather", 300, 300, "web address; met office", "estimate")


def test_what_nobody_estimated_is_not_zero_and_says_so():
    (line,) = cost_lines_of([DataSource("till.csv", upkeep=90)])
    assert (line.one_off, line.yearly) == (None, 90)
    assert line.source == "file; purchase, storage not estimated"
    (blank,) = cost_lines_of([DataSource("till.csv")])
    assert not blank.estimated


def test_the_costs_of_data_lower_the_return():
    terms = CaseTerms(years=2, adoption=1, realisation=1)
    own = (CostLine("Build", one_off=1000),)
    without = BusinessCase(3000, own, terms)
    case = BusinessCase(3000, (*own, *cost_lines_of([WEATHER])), terms)
    assert without.roi == pytest.approx((6000 - 1000) / 1000)
    assert case.roi == pytest.approx((6000 - 1900) / 1900)  # 1,000 + 300 once, 2 × 300 a year


def test_a_source_that_comes_again_keeps_its_costs():
    again = with_source([WEATHER], DataSource("weather", "file", "their export"))
    assert again == (DataSource("weather", "file", "their export", 300, 5, 240),)
    assert len(with_source([WEATHER], DataSource("till.csv"))) == 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "a", "kind": "rumour"}, "choose one of file"),
        ({"name": "a", "storage": -1}, "0 or more"),
        ({"name": "a", "upkeep": math.inf}, "0 or more"),
        ({"name": "a", "confidence": "sure"}, "quote, estimate or guess"),
    ],
)
def test_nonsense_is_refused(wrong, why):
    with pytest.raises(DecisionError, match=why):
        DataSource(**wrong)
