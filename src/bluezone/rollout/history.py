"""Return the real figures of 2020-21 that ship with `bluezone.geography`, as counts and series."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from bluezone.geography import catalogue
from bluezone.geography.catalogue import ProvinceReport
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, nation_on
from bluezone.rollout.audit import fits
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.numbers import count_of, percent_of
from bluezone.rollout.series import Point

#: The bulletin of 11 August 2020 says "of smartphones", but its values are shares of the population (see its note).
_MISNAMED = dt.date(2020, 8, 11)
#: How the note of a total begins that was printed as a bound.
_BOUNDS = ('"more than', '"passed')


def reported_counts() -> list[Count]:
    """Return every dated figure of a province or the nation that a paper or portal printed, in order of date."""
    of_provinces = [
        _count(report, _unit(report, report.date), report.date)
        for report in catalogue.province_reports()
        if report.date is not None
    ]
    of_the_nation = [
        Count(
            unit=nation_on(report.date).code,
            date=report.date,
            installs=report.total_downloads,
            with_phone=report.with_phone,
            source=report.source_url,
            origin=Origin.MINISTRY,
            bound=report.note.startswith(_BOUNDS),
        )
        for report in catalogue.national_reports()
        if report.date is not None
    ]
    return sorted([*of_provinces, *of_the_nation], key=lambda count: (count.date, str(count.unit)))


def reported_series(minimum: int = 3) -> dict[str, list[Point]]:
    """Return total installs by unit name, for the nation and every province with at least `minimum` figures.

    Where a paper printed only a share, or a count rounded to 100,000, the share on the census it used gives the total.
    """
    series: dict[str, list[Point]] = defaultdict(list)
    for report in catalogue.national_reports():
        if report.date is not None:
            bound = report.note.startswith(_BOUNDS)
            series[nation_on(report.date).name].append(Point(report.date, report.total_downloads, bound))
    for unit, date, total in _province_totals():
        series[unit.name].append(Point(date, total))
    return {name: points for name, points in series.items() if len(points) >= minimum}


def series_of(unit: Unit) -> list[Point]:
    """Return the series of one unit; empty if no paper printed it."""
    return reported_series(minimum=1).get(unit.name, [])


def _count(report: ProvinceReport, unit: Unit, date: dt.date) -> Count:
    """A printed row; a share alone gives its count back, on the census its source used (Hải Dương: that of 2009)."""
    share = _share(report)
    value = report.with_phone if report.of_accounts else report.installs
    derived = value is None and share is not None
    if share is not None and value is None:
        value = round(share * _base(unit, date) / 100)
    return Count(
        unit=unit.code,
        date=date,
        installs=None if report.of_accounts else value,
        with_phone=value if report.of_accounts else report.with_phone,
        derived=derived,
        percent_population=share,
        percent_smartphones=None if date == _MISNAMED else report.percent_smartphones,
        share_of="with_phone" if report.of_accounts else "installs",
        rank=report.rank,
        source=report.source_url or report.note,
        origin=Origin.MINISTRY,
    )


def _share(report: ProvinceReport) -> Decimal | None:
    if report.percent_population is None and report.date == _MISNAMED:
        return report.percent_smartphones
    return report.percent_population


def _province_totals() -> list[tuple[Unit, dt.date, int]]:
    totals = []
    for report in catalogue.province_reports():
        if report.date is None or report.of_accounts:
            continue
        unit = _unit(report, report.date)
        share = _share(report)
        rounded = report.installs is not None and report.installs % 100_000 == 0
        fine = share is not None and share != share.to_integral_value()  # a whole percent is too coarse for a curve
        if share is not None and fine and (report.installs is None or rounded):
            totals.append((unit, report.date, int(share * _base(unit, report.date) / 100)))
        elif report.installs is not None:
            totals.append((unit, report.date, report.installs))
    return sorted(totals, key=lambda total: total[1])


def _unit(report: ProvinceReport, date: dt.date) -> Unit:
    return catalogue.provinces().find(report.province, on=date, level=Level.PROVINCE)


def _base(unit: Unit, date: dt.date) -> int:
    """The people the papers used for a province: the census that most of its printed pairs fit, else the current."""
    figures = catalogue.figures()
    current = figures.current(unit, Measure.POPULATION, date)
    pairs = [
        (count_of(report.installs), percent_of(str(report.percent_population)))
        for report in catalogue.province_reports()
        if report.province == unit.name and report.installs and report.percent_population
    ]
    candidates = [current, *figures.every(unit, Measure.POPULATION)]
    return max(candidates, key=lambda f: sum(fits(count, share, f.value) for count, share in pairs)).value
