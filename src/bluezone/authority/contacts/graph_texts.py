"""Say what the graph of contacts shows: levels, what is waited for, the sentence above it."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from bluezone.authority.contacts.contact_rules import FoundBy, Wait
from bluezone.authority.contacts.graph import Graph, Node
from bluezone.authority.site.language import number_text


def level_name(level: int) -> str:
    """Return the name of a level, the same in all languages: F0, F1, F2."""
    return f"F{level}"


def level_heading(level: int) -> str:
    """Return the heading of a level's column."""
    return {
        0: gettext("F0 · cases"),
        1: gettext("F1 · near an F0"),
        2: gettext("F2 · near an F1"),
    }.get(level, level_name(level))


def wait_text(wait: Wait) -> str:
    """Return what somebody waits for, in two or three words; nothing for nothing."""
    return {
        Wait.CALL: pgettext("waits", "our call"),
        Wait.DECISION: pgettext("waits", "our decision"),
        Wait.ISOLATION: pgettext("waits", "isolation"),
        Wait.TEST: pgettext("waits", "a test"),
    }.get(wait, "")


def state_text(node: Node) -> str:
    """Return how somebody stands: what is waited for, else since when isolated, else what they do."""
    if node.hidden:
        return gettext("another office’s")
    if node.waits is not Wait.NOTHING:
        return gettext("waits: %(what)s") % {"what": wait_text(node.waits)}
    if node.isolated is not None:
        return gettext("isolated since %(day)s") % {"day": short_day(node.isolated)}
    if node.level > 1:
        return gettext("watches for symptoms")
    return pgettext("of a contact", "not reached") if not node.confirmed else pgettext("of a case", "nothing is due")


def short_state(node: Node) -> str:
    """Return how somebody stands, in the few letters that a telephone's drawing has room for."""
    if node.waits is not Wait.NOTHING:
        return wait_text(node.waits)
    if node.isolated is not None:
        return pgettext("of a contact", "isolated")
    return pgettext("of a contact", "watches") if node.level > 1 and not node.hidden else ""


def short_day(day: dt.date) -> str:
    """Return a day without its year: 13/8."""
    return date_format(day, "j/n")


def found_text(by: FoundBy | None) -> str:
    """Return how somebody was found."""
    return {FoundBy.APP: gettext("by the app"), FoundBy.HAND: gettext("by asking")}.get(by, "") if by else ""


def lead(graph: Graph) -> str:
    """Return the sentence above a graph: how many of each level, how many wait for something."""
    counts = {level: sum(node.level == level and not node.hidden for node in graph.nodes) for level in (0, 1, 2)}
    cases = ngettext("%(n)s case", "%(n)s cases", counts[0]) % {"n": number_text(counts[0])}
    said = gettext("%(cases)s, %(first)s F1, %(second)s F2.") % {
        "cases": cases,
        "first": number_text(counts[1]),
        "second": number_text(counts[2]),
    }
    waiting = sum(node.waits is not Wait.NOTHING for node in graph.nodes)
    if not waiting:
        return f"{said} {gettext('Nobody waits for anything.')}"
    text = ngettext("%(n)s person waits for something.", "%(n)s people wait for something.", waiting)
    return f"{said} {text % {'n': number_text(waiting)}}"
