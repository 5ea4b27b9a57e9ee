"""Specifications of charts are plain dicts, which threads do not share; drawn, each shows its own rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.layers import layers_of

from bluezone.epidemic import figures
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.importation import LADDER, SPENDINGS, Bought, Summary
from bluezone.epidemic.words import translator
from bluezone.i18n import Language
from bluezone.rollout import charts
from bluezone.rollout.forecast import outlook
from bluezone.rollout.series import Point
from bluezone.vega import Spec, field, layer, layered, png, svg


@pytest.mark.parametrize(
    ("shorthand", "options", "made"),
    [
        ("share:Q", {}, {"field": "share", "type": "quantitative"}),
        ("name:N", {"title": None}, {"field": "name", "type": "nominal", "title": None}),
        ("uptake:O", {"legend": None}, {"field": "uptake", "type": "ordinal", "legend": None}),
        ("date:T", {"sort": ["a"]}, {"field": "date", "type": "temporal", "sort": ["a"]}),
    ],
)
def test_a_channel_names_a_column_and_its_type(shorthand: str, options: dict[str, Any], made: Spec) -> None:
    assert field(shorthand, **options) == made


def chart(language: Language) -> Spec:
    made = layer("bar", {"x": field("share:Q")}, values=[{"share": 1234.5}], color="#1366d6")
    return layered([made], language, width=100, height=20, config={}, title="T")


def test_a_chart_is_its_layers_with_the_numbers_of_a_language() -> None:
    made = chart(Language.VIETNAMESE)
    assert made["layer"] == [
        {
            "mark": {"type": "bar", "color": "#1366d6"},
            "encoding": {"x": {"field": "share", "type": "quantitative"}},
            "data": {"values": [{"share": 1234.5}]},
        }
    ]
    assert (made["width"], made["height"], made["title"]) == (100, 20, "T")
    assert "1,000" in svg(chart(Language.ENGLISH))
    assert "1.000" in svg(made)
    assert png(made).startswith(b"\x89PNG")


POINTS = [Point(dt.date(2020, 8, day), 1000 * day) for day in (1, 5, 9)]
OUTLOOK = outlook(POINTS, as_of=POINTS[-1].date).days(7)
SHARE = Estimate(0.2, 0.1, 0.3)
EFFECT = Effect(0.3, 3, {"infections": 900.0}, Estimate(100.0, 50.0, 150.0), *[SHARE] * 6, pairing_gain=1.0)
SUMMARY = Summary(10, SHARE, (3.0, 5.0), 0.5, (4.0, 6.0), 1.0, 2.0)
BARS = [{"name": "A", "setting": "0.5", "side": "low", "averted": 0.1}]
LANGUAGE = Language.ENGLISH
WORDS = translator(LANGUAGE)

#: Chart -> of each layer the mark, and what each channel shows: a column (with the format of its axis) or a constant.
CHARTS: dict[str, tuple[Callable[[], Spec], list[str]]] = {
    "a curve with outlook and target": (
        lambda: charts.curve(POINTS, OUTLOOK, target=(20_000, dt.date(2020, 8, 30)), language=LANGUAGE),
        [
            "area x=date %-d/%-m y=low y2=high",
            "line x=date %-d/%-m y=total",
            "line x=date %-d/%-m y=total",
            "text x=date %-d/%-m y=total text='9,000'",
            "rule y=total",
            "point x=date %-d/%-m y=total",
            "text x=date %-d/%-m y=total text='target 20,000'",
        ],
    ),
    "a curve of more than a year": (
        lambda: charts.curve([Point(dt.date(2020, 1, 1), 5), Point(dt.date(2021, 2, 1), 9)], language=LANGUAGE),
        ["line x=date %-m/%y y=total", "text x=date %-m/%y y=total text='9'"],
    ),
    "a bar with a target": (lambda: charts.progress_bar(0.07, 0.3), ["bar x=share .0%", "tick x=share .0%"]),
    "a bar without": (lambda: charts.progress_bar(0.0, None), ["bar x=share .0%"]),
    "what adoption buys": (
        lambda: figures.dose_response([EFFECT], WORDS),
        ["rule y=y", "rule x=uptake % y=low y2=high", "line x=uptake % y=averted %", "point x=uptake % y=averted"],
    ),
    "how outbreaks run": (
        lambda: figures.epidemic_curves([{"uptake": 0.3, "curves": {"infections": [1, 2]}}], WORDS),
        ["area x=day color=uptake y=low y2=high", "line x=day color=uptake y=infections"],
    ),
    "a tornado": (
        lambda: figures.tornado(BARS, 0.15, WORDS),
        ["bar y=name x=averted % x2=middle color=side", "text y=name x=at % text=setting", "rule x=x"],
    ),
    "dying out": (
        lambda: figures.dying_out({(LADDER[0].name, 0.3): SUMMARY}, WORDS),
        ["rule x=uptake % color=measures y=low y2=high", "line x=uptake % color=measures y=mean %"],
    ),
    "what each thing averts": (
        lambda: figures.pareto([Bought(SPENDINGS[0].name, 3.5, SHARE, 1.0, 3.5, best=True)], WORDS),
        ["rule x=cost y=low y2=high", "point x=cost y=mean fill='white'", "text x=cost y=mean text=what"],
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_has_the_layers_that_show_its_columns_and_is_drawn(name: str) -> None:
    make, layers = CHARTS[name]
    assert layers_of(make()) == layers


@pytest.mark.parametrize(
    ("averted", "labels"),
    [
        ((0.1, 0.2), [("low", 0.1, "right"), ("high", 0.2, "left")]),
        ((0.2, 0.1), [("low", 0.2, "left"), ("high", 0.1, "right")]),
        ((0.16, 0.3), [("low", 0.15, "right"), ("high", 0.3, "left")]),
        ((0.14, 0.02), [("low", 0.15, "left"), ("high", 0.02, "right")]),
        ((0.3,), [("low", 0.3, "left")]),
        ((0.1,), [("low", 0.1, "right")]),
    ],
)
def test_the_two_labels_of_a_bar_of_the_tornado_stand_on_two_sides(averted: Any, labels: Any) -> None:
    bars = [
        {"name": "A", "setting": side, "side": side, "averted": share}
        for side, share in zip(("low", "high"), averted, strict=False)
    ]
    made: Any = figures.tornado(bars, 0.15, WORDS)
    assert [(each["side"], each["at"], each["align"]) for each in made["data"]["values"]] == labels


def curve_of(number: int) -> tuple[Spec, set[str], set[str]]:
    """Return a chart with a number in its data, the texts that it must show, and those that only others show."""
    total = 10_000 + number
    points = [Point(dt.date(2020, 8, 1), 5_000), Point(dt.date(2020, 8, 9), total)]
    return charts.curve(points, language=Language.ENGLISH), {f">{total:,}<"}, {">lever ", ">setting "}


def tornado_of(number: int) -> tuple[Spec, set[str], set[str]]:
    bars = [
        {"name": f"lever {number}", "setting": f"setting {number}.{side}", "side": side, "averted": averted}
        for side, averted in (("low", 0.1), ("high", 0.2 + number / 100))
    ]
    made = figures.tornado(bars, 0.15, WORDS)
    wanted = {f">lever {number}<", f">setting {number}.low<", f">setting {number}.high<"}
    return made, wanted, {f">{10_000 + other:,}<" for other in range(40)}


def test_forty_charts_in_eight_threads_each_show_their_own_rows() -> None:
    def drawn(number: int) -> tuple[str, set[str], set[str]]:
        made, wanted, foreign = (curve_of, tornado_of)[number % 2](number)
        return svg(made), wanted, foreign

    with ThreadPoolExecutor(8) as threads:
        for picture, wanted, foreign in threads.map(drawn, range(40)):
            assert {text for text in wanted if text not in picture} == set()
            assert {text for text in foreign if text in picture} == set()
