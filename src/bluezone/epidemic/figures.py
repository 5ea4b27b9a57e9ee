"""Draw figures: what adoption buys, how outbreaks run, and what the answer depends on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bluezone.epidemic.effects import Effect
from bluezone.epidemic.importation import LADDER, SPENDINGS, Bought, Summary
from bluezone.epidemic.words import setting
from bluezone.i18n import Translator
from bluezone.vega import Spec, field, layer, layered, png, svg

_INK, _BLUE, _AMBER, _QUIET = "#0b1f33", "#1366d6", "#b76e00", "#8a97a6"
_WIDTH, _HEIGHT = 660, 340
#: Colours that people with any sight tell apart (Okabe and Ito 2008), the first for no app.
_DISTINCT = ["#0b1f33", "#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#8a97a6"]
#: Faces with Vietnamese letters, the first that is there.
_FONT = "Noto Sans, DejaVu Sans, Segoe UI, Roboto, Helvetica Neue, sans-serif"


def dose_response(effects: Sequence[Effect], language: Translator) -> Spec | None:
    """Draw the share of infections averted by uptake, with 95 % intervals; nothing where no outbreak grew."""
    translate = language.gettext
    values = [
        {
            "uptake": effect.uptake,
            "averted": effect.averted_share.mean,
            "low": effect.averted_share.low if effect.runs > 1 else effect.averted_share.mean,
            "high": effect.averted_share.high if effect.runs > 1 else effect.averted_share.mean,
        }
        for effect in effects
        if effect.averted_share.mean == effect.averted_share.mean
    ]
    if not any(each["uptake"] > 0 for each in values):
        return None
    title = translate("infections averted")
    x = field("uptake:Q", axis={"format": "%", "title": translate("people with the app"), "grid": False})
    averted = field("averted:Q", axis={"title": title})
    layers = [
        layer("rule", {"y": field("y:Q", axis={"title": title})}, values=[{"y": 0}], color=_QUIET),
        layer("rule", {"x": x, **_interval(title)}, color=_BLUE, strokeWidth=1.5),
        layer(
            "line", {"x": x, "y": field("averted:Q", axis={"format": "%", "title": title})}, color=_BLUE, strokeWidth=2
        ),
        layer("point", {"x": x, "y": averted}, color=_BLUE, filled=True, size=60),
    ]
    return dress(layers, values, language)


def epidemic_curves(rows: Sequence[dict[str, Any]], language: Translator) -> Spec:
    """Draw the new infections a day by uptake: the mean of the runs, and pale the middle eight of ten of them."""
    translate = language.gettext
    curves: dict[float, list[list[int]]] = {}
    for row in rows:
        curves.setdefault(row["uptake"], []).append(row["curves"]["infections"])
    values = []
    for uptake, of_runs in sorted(curves.items()):
        by_day = np.array(of_runs, dtype=np.float64)
        low, high = np.quantile(by_day, [0.1, 0.9], axis=0)
        values += [
            {"uptake": uptake, "day": day, "infections": mean, "low": below, "high": above}
            for day, (mean, below, above) in enumerate(
                zip(by_day.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)
            )
        ]
    title = translate("new infections a day, mean of runs")
    legend = {"format": ".4~%", "title": translate("people with the app")}
    by_uptake = {
        "x": field("day:Q", axis={"title": translate("day"), "grid": False}),
        "color": field("uptake:O", scale={"range": _DISTINCT}, legend=legend),
    }
    layers = [
        layer("area", {**by_uptake, **_interval(title)}, opacity=0.15),
        layer("line", {**by_uptake, "y": field("infections:Q", axis={"title": title})}, strokeWidth=1.8),
    ]
    return dress(layers, values, language)


def tornado(bars: Sequence[Mapping[str, Any]], middle: float, language: Translator) -> Spec | None:
    """Draw how far the answer moves when one assumption goes to its low or high value; nothing where no outbreak grew.
    bars: name, side, setting, averted, from above."""
    translate = language.gettext
    values = [
        {
            "name": translate(name),
            "side": bar["side"],
            "setting": setting(bar["setting"], language),
            "averted": bar["averted"],
            "middle": middle,
        }
        for name, bar in ((each["name"], each) for each in bars)
        if bar["averted"] == bar["averted"]
    ]
    if not values:
        return None
    order = list(dict.fromkeys(bar["name"] for bar in values))
    for name in order:  # where both values move the answer one way, the nearer one's label stands across the middle
        ends = sorted((bar for bar in values if bar["name"] == name), key=lambda bar: bar["averted"])
        ends[-1] |= {"at": max(ends[-1]["averted"], middle), "align": "left"}
        if len(ends) > 1 or ends[0]["averted"] < middle:
            ends[0] |= {"at": min(ends[0]["averted"], middle), "align": "right"}
    y = field("name:N", sort=order, axis={"title": None, "labelLimit": 330})
    axis = {"format": "%", "title": translate("infections averted")}
    x, at = (field(f"{each}:Q", axis=axis, scale={"padding": 30}) for each in ("averted", "at"))
    outside: dict[str, Any] = {
        "align": {"expr": "datum.align"},
        "dx": {"expr": "datum.align == 'right' ? -4 : 4"},
    }
    side = field("side:N", scale={"domain": ["low", "high"], "range": [_AMBER, _BLUE]}, legend=None)
    layers = [
        layer("bar", {"y": y, "x": x, "x2": {"field": "middle"}, "color": side}, size=12, opacity=0.85),
        layer("text", {"y": y, "x": at, "text": field("setting:N")}, fontSize=10, color=_INK, **outside),
        layer("rule", {"x": field("x:Q")}, values=[{"x": middle}], color=_INK),
    ]
    return dress(layers, values, language, height=24 * len(order) + 60)


def dying_out(found: Mapping[tuple[str, float], Summary], language: Translator) -> Spec:
    """Draw the probability that an importation dies out, by uptake, a line for each set of measures; bars: 95 %."""
    translate = language.gettext
    titles = {each.name: translate(each.title) for each in LADDER}
    values = [
        {"measures": titles[name], "uptake": uptake, **asdict(each.dies_out)} for (name, uptake), each in found.items()
    ]
    y_title = translate("probability that it dies out")
    measures = field(
        "measures:N",
        sort=list(titles.values()),
        scale={"domain": list(titles.values()), "range": _DISTINCT[: len(titles)]},
        legend={"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300},
    )
    x = field("uptake:Q", axis={"format": "%", "title": translate("people with the app"), "grid": False})
    y = field("mean:Q", axis={"format": "%", "title": y_title}, scale={"domain": [0, 1]})
    layers = [
        layer("rule", {"x": x, "color": measures, **_interval(y_title)}, strokeWidth=1.5),
        layer("line", {"x": x, "color": measures, "y": y}, point=True, strokeWidth=2),
    ]
    return dress(layers, values, language)


def pareto(bought: Sequence[Bought], language: Translator) -> Spec:
    """Draw what each thing bought averts against what it costs; those that nothing beats are filled."""
    translate = language.gettext
    titles = {each.name: translate(each.title) for each in SPENDINGS}
    values = [
        {"what": titles[each.name], "cost": each.cost, "best": each.best, **asdict(each.averted)} for each in bought
    ]
    y_title = translate("infections averted")
    x = field("cost:Q", axis={"title": translate("cost, million đồng"), "grid": False})
    y = field("mean:Q", axis={"title": y_title})
    fill = {"condition": {"test": "datum.best", "value": _BLUE}, "value": "white"}
    layers = [
        layer("rule", {"x": x, **_interval(y_title)}, color=_BLUE),
        layer("point", {"x": x, "y": y, "fill": fill}, size=90, color=_BLUE),
        layer("text", {"x": x, "y": y, "text": field("what:N")}, align="left", dx=9, dy=-9, color=_INK),
    ]
    return dress(layers, values, language)


def _interval(title: str) -> Spec:
    """Return the channels of an upright line or a band from `low` to `high`."""
    return {"y": field("low:Q", axis={"title": title}), "y2": {"field": "high"}}


def save(figure: Spec, title: str, path: Path) -> None:
    """Write a figure under its title, wrapped so that no line is longer than the figure, as SVG or PNG by the ending of
    the name."""
    lines = textwrap.wrap(title, 84, break_long_words=False, break_on_hyphens=False)
    title_at = {"title": {"text": lines, "anchor": "start"}, "height": figure["height"] + 20 + 20 * len(lines)}
    figure = figure | {"description": title} | title_at
    if path.suffix == ".png":
        path.write_bytes(png(figure))
    else:
        path.write_text(svg(figure), "utf-8")


def headline(effects: Sequence[Effect], uptake: float = 0.30) -> Effect:
    """Choose the effect to speak of: the one nearest to an uptake (30 %: the order of August 2020)."""
    return min(
        (effect for effect in effects if effect.uptake > 0),
        key=lambda effect: abs(effect.uptake - uptake),
        default=effects[0],
    )


def dress(
    layers: Sequence[Spec], values: Sequence[Mapping[str, Any]], language: Translator, height: int = _HEIGHT
) -> Spec:
    """Give a figure its rows, type and size, with all that is written at its edges."""
    axis = {
        "labelColor": _INK,
        "titleColor": _INK,
        "titleFontWeight": "normal",
        "domainColor": _QUIET,
        "tickColor": _QUIET,
        "gridColor": "#e4e9ee",
    }
    title = {"fontSize": 14, "color": _INK, "fontWeight": 600, "offset": 14}
    return layered(
        layers,
        language.language,
        width=_WIDTH,
        height=height,
        autosize={"type": "fit", "contains": "padding"},
        config={"font": _FONT, "title": title, "axis": axis},
        data={"values": list(values)},
    )
