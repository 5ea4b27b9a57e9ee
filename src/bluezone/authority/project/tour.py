"""Lead an officer through the first page in eight steps, by role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import Role


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one step: what of the page it points at (a CSS selector), and what it says, lazily translated."""

    shows: str
    title: object
    text: object


_ROW, _SEARCH, _MORE = ".menu-row", ".find", "details.menu"
_FIRST, _NOW = ".duo.home > section:first-child", ".duo.home > section:nth-child(2)"
_MAIN_AREA, _OTHER_AREA, _BELOW = (
    ".areas > section:first-child",
    ".areas > section:nth-child(2)",
    ".duo.home ~ .duo.home",
)

_TODAY = Step(
    "h1",
    _("What today asks of you"),
    _("The first sentence counts what is due, and what cannot wait. It is the same list on every page of the day."),
)
_DO_FIRST = Step(
    _FIRST,
    _("Do first"),
    _("The most urgent stand on top, overdue ones before others. Each has the one button that settles it."),
)
_SEARCH_STEP = Step(
    _SEARCH,
    _("One search"),
    _("By a case, a person's code, a unit, an order or a place. A telephone number only whole, and that is noted."),
)
_ALL_PAGES = Step(_MORE, _("All pages, language, log out"), _("Behind this button lies whatever has no place above."))
_WORK = Step(
    _FIRST + " .chips",
    _("The whole list"),
    _("Filter it by kind; several people at once are called, decided of and signed for in one step."),
)
_NOT_DONE = Step("h1", _("Nothing here is final"), _("A wrong figure is corrected, and what it was stays in the log."))

_DIRECTING = (
    _TODAY,
    _DO_FIRST,
    Step(
        _NOW,
        _("Where your unit stands"),
        _("The newest figure, the target, the pace it takes and the pace there is, each with its source."),
    ),
    Step(
        _MAIN_AREA,
        _("Figures and orders"),
        _("Enter a number, or drop in any spreadsheet: you see what it would change before anything is stored."),
    ),
    Step(
        _BELOW,
        _("Who is behind"),
        _("The units below you, the farthest behind first. The curve shows where the next two weeks may end."),
    ),
    Step(
        _ROW,
        _("Four areas"),
        _("Roll-out, cases, declarations and places, administration: each opens a page with all there is in it."),
    ),
    _SEARCH_STEP,
    _ALL_PAGES,
)
_CASES = (
    _TODAY,
    _DO_FIRST,
    _WORK,
    Step(
        _MAIN_AREA,
        _("Cases and contacts"),
        _("Open a case, enter who was near, follow isolation. A person is a code; a name opens by a shift, noted."),
    ),
    Step(
        _OTHER_AREA,
        _("The roll-out"),
        _("How many have the app where you are, what the order asks, and where your figure of today is entered."),
    ),
    Step(
        _ROW,
        _("Four areas"),
        _("Cases, roll-out, declarations and places, administration: each opens a page with all there is in it."),
    ),
    _SEARCH_STEP,
    _ALL_PAGES,
)
_HEAD = (
    _TODAY,
    Step(
        _FIRST,
        _("Your figure of today"),
        _("One number a day is enough: how many of your people have the app. Yesterday's stands beside it."),
    ),
    Step(_NOW, _("Where your unit stands"), _("How many are missing from what the order asks, and until when.")),
    Step(
        _NOW + " dl", _("The code on your poster"), _("Whoever scans it is counted for you; nobody learns who it was.")
    ),
    Step(
        _MAIN_AREA,
        _("All that is yours"),
        _("Orders to you, your classes or parts, your poster and letters to print: nothing else is shown to you."),
    ),
    _NOT_DONE,
    _SEARCH_STEP,
    _ALL_PAGES,
)


def steps(role: Role, *, cases_first: bool) -> Sequence[Step]:
    """Return the steps for a role; for who follows cases these come first."""
    if role is Role.UNIT_HEAD:
        return _HEAD
    return _CASES if cases_first else _DIRECTING
