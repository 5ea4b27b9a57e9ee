"""Register what a package says and does about its tasks: the lines of the list, the part that opens under a row, what
is done to many at once, and which tasks time makes. So the list knows no package.

    kinds.sources.add(Source("episode", lines, panels={Kind.CALL: Panel("episodes/call.html", call_context)}))
    kinds.bulk_actions.add(BulkAction("orders", _("Order isolation"), decides, left_out, order))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Registry
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted
from bluezone.geography.units import Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: what is to be done, as filters and rows call it
NAMES: Mapping[Kind, StrOrPromise] = {
    Kind.CALL: _("Call a contact"),
    Kind.DECIDE: _("Decide on a contact"),
    Kind.ORDER: _("Order to sign"),
    Kind.CHECK: _("Daily check"),
    Kind.ALARM: _("Alarm"),
    Kind.TEST: _("Test due"),
    Kind.RELEASE: _("End of isolation"),
    Kind.HANDOVER: _("Take over"),
    Kind.RESULT: _("Laboratory result"),
    Kind.PLACE: _("Place to decide"),
    Kind.REPORT: _("Reported exposure"),
    Kind.REQUEST: _("Request of a person"),
    Kind.ROLLOUT: _("Roll-out"),
    Kind.BREACH: _("Breach of personal data"),
}


def title_of(written: str) -> str:
    """Return what the audit log calls a task, from what was written of it (`str(task)`): its kind in words, and the key
    of what it arose from."""
    kind, _space, key = written.partition(" ")
    return f"{NAMES[Kind(kind)]} · {key}"


_OPEN = _("Open")


@dataclass(frozen=True, slots=True)
class Reader:
    """Describe who reads the list, and when."""

    officer: User
    own: Jurisdiction
    now: dt.datetime

    @property
    def reads_health(self) -> bool:
        """Return whether they may know how urgent a task about a person is: a danger sign, a positive test."""
        return confirming.may_read_health(Issuer(officer=self.officer))


@dataclass(frozen=True, slots=True)
class Post:
    """Describe a place with officers, for which time makes tasks: its jurisdiction, unit of the gazetteer, and when."""

    own: Jurisdiction
    unit: Unit
    now: dt.datetime
    #: whether somebody there may confirm cases
    confirms: bool = False

    @property
    def place(self) -> str:
        return self.own.place

    @property
    def day(self) -> dt.date:
        return clock.date_of(self.now)

    def at(self, hour: int) -> dt.datetime:
        """Return an hour of the day."""
        return clock.beginning_of(self.day) + dt.timedelta(hours=hour)


@dataclass(frozen=True, slots=True)
class Line:
    """Hold what a row says of its task, in the reader's language; what is not known stays empty. Of a task about a
    person the list itself adds who that is, as far as the reader may know."""

    title: StrOrPromise
    #: where it is done, and what the button to there says; not needed where a panel opens under the row
    address: str = ""
    action: StrOrPromise = _OPEN
    #: name of a picture of `icon.html`
    icon: str = ""
    #: whom or what it is about, where that is no person; a second line of it
    about: str = ""
    note: str = ""
    #: what the person is to whom: “wife of LM-002”; a second line of it, as a hamlet
    relation: str = ""
    where: str = ""
    #: the day of so many, and what they are counted from
    day: int | None = None
    days: int | None = None
    since: str = ""
    #: what was said last
    last: str = ""
    #: whether it can be ticked off in the list (`Source.finish`)
    can_finish: bool = False

    @property
    def percent(self) -> int | None:
        """Return how far the days have run."""
        return min(100, round(100 * self.day / self.days)) if self.day is not None and self.days else None


@dataclass(frozen=True, slots=True)
class Panel:
    """Describe the part that opens under a row: its template, and what that shows as `panel`. The template gets besides
    `row`, `task`, `line`, `called` (whom it is about), and for a form's hidden `next` `back` and `following`: the
    address of the list, and of the list with the next part open (`panel.following_task`; None: there is no more)."""

    template: str
    context: Callable[[Task, Reader], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """Describe what a package's tasks are, by their `source`."""

    name: str
    #: what rows say, by the task's key: asked once a page
    lines: Callable[[Sequence[Task], Reader], Mapping[int, Line]]
    panels: Mapping[Kind, Panel] = field(default_factory=dict)
    #: does what a tick means, and settles; raises TranslatableError for what cannot be done
    finish: Callable[[Task, Reader], object] | None = None
    #: of tasks that time or many rows make: all that are wanted of a post now, each with a word that tells it from the
    #: post's others. None: each cause settles its own
    standing: Callable[[Post], Iterable[tuple[str, Wanted]]] | None = None


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Describe what is done to many tasks at once. Before it is done a page says whom it leaves out, and why; what
    changes nothing (`asks_first` False) is done at once where nobody is left out."""

    #: in its address
    name: str
    text: StrOrPromise
    applies: Callable[[Kind], bool]
    #: does it; returns a file or a page, or the sentence that the list then says
    run: Callable[[Sequence[Task], Reader, HttpRequest], HttpResponse | str]
    #: why a task that the action applies to is left out, by its key
    left_out: Callable[[Sequence[Task], Reader], Mapping[int, str]] = lambda _tasks, _reader: {}
    #: what it asks before it is done
    form: type[forms.Form] | None = None
    icon: str = ""
    asks_first: bool = True
    #: who is offered it
    allowed: Callable[[Reader], bool] = lambda _reader: True


sources: Registry[Source] = Registry()
bulk_actions: Registry[BulkAction] = Registry()


def source_of(name: str) -> Source | None:
    """Return the source of a name; None where its package is not there."""
    return next((each for each in sources if each.name == name), None)
