"""Serve the graph of contacts: the drawing, the table behind it, what it says in numbers. Pseudonyms only."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET

from bluezone.authority.contacts import graph, graph_queries
from bluezone.authority.contacts.contact_rules import FoundBy, Wait
from bluezone.authority.contacts.graph import Cluster, Filter, Graph, Node
from bluezone.authority.contacts.graph_layout import MOST_SHAPES, NARROW, WIDE, Drawing, Shape, Width, drawings
from bluezone.authority.contacts.graph_numbers import numbers
from bluezone.authority.contacts.graph_texts import (
    found_text,
    lead,
    level_heading,
    level_name,
    short_day,
    short_state,
    state_text,
    wait_text,
)
from bluezone.authority.diagnosis.pages import confirmers_page
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text

#: shown without being asked for; at most
DAYS, MOST_DAYS = 28, 92
ROWS, CLUSTERS, SOURCES = 100, 12, 3


@confirmers_page
@require_GET
def graph_page(request: HttpRequest) -> HttpResponse:
    """Show who met whom, on which days, and who waits for what."""
    today = clock.today()
    first, last = _days(request, today)
    loaded = graph_queries.load(scope.officer(request.user), first, last)
    found = graph.clusters(loaded.graph)
    wanted = _filter(request, loaded.graph, found)
    shown = graph.chosen(loaded.graph, wanted, found)
    wide, narrow = drawings(shown, (WIDE, NARROW))
    sources = _sources(shown)
    page = Paginator(_in_order(shown.nodes), MOST_SHAPES if not wide.folded else ROWS).get_page(request.GET.get("page"))
    context = {
        "nav": "graph",
        "lead": lead(shown),
        "first": first,
        "last": last,
        "today": today,
        "anybody": bool(loaded.graph.nodes),
        "shown": bool(shown.nodes),
        "folded": wide.folded,
        "most": MOST_SHAPES,
        "elsewhere": loaded.elsewhere,
        "drawings": [_drawn(wide, WIDE, request, sources), _drawn(narrow, NARROW, request, sources)],
        "page": page,
        "rows": _rows(page, sources),
        "who": _who(request),
        "filters": _choices(request, loaded.graph, found, today, (first, last)),
        "waiting": _waiting(shown),
        "clusters": [_cluster(each, request) for each in found[:CLUSTERS]],
        "more_clusters": max(len(found) - CLUSTERS, 0),
        **numbers(shown),
    }
    return render(request, "contacts/graph.html", context)


# --- what was asked for -----------------------------------------------------------------------------------------------


def _days(request: HttpRequest, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the days asked for; what is none, or turned around, is left out."""
    last = min(_day(request.GET.get("to", "")) or today, today)
    first = _day(request.GET.get("from", "")) or last - dt.timedelta(days=DAYS - 1)
    first = max(first, last - dt.timedelta(days=MOST_DAYS - 1)) if first <= last else last - dt.timedelta(days=DAYS - 1)
    return first, last


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1900 else None


def _number(text: str, numbers: range) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) in numbers else None


def _filter(request: HttpRequest, whole: Graph, found: Sequence[Cluster]) -> Filter:
    """Return the filter asked for. Somebody named by a pseudonym is shown with their cluster."""
    asked = request.GET
    cluster, who = _number(asked.get("cluster", ""), range(1, len(found) + 1)), _who(request)
    if who:
        keys = {node.key for node in whole.nodes if node.name == who}
        cluster = next((each.number for each in found if keys & set(each.people)), cluster)
    wait, by, day = asked.get("waits", ""), asked.get("found", ""), _day(asked.get("day", ""))
    return Filter(
        place=asked.get("place", "") if asked.get("place", "") in {node.place for node in whole.nodes} else "",
        first=day,
        last=day,
        level=_number(asked.get("level", ""), range(3)),
        waits=Wait(wait) if wait and wait in set(Wait) else None,
        waiting=wait == "any",
        found_by=FoundBy(by) if by in set(FoundBy) else None,
        cluster=cluster,
    )


