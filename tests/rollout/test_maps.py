"""The map of provinces."""

from __future__ import annotations

import json

import altair
import pytest

from bluezone.geography.units import System
from bluezone.rollout.charts import svg
from bluezone.rollout.language import Language
from bluezone.rollout.maps import INSETS, NO_FIGURE, province_map


@pytest.mark.parametrize(("system", "count"), [(System.PROVINCES_63, 63), (System.PROVINCES_34, 34)])
def test_every_province_is_on_the_map_with_or_without_a_figure(system: System, count: int) -> None:
    specification = province_map({"48": 0.402, "92": 0.05}, system)
    altair.LayerChart.from_dict(specification, validate=True)
    land, coloured = (layer["data"]["values"] for layer in specification["layer"][:2])
    assert len(land) == count - 2
    assert sorted(feature["id"] for feature in coloured) == ["48", "92"]


def test_hoang_sa_and_truong_sa_are_labelled_and_coloured_as_their_provinces() -> None:
    text = json.dumps(province_map({"48": 0.402}, System.PROVINCES_63), ensure_ascii=False)
    assert '"name": "Hoàng Sa"' in text
    assert '"name": "Trường Sa"' in text
    dots = [layer for layer in json.loads(text)["layer"] if layer["mark"]["type"] == "circle"]
    assert [layer["mark"]["color"] for layer in dots] == ["#0d4fa8", NO_FIGURE]


@pytest.mark.parametrize("inset", INSETS, ids=lambda inset: inset.name)
def test_the_islands_of_an_inset_lie_in_its_box(inset: object) -> None:
    west, south, east, north = inset.box  # type: ignore[attr-defined]
    for lon, lat in inset.islands:  # type: ignore[attr-defined]
        moved_lon, moved_lat = inset.moved  # type: ignore[attr-defined]
        assert west < lon + moved_lon < east
        assert south < lat + moved_lat < north


def test_the_map_is_drawn_in_the_numbers_of_the_language() -> None:
    drawn = svg(province_map({"48": 0.402}, System.PROVINCES_34, language=Language.VIETNAMESE))
    assert drawn.startswith("<svg")
    assert "Hoàng Sa" in drawn
