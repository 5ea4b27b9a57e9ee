"""Say on the ministry's home page that the clock is not believed, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.site import clock, clock_guard
from bluezone.authority.site.registries import Alert, HomePart, Visitor
from bluezone.authority.site.time_guard import Finding

_MINISTRY = "ministry"


def alerts(visitor: Visitor) -> Iterable[Alert]:
    """Return the alert about the clock, for officers of the ministry, where jobs refuse to run by it."""
    if visitor.role != _MINISTRY:
        return
    verdict = clock_guard.look(clock.now())
    if verdict.is_believed:
        return
    hours = round(abs(verdict.ahead.total_seconds()) / 3_600)
    if hours < 1:
        by = _("less than an hour")
    elif hours < 48:
        by = ngettext("{number} hour", "{number} hours", hours).format(number=hours)
    else:
        by = ngettext("{number} day", "{number} days", round(hours / 24)).format(number=round(hours / 24))
    if verdict.finding is Finding.DATABASE_DIFFERS:
        what = _("The clocks of the server and of its database differ by {span}.")
    else:
        what = _("The server's clock has leapt by {span}.")
    advice = _(
        "Until that is settled no keys are published and nothing is deleted; what phones send is kept. "
        "Ask whoever runs the server to put the clock right, or to accept it with "
        "`bluezone authority accept-clock`."
    )
    yield Alert(what.format(span=by), advice)


PART = HomePart(5, alerts)
