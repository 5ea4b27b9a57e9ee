"""Every place that shows the figure of a unit on a day shows the same one, from the same source, of the same people."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.models import DailyCount, Population
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.public import curves
from bluezone.authority.officers.models import User
from bluezone.authority.simulations import places as simulated
from bluezone.geography import catalogue
from bluezone.geography.figures import Figure, Measure, Vintage
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, format_change, format_date, format_number, format_points, format_share
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.counts import Kind as CountKind
from bluezone.rollout.directives import Base
from bluezone.rollout.series import DEFAULT_ORDER, Series, choose
from bluezone.rollout.sources import class_name, order_sentence, source_of
from bluezone.rollout.texts import people_a_day, translator

DAY = dt.date(2020, 8, 20)
HAU_GIANG, CAN_THO = UnitCode.parse("63:93"), UnitCode.parse("63:92")
UNIT = catalogue.provinces().unit(HAU_GIANG)
CENSUS = 733_017
VI = Language.VIETNAMESE
WEEK = DAY - dt.timedelta(days=7)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def order(db: None) -> Directive:
    """The order of August 2020: 30 % of the province's people."""
    directive = Directive.objects.create(
        number="1234", issued=dt.date(2020, 8, 14), issuer="UBND", scope="63:93", place="/63:93/", base=Base.POPULATION,
        target="3/10", deadline=dt.date(2020, 8, 30), responsible="Chủ tịch",
    )  # fmt: skip
    Target.objects.create(
        directive=directive, kind=Kind.UNIT, key="63:93", place="/63:93/", people=CENSUS, installs=219_906
    )
    return directive


@dataclass(frozen=True)
class Shown:
    """What the places show of the province: texts of pages, and the order's line as its template gets it."""

    unit: str
    #: None where the province is among those without a figure, which share one line
    national: dict[str, Any] | None
    line: dict[str, Any]
    order: str
    message: str
    cells: list[str]
    home: str
    reports: dict[str, Any]
    officers_list: str


@pytest.fixture
def look(order: Directive, officer: Any, signed_in: Callable[[str], Any], set_clock: Any) -> Callable[[], Shown]:
    """Open every place on the day."""
    set_clock.now = dt.datetime.combine(DAY, dt.time(3), dt.UTC)

    def open_all() -> Shown:
        province, ministry = signed_in("province"), signed_in("ministry")
        base = f"/officer/bulletins/63:93/{DAY}"
        national = ministry.get(f"/rollout/?date={DAY}")
        page = province.get(f"/officer/directives/{order.pk}")
        workbook = load_workbook(io.BytesIO(province.get(f"{base}.xlsx").content))
        reports = ministry.get("/officer/rollout/reports?of=provinces")
        return Shown(
            unit=text_of(province.get(f"/rollout/63:93?date={DAY}")),
            national=next((row for row in national.context["rows"] if row["code"] == "63:93"), None),
            line=page.context["line"],
            order=text_of(page),
            message=text_of(province.get(f"{base}.txt")),
            cells=[str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value],
            home=text_of(province.get("/officer/rollout/")),
            reports=next(row for row in reports.context["rows"] if row["key"] == "63:93"),
            officers_list=text_of(province.get("/officer/rollout/figures/of/63:93")),
        )

    return open_all