def _who(request: HttpRequest) -> str:
    return read_pseudonym(request.GET.get("who", "")[:40]) or ""


def _choices(
    request: HttpRequest, whole: Graph, found: Sequence[Cluster], today: dt.date, days: tuple[dt.date, dt.date]
) -> list[dict[str, Any]]:
    """Return the fields of the form that chooses who is shown: name, label, what can be chosen."""
    everything = ("", gettext("all"))
    places = sorted({node.place for node in whole.nodes if node.place})
    fields: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("place", gettext("Office"), [everything, *((each, office_name(each, today)) for each in places)]),
        ("level", gettext("Level"), [everything, *((str(each), level_name(each)) for each in range(3))]),
        (
            "waits",
            gettext("Waits for"),
            [
                everything,
                ("any", gettext("anything")),
                *((each.value, wait_text(each)) for each in Wait if each is not Wait.NOTHING),
            ],
        ),
        ("found", gettext("Found"), [everything, *((each.value, found_text(each)) for each in FoundBy)]),
        (
            "cluster",
            gettext("Cluster"),
            [everything, *((str(each.number), _cluster_name(each)) for each in found[:100])],
        ),
    ]
    chosen = {name: request.GET.get(name, "") for name, _label, _options in fields}
    made = [
        {
            "name": name,
            "label": label,
            "options": [{"value": value, "text": text, "here": value == chosen[name]} for value, text in options],
        }
        for name, label, options in fields
        if len(options) > 2 or chosen[name]
    ]
    spans = [today - dt.timedelta(days=back) for back in range(MOST_DAYS)]
    for name, label, day in (("from", pgettext("days", "From"), days[0]), ("to", pgettext("days", "To"), days[1])):
        options = [{"value": each.isoformat(), "text": short_day(each), "here": each == day} for each in spans]
        if day not in spans:
            options.append({"value": day.isoformat(), "text": short_day(day), "here": True})
        made.append({"name": name, "label": label, "options": options})
    return made


# --- the drawing ------------------------------------------------------------------------------------------------------


def _drawn(made: Drawing, width: Width, request: HttpRequest, sources: dict[str, list[str]]) -> dict[str, Any]:
    """Return a drawing as its template needs it: each shape with its words and where it leads."""
    is_wide = width is WIDE
    return {
        "drawing": made,
        "is_wide": is_wide,
        "columns": [(level_heading(level) if is_wide else level_name(level), x) for level, x in made.columns],
        "bands": [(short_day(band.day), band) for band in made.bands],
        "lines": made.lines,
        "shapes": [_shape(shape, request, sources, folded=made.folded, is_wide=is_wide) for shape in made.shapes],
        "ring": width.words + 24,
    }


def _shape(
    shape: Shape, request: HttpRequest, sources: dict[str, list[str]], *, folded: bool, is_wide: bool
) -> dict[str, Any]:
    node = shape.one
    if node is not None:
        return {
            "shape": shape,
            "level": level_name(shape.level),
            "unsure": not node.confirmed or node.hidden,
            "todo": node.waits is not Wait.NOTHING,
            "is_who": node.name != "" and node.name == _who(request),
            "name": (node.name if is_wide else node.name[2:6]) or "–",
            "state": state_text(node) if is_wide else short_state(node),
            "address": _address(node) if folded else f"#r-{node.key}",
            "label": _label(node, sources[node.key]),
        }
    count, waiting = number_text(shape.count), shape.waiting
    waits = gettext("%(n)s wait") % {"n": number_text(waiting)} if waiting else ""
    level = level_name(shape.level)
    said = gettext("%(count)s people, %(level)s, %(day)s, %(waiting)s of them wait for something")
    values = {"count": count, "level": level, "day": short_day(shape.day), "waiting": number_text(waiting)}
    return {
        "shape": shape,
        "level": level,
        "unsure": not shape.confirmed,
        "todo": bool(waiting),
        "name": gettext("%(count)s people") % {"count": count} if is_wide else f"× {count}",
        "state": waits,
        "address": f"?{urlencode(_narrowed(request, shape))}#people",
        "label": said % values,
    }


