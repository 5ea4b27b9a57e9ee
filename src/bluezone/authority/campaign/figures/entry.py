"""One figure typed in by an officer: a table of one row, so that it passes the very checks a file does."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bluezone.authority.campaign.figures import imports, services
from bluezone.authority.campaign.figures.models import OWN_COUNT
from bluezone.authority.officers.models import User
from bluezone.authority.site.clock import today
from bluezone.geography import catalogue
from bluezone.rollout.counts import Count
from bluezone.rollout.imports import Scope, judge, read_rows
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.tables import Row, Table

#: what can be typed, as `bluezone.rollout.tables` names it
FIELDS = ("unit", "date", "installs", "with_phone", "active", "percent_population")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was typed: the figure (None if it cannot be one), its problems, and the figure it would replace."""

    count: Count | None
    problems: tuple[Problem, ...]
    replaces: Count | None

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def doubts(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.DOUBT]

    @property
    def to_confirm(self) -> str:
        """What the officer must have seen before it is stored; empty where there is nothing to ask."""
        if not self.doubts and self.replaces is None:
            return ""
        said = [problem.sentence() for problem in self.doubts]
        return hashlib.sha256(repr((said, self.count, self.replaces)).encode()).hexdigest()[:32]


def judge_entry(cells: Mapping[str, str], source: str, officer: User, now: dt.datetime) -> Judged:
    """Judge what was typed. Raises FigureError for a source that may not be, or an officer who enters no figures."""
    source = imports.check_source(source) or services.REPORTED
    typed = {name: " ".join(cells.get(name, "").split()) for name in FIELDS}
    table = Table({name: name for name in FIELDS}, (), (Row(1, typed),))
    scope = Scope(today=today(now), within=imports.within(officer.role, officer.place), source=source)
    file = read_rows(table, catalogue.all_units(), scope)
    count = file.rows[0].count
    stored = services.reported_of([count.unit], count.date, count.date) if count else []
    preview = judge(file, catalogue.figures(), stored)
    row = preview.rows[0]
    return Judged(row.count, preview.problems, row.held if row.change == "changed" else None)


def enter(judged: Judged, officer: User) -> services.Written:
    """Store a figure that has no errors and whose doubts the officer has seen."""
    assert judged.count is not None
    assert not judged.errors
    return services.write([judged.count], officer, log_new=True)


def is_ours(source: str) -> bool:
    """Whether our own server counted it: such a figure is nobody's to correct."""
    return source == OWN_COUNT