def check(shown: Shown, series: Series, people: int) -> None:
    """Hold every place against the series that the pure rule chooses."""
    figure = series.figure
    assert order_sentence(DEFAULT_ORDER, VI) in shown.unit
    assert any(order_sentence(DEFAULT_ORDER, VI) in cell for cell in shown.cells)
    if figure is None:
        assert "Chưa có số liệu" in shown.unit
        assert shown.national is None
        assert (shown.line["count"], shown.reports["total"]) == ("", "")
        return
    total, source = series.total or 0, source_of(figure.origin, figure.source, VI)
    number, named, share = (
        format_number(total, VI),
        class_name(figure.origin, VI),
        spaced(format_share(Fraction(total, people), VI)),
    )
    assert f"{number} lượt cài đặt" in shown.unit
    assert share in shown.unit
    host = source.replace("https://example.org/a", "example.org")  # the public page shows it as a link
    assert f"Nguồn: {host}." in shown.unit
    assert shown.national is not None
    assert shown.national["count"] == number
    assert shown.national["class"] in ("", named)
    assert (shown.line["count"], shown.line["last"]) == (number, format_date(figure.date, VI))
    of_the_order = format_share(Fraction(total, CENSUS), VI)  # the people it was given on
    assert shown.line["share"] == of_the_order
    assert shown.line["class"] in ("", named)  # said beside a line only where lines differ
    assert f"Nguồn: {source}." in shown.order
    for text in (shown.message, shown.home):
        assert f"{number} lượt" in text
        assert source in text
    assert f"{number} lượt" in " ".join(shown.cells) or number in shown.cells or str(total) in shown.cells
    assert any(source in cell for cell in shown.cells)
    assert share in shown.message
    if figure.origin is not Origin.COUNTED:  # a report is what an officer reported; our own count is none
        assert (shown.reports["total"], shown.reports["source"]) == (number, source)
    assert f"<strong>{number}</strong>" in shown.officers_list
    missing = max(0, 219_906 - total)
    assert shown.line["needed"] == format_number(missing, VI)
    pace = series.gain_per_day()
    said = "" if pace is None else people_a_day(pace, VI)
    assert shown.line["recent"] == said
    _ = translator(VI).gettext
    if pace is not None:
        a_day = _("{per_day} a day").format(per_day=said)
        assert shown.cells[shown.cells.index(_("Pace of the last 7 days")) + 1] == a_day
    else:
        assert _("Pace of the last 7 days") not in shown.cells
    gain = series.gain_since(WEEK)
    if gain is not None:
        assert any(f"{spaced(format_change(gain[1], VI))} (" in spaced(cell) for cell in shown.cells)
    if gain is not None and (WEEK - gain[0]).days <= 7 and series.is_fresh():
        assert spaced(shown.national["points"]) == spaced(format_points(Fraction(gain[1], people), VI))


COUNTS = st.lists(
    st.builds(
        Count,
        unit=st.just(HAU_GIANG),
        date=st.integers(0, 45).map(lambda back: DAY - dt.timedelta(days=back)),
        installs=st.none() | st.integers(1, 700_000),
        with_phone=st.none() | st.integers(1, 700_000),
        active=st.integers(1, 700_000),
        source=st.sampled_from(["report", "https://example.org/a", "12/BC"]),
        origin=st.sampled_from([Origin.MINISTRY, Origin.REPORTED]),
    )
    | st.builds(
        Count,
        unit=st.just(HAU_GIANG),
        date=st.integers(0, 45).map(lambda back: DAY - dt.timedelta(days=back)),
        installs=st.integers(1, 700_000),
        active=st.integers(1, 700_000),
        source=st.just("devices"),
        origin=st.just(Origin.COUNTED),
    ),
    max_size=12,
)
VINTAGES = st.lists(
    st.tuples(
        st.integers(700_000, 900_000),
        st.dates(dt.date(2019, 4, 2), dt.date(2020, 8, 30)),
        st.dates(dt.date(2020, 4, 18), dt.date(2020, 8, 30)),
    ),
    max_size=2,
    unique_by=lambda each: each[1],
)