def _narrowed(request: HttpRequest, shape: Shape) -> dict[str, str]:
    """Return the query that shows the people of a shape alone."""
    kept = {name: str(value) for name, value in request.GET.items() if name in ("place", "waits", "found", "cluster")}
    days = {node.day for node in shape.people}
    first, last, more = min(days).isoformat(), max(days).isoformat(), {"level": str(shape.level)}
    if first == last:
        return kept | more | _span(request) | {"day": first}
    return kept | more | {"from": first, "to": last}


def _span(request: HttpRequest) -> dict[str, str]:
    """Return the days asked for, as a query keeps them."""
    return {name: request.GET[name] for name in ("from", "to") if name in request.GET}


def _label(node: Node, sources: list[str]) -> str:
    """Return all that a drawn person says, for who does not see the drawing."""
    parts = [f"{level_name(node.level)} {node.name}".strip(), short_day(node.day)]
    if sources:
        parts.append(gettext("near %(names)s") % {"names": ", ".join(sources[:SOURCES])})
    if not node.hidden:
        parts.append(gettext("confirmed") if node.confirmed else gettext("not confirmed"))
    parts.append(state_text(node))
    return ", ".join(part for part in parts if part)


def _address(node: Node) -> str:
    if node.hidden:
        return "#people"
    return reverse("diagnosis:detail" if node.level == 0 else "contacts:contact", args=(node.key,))


# --- the table and what stands beside ---------------------------------------------------------------------------------


def _in_order(nodes: Sequence[Node]) -> list[Node]:
    """Order people for the table: the newest day first."""
    return sorted(nodes, key=lambda node: (-node.day.toordinal(), node.level, node.name, node.key))


def _sources(shown: Graph) -> dict[str, list[str]]:
    """Return the names of whom each met, each once."""
    nodes, found = shown.by_key(), defaultdict[str, list[str]](list)
    for arrow in shown.arrows:
        name = nodes[arrow.source].name or gettext("another office’s")
        if name not in found[arrow.target]:
            found[arrow.target].append(name)
    return found


def _rows(page: Page[Node], sources: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {
            "node": node,
            "level": level_name(node.level),
            "address": "" if node.hidden else _address(node),
            "near": ", ".join(sources[node.key][:SOURCES]),
            "more": number_text(len(sources[node.key]) - SOURCES) if len(sources[node.key]) > SOURCES else "",
            "found": found_text(node.found_by),
            "state": state_text(node),
            "todo": node.waits is not Wait.NOTHING,
        }
        for node in page
    ]


def _waiting(shown: Graph) -> list[tuple[str, str, str]]:
    """Return how many wait for what: its value, its words, how many."""
    counts = Counter(node.waits for node in shown.nodes)
    return [(each.value, wait_text(each), number_text(counts[each])) for each in Wait if each and counts[each]]


def _cluster_name(each: Cluster) -> str:
    return gettext("%(number)s: %(people)s people, from %(first)s to %(last)s") % {
        "number": each.number,
        "people": number_text(len(each.people)),
        "first": short_day(each.first),
        "last": short_day(each.last),
    }


def _cluster(each: Cluster, request: HttpRequest) -> dict[str, Any]:
    return {
        "cluster": each,
        "address": f"?{urlencode(_span(request) | {'cluster': str(each.number)})}",
        "people": number_text(len(each.people)),
        "cases": number_text(each.cases),
        "first": short_day(each.first),
        "last": short_day(each.last),
        "sites": len(each.sites),
    }
