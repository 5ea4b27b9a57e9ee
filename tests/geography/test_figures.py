"""Which count of people a day's share is of."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.errors import NoFigureError
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.units import UnitCode

CODE = UnitCode("63", "93")
UNIT = catalogue.provinces().unit(CODE)
CENSUS = {"2009": dt.date(2009, 4, 1), "2019": dt.date(2019, 4, 1), "2024": dt.date(2024, 4, 1)}


def figure(name: str, value: int, as_of: dt.date, counts_from: dt.date | None = None) -> Figure:
    return Figure(CODE, value, Vintage(name, Measure.POPULATION, as_of, name, name, counts_from))


def known(*figures: Figure) -> Figures:
    return Figures(figures, catalogue.provinces())


@pytest.mark.parametrize(
    ("day", "people"),
    [
        (dt.date(2009, 3, 31), 9),  # before any: the first there is
        (dt.date(2009, 4, 1), 9),
        (dt.date(2019, 3, 31), 9),
        (dt.date(2019, 4, 1), 19),
        (dt.date(2024, 12, 31), 19),
        (dt.date(2025, 1, 1), 24),  # of April, published at the end of the year
    ],
)
def test_a_share_is_of_the_newest_count_that_counts_on_its_day(day: dt.date, people: int) -> None:
    figures = known(
        figure("2019", 19, CENSUS["2019"]), figure("2024", 24, CENSUS["2024"], dt.date(2025, 1, 1)),
        figure("2009", 9, CENSUS["2009"]),
    )  # fmt: skip
    found = figures.on(UNIT, Measure.POPULATION, day)
    assert found is not None
    assert found.value == people


def test_where_nothing_is_known_there_is_no_share() -> None:
    assert known().on(UNIT, Measure.POPULATION, dt.date(2020, 8, 20)) is None
    with pytest.raises(NoFigureError):
        known().current(UNIT, Measure.POPULATION, dt.date(2020, 8, 20))


def test_of_two_counts_of_one_day_the_one_that_counts_from_later_is_taken() -> None:
    figures = known(figure("a", 1, CENSUS["2019"]), figure("b", 2, CENSUS["2019"], dt.date(2020, 1, 1)))
    assert figures.current(UNIT, Measure.POPULATION, dt.date(2020, 8, 20)).value == 2
    assert figures.current(UNIT, Measure.POPULATION, dt.date(2019, 8, 20)).value == 1


VINTAGES = st.lists(
    st.tuples(st.dates(dt.date(2009, 1, 1), dt.date(2020, 8, 19)), st.integers(0, 60)), min_size=1, max_size=5
)


@given(
    VINTAGES, st.dates(dt.date(2009, 1, 1), dt.date(2020, 8, 19)), st.dates(dt.date(2015, 1, 1), dt.date(2020, 8, 19))
)
def test_a_count_added_later_changes_no_share_of_a_day_gone_by(
    before: list[tuple[dt.date, int]], as_of: dt.date, day: dt.date
) -> None:
    first = [
        figure(f"v{place}", place, when, min(when + dt.timedelta(days=late), dt.date(2020, 8, 19)))
        for place, (when, late) in enumerate(before)
    ]
    today = dt.date(2020, 8, 20)
    later = known(*first).with_figures([figure("later", 99, as_of, today)])
    assert later.on(UNIT, Measure.POPULATION, day) == known(*first).on(UNIT, Measure.POPULATION, day)


def test_the_figures_of_many_units_are_those_of_each() -> None:
    figures = catalogue.figures()
    units = [catalogue.provinces().unit(UnitCode("63", digits)) for digits in ("93", "92", "93")]
    found = figures.of_units(units, Measure)
    assert found == {(unit.code, measure): figures.every(unit, measure) for unit in units for measure in Measure}
    assert found[CODE, Measure.POPULATION]
