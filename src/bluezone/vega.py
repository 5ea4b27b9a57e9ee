"""Make Vega-Lite specifications of plain dicts, and draw them as SVG or PNG without a browser (vl-convert).

A dict belongs to whoever makes it: charts drawn at the same time in several threads share nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bluezone.i18n import Language, chart_number_locale

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}


def field(shorthand: str, **options: Any) -> Spec:
    """Describe a column that a channel shows: `share:Q`, with Q quantitative, N nominal, O ordinal, T temporal."""
    name, _, kind = shorthand.partition(":")
    return {"field": name, "type": _TYPES[kind], **options}


def layer(mark: str, encoding: Spec, *, values: Sequence[Mapping[str, Any]] | None = None, **look: Any) -> Spec:
    """Describe one layer: a mark, its look, what it shows by channel, and its rows where the chart's are not meant."""
    made: Spec = {"mark": {"type": mark, **look}, "encoding": encoding}
    return made if values is None else made | {"data": {"values": list(values)}}


def layered(layers: Sequence[Spec], language: Language, *, width: int, height: int, config: Spec, **rest: Any) -> Spec:
    """Put layers upon each other to a whole specification, which writes its numbers as the language does.

    rest: what else Vega-Lite knows of a chart, such as `data` for the layers without rows of their own, or `title`.
    """
    return {
        "$schema": SCHEMA,
        "config": {"view": {"stroke": None}, "locale": {"number": chart_number_locale(language)}, **config},
        "width": width,
        "height": height,
        "layer": list(layers),
        **rest,
    }


class Drawing(str):
    """Hold an SVG document, which a notebook shows as a picture."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


def svg(specification: Spec) -> Drawing:
    """Draw a specification as an SVG document. Fetches nothing."""
    import vl_convert

    return Drawing(
        vl_convert.vegalite_to_svg(
            specification, format_locale=specification["config"]["locale"]["number"], allowed_base_urls=[]
        )
    )


def png(specification: Spec) -> bytes:
    """Draw a specification as a PNG, at two pixels for each of its own. Fetches nothing."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(
        specification, scale=2, format_locale=specification["config"]["locale"]["number"], allowed_base_urls=[]
    )
    return drawn
