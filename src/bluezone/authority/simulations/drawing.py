"""Draw the two figures of an answer, as Vega-Lite specifications: what each uptake buys, and what that depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bluezone.i18n import Language
from bluezone.rollout import charts


def dose_response(
    effects: Sequence[Mapping[str, Any]], adoption: float | None, target: float, language: Language
) -> dict[str, Any]:
    """Draw the share of infections averted against the share of people with the app, with the interval of 95 %; upright
    lines mark the place's adoption and the target."""
    import altair as alt

    rows: list[dict[str, float | None]] = [{"uptake": 0.0, "mean": 0.0, "low": 0.0, "high": 0.0}]
    rows += [{"uptake": each["uptake"], **_interval(each["averted_share"])} for each in known(effects)]
    x = alt.X("uptake:Q").title(_("people with the app")).axis(format="%", grid=False, tickCount=8)
    y = alt.Y("mean:Q").title(_("infections averted")).axis(format="%", tickCount=6)
    low = alt.Y("low:Q").title(_("infections averted"))
    data = charts.inline(rows)
    layers = [
        alt.Chart(data).mark_area(color=charts.BAND, opacity=0.7).encode(x=x, y=low, y2="high:Q"),
        alt.Chart(data)
        .mark_line(
            color=charts.BLUE, strokeWidth=2.5, point=alt.OverlayMarkDef(color=charts.BLUE, filled=True, size=45)
        )
        .encode(x=x, y=y),
    ]
    for at, colour, text in ((adoption, charts.INK, _("now")), (target, charts.RED, _("target"))):
        if at is None:
            continue
        line = charts.inline([{"at": at}])
        where = alt.X("at:Q")
        layers.append(alt.Chart(line).mark_rule(color=colour, strokeDash=[4, 3]).encode(x=where))
        label = alt.Chart(line).mark_text(color=colour, align="left", dx=5, fontSize=11)
        layers.append(label.encode(x=where, y=alt.value(8), text=alt.value(text)))
    return charts.framed(alt.layer(*layers), language, charts.Size(width=520, height=260))


def tornado(bars: Sequence[Mapping[str, Any]], middle: float, language: Language) -> dict[str, Any]:
    """Draw how far the answer moves when one assumption goes to its low or its high value. bars: `name`, `low`,
    `high`."""
    import altair as alt

    order = [bar["name"] for bar in bars]
    x = alt.X("low:Q").title(_("infections averted")).axis(format="%", tickCount=6)
    y = alt.Y("name:N").title(None).sort(order).axis(labelLimit=330, grid=False)
    layers = [
        alt.Chart(charts.inline([dict(bar) for bar in bars])).mark_bar(color=charts.BLUE, height=11)
        .encode(x=x, x2="high:Q", y=y),
        alt.Chart(charts.inline([{"at": middle}])).mark_rule(color=charts.INK, strokeWidth=1.5).encode(x="at:Q"),
    ]  # fmt: skip
    return charts.framed(alt.layer(*layers), language, charts.Size(width=330, height=22 * len(bars)))


def known(effects: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the effects that can be drawn: the app is there, and an outbreak grew."""
    return [each for each in effects if each["uptake"] > 0 and each["averted_share"]["mean"] is not None]


def _interval(share: Mapping[str, float | None]) -> dict[str, float | None]:
    mean = share["mean"]
    return {"mean": mean} | {side: mean if share[side] is None else share[side] for side in ("low", "high")}