@given(counts=COUNTS, vintages=VINTAGES)
@settings(
    max_examples=settings.default.max_examples // 2,  # every page is drawn for each
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_place_shows_the_same_figure_with_the_same_source(
    look: Callable[[], Shown], counts: list[Count], vintages: list[tuple[int, dt.date, dt.date]]
) -> None:
    DailyCount.objects.all().delete()
    Population.objects.all().delete()
    store.store(counts)
    entered = []
    for people, as_of, counts_from in vintages:
        row = {"key": "63:93", "place": "/63:93/", "measure": "population", "people": people, "source": "letter"}
        now = dt.datetime(2020, 8, 20, tzinfo=dt.UTC)
        Population.objects.create(**row, as_of=as_of, counts_from=counts_from, entered_at=now)
        vintage = Vintage(str(as_of), Measure.POPULATION, as_of, "letter", "letter", counts_from)
        entered.append(Figure(HAU_GIANG, people, vintage))
    store.figures_changed()
    # of one unit, class, day and source one row: the last of a list replaces the earlier ones, at their place
    wanted = list({(each.date, each.origin, each.source): each for each in counts}.values())
    series = choose(wanted, DAY)
    base = catalogue.figures().with_figures(entered).on(UNIT, Measure.POPULATION, DAY)
    assert base is not None
    check(look(), series, base.value)
    curve = curves.curve_of(UNIT, DAY)
    assert [(point.date, point.total) for point in curve.points] == (
        series.totals() if len(series.points()) > 1 else []
    )
    known = simulated.known_of(UNIT, DAY)
    assert known.people == base.value
    assert known.adoption == (None if not series.total else series.total / base.value)
    for kind in CountKind:
        assert reader.series_of([HAU_GIANG], DAY, kind=kind).get(HAU_GIANG, Series(DAY, kind)).total == (
            choose(wanted, DAY, kind=kind).total
        )


def reported(installs: int, day: dt.date = DAY) -> Count:
    return Count(HAU_GIANG, day, installs=installs, source="report")


def counted(installs: int, day: dt.date = DAY) -> Count:
    return Count(HAU_GIANG, day, installs=installs, source="devices", origin=Origin.COUNTED)


@pytest.mark.parametrize(("own", "report"), [(120_000, 100_000), (100_000, 120_000)])
def test_an_own_count_and_a_report_of_hau_giang_are_not_mixed(look: Callable[[], Shown], own: int, report: int) -> None:
    """The report speaks, whichever is larger: what is missing and the rank are reckoned from it."""
    counts = [counted(own), reported(report)]
    store.store(counts)
    shown = look()
    check(shown, choose(counts, DAY), CENSUS)
    assert shown.line["needed"] == format_number(219_906 - report, VI)
    for text in (shown.unit, shown.message, shown.home):
        assert format_number(own, VI) not in text


def test_a_pace_is_said_alike_on_order_page_unit_page_and_bulletin(look: Callable[[], Shown]) -> None:
    """Of 17 installs in a week the unit's page and the bulletin said 2 a day, the order's page 2,4."""
    for day, installs in ((WEEK, 55_289), (DAY, 55_306)):
        store.store([Count(HAU_GIANG, day, installs=installs, source="report")])
    shown = look()
    assert shown.line["recent"] == "2,4"
    needed = shown.line["per_day"]
    assert "2,4 lượt" in shown.unit
    assert f"{needed} lượt mỗi ngày" in shown.unit
    assert "2,4" in shown.message
    assert f"{needed}/ngày" in shown.message or f"{needed} lượt mỗi ngày" in shown.message
    assert any("2,4" in cell for cell in shown.cells)


def test_an_own_count_that_stands_still_beside_one_report_has_no_pace(look: Callable[[], Shown]) -> None:
    counts = [counted(100_000, DAY - dt.timedelta(days=back)) for back in range(8)] + [reported(120_000)]
    store.store(counts)
    shown = look()
    check(shown, choose(counts, DAY), CENSUS)
    assert shown.line["recent"] == ""
    for text in (shown.unit, shown.message, shown.home, shown.order):
        assert "2.857" not in text


@pytest.mark.parametrize("sources", [("counted", "reported"), ("counted",)])
def test_a_campaign_that_puts_its_own_count_first_shows_it_everywhere(
    look: Callable[[], Shown], environment: Callable[..., None], sources: tuple[str, ...]
) -> None:
    environment(figure_sources=sources)
    counts = [counted(100_000, DAY - dt.timedelta(days=back)) for back in range(8)] + [reported(120_000)]
    store.store(counts)
    shown = look()
    assert shown.line["recent"] == "0"
    assert order_sentence(reader.order(), VI) in shown.unit
    assert [each for each in reader.order() if each is not Origin.PARTS] == [Origin(each) for each in sources]
    for text in (shown.unit, shown.message, shown.home):
        assert "100.000 lượt" in text
        assert "120.000" not in text


def test_a_census_added_later_changes_no_share_of_a_day_gone_by(
    look: Callable[[], Shown], officer: Callable[[str], User], signed_in: Callable[[str], Any], set_clock: Any
) -> None:
    store.store([reported(100_000)])
    before = look()
    assert "13,64%" in before.unit  # of 733,017
    set_clock.now = dt.datetime(2020, 8, 25, 3, tzinfo=dt.UTC)
    people = store.People(HAU_GIANG, Population.Measure.POPULATION, 800_000, dt.date(2020, 7, 1), "Cục Thống kê, 12/BC")
    written = store.add_populations([people], officer("province"), set_clock.now)
    assert (written.added, written.changed) == (1, 0)
    province = signed_in("province")
    assert "13,64%" in text_of(province.get(f"/rollout/63:93?date={DAY}"))
    assert "13,64%" in text_of(province.get(f"/officer/bulletins/63:93/{DAY}.txt"))
    store.store([reported(100_000, dt.date(2020, 8, 25))])
    today = text_of(province.get("/rollout/63:93?date=2020-08-25"))
    assert "12,50%" in today
    message = text_of(province.get("/officer/bulletins/63:93/2020-08-25.txt"))
    assert "12,50%" in message
    assert "Cục Thống kê, 12/BC" in message
