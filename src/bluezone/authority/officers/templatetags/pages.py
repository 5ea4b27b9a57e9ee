"""Draw what lists of the generic views have in common: the head of a column that sorts."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("pages/sortable.html", takes_context=True)
def sortable(context: Context, name: str, style: str = "") -> dict[str, Any]:
    """Draw the head of a column by which the list can be sorted: a link, first upwards, then downwards."""
    view = context["view"]
    asked = view.asked.data.get("sort", "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(asked, "")
    return {
        "request": context["request"],
        "label": next(each.label for each in view.sorts if each.name == name),
        "style": style,
        "direction": direction,
        "anchor": getattr(view, "anchor", ""),
        "following": f"-{name}" if direction == "ascending" else name,
    }
