"""Draw the two figures of an answer, as Vega-Lite specifications: what each uptake buys, and what that depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bluezone.i18n import Language
from bluezone.rollout import charts
from bluezone.vega import Spec, field, layer


def dose_response(
    effects: Sequence[Mapping[str, Any]], adoption: float | None, target: float, language: Language
) -> Spec:
    """Draw the share of infections averted against the share of people with the app, with the interval of 95 %; upright
    lines mark the place's adoption and the target."""
    values: list[dict[str, float | None]] = [{"uptake": 0.0, "mean": 0.0, "low": 0.0, "high": 0.0}]
    values += [{"uptake": each["uptake"], **_interval(each["averted_share"])} for each in known(effects)]
    averted = _("infections averted")
    x = field("uptake:Q", title=_("people with the app"), axis={"format": "%", "grid": False, "tickCount": 8})
    y = field("mean:Q", title=averted, axis={"format": "%", "tickCount": 6})
    band = {"x": x, "y": field("low:Q", title=averted), "y2": {"field": "high"}}
    dots = {"color": charts.BLUE, "filled": True, "size": 45}
    layers = [
        layer("area", band, values=values, color=charts.BAND, opacity=0.7),
        layer("line", {"x": x, "y": y}, values=values, color=charts.BLUE, strokeWidth=2.5, point=dots),
    ]
    for at, colour, text in ((adoption, charts.INK, _("now")), (target, charts.RED, _("target"))):
        if at is None:
            continue
        where, mark = field("at:Q"), [{"at": at}]
        layers.append(layer("rule", {"x": where}, values=mark, color=colour, strokeDash=[4, 3]))
        label = {"x": where, "y": {"value": 8}, "text": {"value": text}}
        layers.append(layer("text", label, values=mark, color=colour, align="left", dx=5, fontSize=11))
    return charts.framed(layers, language, charts.Size(width=520, height=260))


def tornado(bars: Sequence[Mapping[str, Any]], middle: float, language: Language) -> Spec:
    """Draw how far the answer moves when one assumption goes to its low or its high value. bars: `name`, `low`,
    `high`."""
    x = field("low:Q", title=_("infections averted"), axis={"format": "%", "tickCount": 6})
    order = [bar["name"] for bar in bars]
    y = field("name:N", title=None, sort=order, axis={"labelLimit": 330, "grid": False})
    layers = [
        layer("bar", {"x": x, "x2": {"field": "high"}, "y": y}, values=bars, color=charts.BLUE, height=11),
        layer("rule", {"x": field("at:Q")}, values=[{"at": middle}], color=charts.INK, strokeWidth=1.5),
    ]
    return charts.framed(layers, language, charts.Size(width=330, height=22 * len(bars)))


def known(effects: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the effects that can be drawn: the app is there, and an outbreak grew."""
    return [each for each in effects if each["uptake"] > 0 and each["averted_share"]["mean"] is not None]


def _interval(share: Mapping[str, float | None]) -> dict[str, float | None]:
    mean = share["mean"]
    return {"mean": mean} | {side: mean if share[side] is None else share[side] for side in ("low", "high")}
