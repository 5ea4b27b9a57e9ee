"""The map of Vietnam as Vega-Lite: provinces coloured by share, Hoàng Sa and Trường Sa in labelled insets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bluezone.geography import catalogue
from bluezone.geography.units import System
from bluezone.rollout.charts import FONT, INK, MUTED, NUMBER_LOCALES, inline
from bluezone.rollout.language import Language, translator

if TYPE_CHECKING:
    import altair as alt

#: Light to dark, distinguishable in grey and to the colour-blind; the last step is the house's blue darkened.
COLOURS = ("#dbe9fb", "#a9ccf5", "#6aa7ec", "#2f7fdd", "#0d4fa8")
NO_FIGURE = "#d9dee4"
LAND_LINE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Inset:
    """A group of islands drawn in a box off the coast: the box (west, south, east, north in degrees on the map), the
    islands' true positions, and by how much they are moved to lie in it."""

    name: str
    province_63: str
    province_34: str
    box: tuple[float, float, float, float]
    islands: tuple[tuple[float, float], ...]
    moved: tuple[float, float]


#: True positions in degrees east and north (Natural Earth / GeoNames, public).
INSETS = (
    Inset(
        "Hoàng Sa", "48", "48", (109.9, 15.5, 112.3, 17.5),
        ((111.61, 16.53), (112.34, 16.83), (111.20, 15.78), (111.78, 16.45), (112.73, 16.67), (111.51, 16.06)),
        (-0.9, 0.0),
    ),
    Inset(
        "Trường Sa", "56", "56", (109.8, 7.9, 113.2, 12.4),
        ((111.92, 8.65), (114.33, 11.43), (114.33, 9.89), (114.37, 10.18), (112.92, 7.88), (113.84, 8.87),
         (114.48, 10.38), (112.22, 8.65)),
        (-1.7, 0.5),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapStyle:
    """Size in pixels, and the shares (0..1) at which a darker colour begins."""

    width: int = 360
    height: int = 560
    steps: tuple[float, ...] = (0.08, 0.15, 0.23, 0.3)


def province_map(
    shares: Mapping[str, float],
    system: System,
    *,
    language: Language = Language.VIETNAMESE,
    style: MapStyle | None = None,
) -> dict[str, Any]:
    """Provinces of a system coloured by share (0..1, by GSO code); those without a figure are grey. Vega-Lite."""
    import altair as alt

    _ = translator(language)
    style = style or MapStyle()
    collection = catalogue.shapes(system)
    features = [_with_share(feature, shares) for feature in collection["features"]]
    legend = alt.Legend(
        title=_("Share of the population"), format=".0%", orient="bottom-left", titleColor=MUTED, labelColor=MUTED
    )
    scale = alt.Scale(type="threshold", domain=list(style.steps), range=list(COLOURS))
    shade = alt.Color("properties.share:Q").scale(scale).legend(legend)
    tooltip = [
        alt.Tooltip("properties.name_vi:N", title=_("Unit")),
        alt.Tooltip("properties.share:Q", title=_("Share"), format=".2%"),
    ]
    land = alt.Chart(inline([f for f in features if f["properties"]["share"] is None])).mark_geoshape(
        fill=NO_FIGURE, stroke=LAND_LINE, strokeWidth=0.6
    ).encode(tooltip=tooltip[:1])  # fmt: skip
    coloured = alt.Chart(inline([f for f in features if f["properties"]["share"] is not None])).mark_geoshape(
        stroke=LAND_LINE, strokeWidth=0.6
    ).encode(color=shade, tooltip=tooltip)  # fmt: skip
    chart = alt.layer(land, coloured, *_insets(system, shares, style))
    framed = (
        chart.project(type="mercator")
        .properties(width=style.width, height=style.height)
        .configure(font=FONT, background="transparent", locale={"number": dict(NUMBER_LOCALES[language])})
        .configure_view(stroke=None)
    )
    specification: dict[str, Any] = framed.to_dict()
    return specification


def _insets(system: System, shares: Mapping[str, float], style: MapStyle) -> list[alt.Chart]:
    """A box, the islands in the colour of their province, and the name, for each group."""
    import altair as alt

    layers = []
    for inset in INSETS:
        west, south, east, north = inset.box
        # Clockwise, as d3 wants: the inside of the ring is the box, not the rest of the world.
        ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
        box = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        layers.append(alt.Chart(inline([box])).mark_geoshape(fill=None, stroke=MUTED, strokeWidth=0.8))
        code = inset.province_63 if system is System.PROVINCES_63 else inset.province_34
        colour = _colour(shares.get(code), style)
        dots = [{"lon": lon + inset.moved[0], "lat": lat + inset.moved[1]} for lon, lat in inset.islands]
        layers.append(
            alt.Chart(inline(dots)).mark_circle(size=26, color=colour, stroke=MUTED, strokeWidth=0.5, opacity=1)
            .encode(longitude="lon:Q", latitude="lat:Q")
        )  # fmt: skip
        name = [{"lon": (west + east) / 2, "lat": south, "name": inset.name}]
        layers.append(
            alt.Chart(inline(name)).mark_text(dy=9, fontSize=10, color=INK)
            .encode(longitude="lon:Q", latitude="lat:Q", text="name:N")
        )  # fmt: skip
    return layers


def _colour(share: float | None, style: MapStyle) -> str:
    if share is None:
        return NO_FIGURE
    return COLOURS[sum(share >= step for step in style.steps)]


def _with_share(feature: Mapping[str, Any], shares: Mapping[str, float]) -> dict[str, Any]:
    share = shares.get(feature["id"])
    return {**feature, "properties": {**feature["properties"], "share": share}}
