"""Judge one figure typed in, by the very checks that a file passes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bluezone.authority.campaign.figures import imports, reader, store
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.geography import catalogue
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.imports import Scope, judge, of_cells
from bluezone.rollout.levels import NOTHING_BESIDE
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sources import REPORTED

#: what can be typed, as `rollout.imports` names it
FIELDS = ("unit", "date", "installs", "with_phone", "active", "percent_population")


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what was typed: the figure (None if it cannot be one), its problems, and the figure it would replace.

    `own`: that one is what the same officer wrote last, or has just read on the page of its correction; to replace it
    takes no second question.
    """

    count: Count | None
    problems: tuple[Problem, ...]
    replaces: Count | None
    own: bool = False

    @property
    def others(self) -> Count | None:
        """Return the figure it would replace, where the officer may not know of it."""
        return None if self.own else self.replaces

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def doubts(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.DOUBT]

    @property
    def to_confirm(self) -> str:
        """Return what the officer must have seen before it is stored; empty where there is nothing to ask."""
        if not self.doubts and self.others is None:
            return ""
        sentences = [problem.sentence() for problem in self.doubts]
        return hashlib.sha256(repr((sentences, self.count, self.replaces)).encode()).hexdigest()[:32]

    def is_settled(self, confirmed: str, reason: str) -> bool:
        """Return whether it can be stored: nothing is wrong, what there was to confirm is confirmed, and where there
        was a doubt, with a reason."""
        if self.count is None or self.errors or self.to_confirm not in ("", confirmed):
            return False
        return not self.doubts or bool(reason)


def judge_entry(
    cells: Mapping[str, str],
    source: str,
    officer: User,
    now: dt.datetime,
    origin: Origin | None = None,
    *,
    read: str = "",
) -> Judged:
    """Judge what was typed of a unit; `origin` where it corrects a figure that has one, `read` the `numbers` of that
    figure as the officer saw them.

    Raises FigureError for a source that may not be, or an officer who enters no figures.
    """
    scope = Scope(
        today=clock.date_of(now),
        within=imports.within(officer.role, officer.place),
        source=imports.check_source(source) or REPORTED,
        origin=origin or store.origin_of(officer.place),
    )
    return _judged(cells, scope, officer, read)


def judge_report(
    code: OrganisationCode, member: Member, cells: Mapping[str, str], officer: User, now: dt.datetime
) -> Judged:
    """Judge what was typed of a school, office or company."""
    scope = Scope(
        today=clock.date_of(now),
        source=REPORTED,
        origin=store.origin_of(officer.place),
        organisations=lambda _codes: {code: member},
    )
    return _judged({**cells, "unit": code}, scope, officer)


def _judged(cells: Mapping[str, str], scope: Scope, officer: User, read: str = "") -> Judged:
    typed = {name: " ".join(cells.get(name, "").split()) for name in FIELDS}
    file = of_cells(typed, catalogue.all_units(), scope)
    count = file.rows[0].count
    stored = reader.neighbours([count.unit], count.date, count.date) if count else []
    preview = judge(file, reader.denominators(), stored, reader.beside([count]) if count else NOTHING_BESIDE)
    row = preview.rows[0]
    replaces = row.held if row.change == "changed" else None
    own = replaces is not None and (read == store.numbers(replaces) or store.was_written_by(replaces, officer))
    return Judged(row.count, preview.problems, replaces, own)


def enter(judged: Judged, officer: User, reason: str = "") -> store.Written:
    """Store a figure that has no errors and whose doubts the officer has answered with a reason."""
    assert judged.count is not None
    assert not judged.errors
    return store.write([judged.count], officer, log_new=True, why=reason if judged.to_confirm else "")
