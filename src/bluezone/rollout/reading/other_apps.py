"""Leave out the columns that stand below another app than Bluezone: their numbers never become Bluezone's. Pure.

`NCOVI` over `Được giới thiệu` counts who was told of NCOVI, which is kept; `NCOVI` over `Từ chối`, or `VssID` over `Đã
cài`, is no figure that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.app_rows import BLUEZONE
from bluezone.rollout.reading.apps import app_alone, apps_in
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.vocabulary import Guess

OF_APP = N_("it is of {app}, not of Bluezone")
#: what is counted of an app; how many people or phones there are is the same, whatever app stands above
_OF_AN_APP = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.ASKED, words.HAD, words.HELPED,
              words.REFUSED, words.TARGET, words.MISSING, words.RANK, words.TOTAL, words.JOINED, words.UNKNOWN,
              *words.SHARES}  # fmt: skip
_KEPT = {words.NCOVI, words.ASKED_NCOVI}


def leave_other_apps_out(roles: Sequence[Role]) -> None:
    """Leave out the columns whose lowest text that names an app names another one, with its name."""
    for role in roles:
        app = app_of(role.column.path)
        counted = role.kind in _OF_AN_APP and role.amounts.by_line and not role.guess.named
        if app and counted and role.why.template != SAID_SO and role.guess.doubt not in _KEPT:
            role.guess = Guess(words.UNKNOWN)
            role.leave_out(saying(OF_APP, app=app))


def app_of(path: Sequence[str]) -> str:
    """Return the app other than Bluezone that the lowest text of a header with an app names, as it is written; empty
    where it names Bluezone too, or none."""
    for text in reversed(path):
        ours = BLUEZONE in apps_in(text)
        if other := app_alone(text):
            return "" if ours else other
        if ours:
            return ""
    return ""
