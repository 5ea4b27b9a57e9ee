"""Say in a line a layer what a chart shows, and draw it."""

from __future__ import annotations

from bluezone.vega import Spec, svg


def layers_of(chart: Spec) -> list[str]:
    """Return of each layer the mark, and what each channel shows: a column (with the format of its axis) or a constant.

    Fails where a column is in no row, or where the chart cannot be drawn.
    """
    channels = [channel for each in chart["layer"] for channel in each["encoding"].values() if "field" in channel]
    rows = [row for part in (chart, *chart["layer"]) if "data" in part for row in part["data"]["values"]]
    assert {channel["field"] for channel in channels} <= {column for row in rows for column in row}
    drawn = svg(chart)
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    return [
        " ".join([each["mark"]["type"], *(f"{at}={_shown(channel)}" for at, channel in each["encoding"].items())])
        for each in chart["layer"]
    ]


def _shown(channel: Spec) -> str:
    if "value" in channel:
        return repr(channel["value"])
    return " ".join([channel["field"], *filter(None, [(channel.get("axis") or {}).get("format")])])
