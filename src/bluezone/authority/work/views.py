"""Serve the one list of what is due: by danger, then hour; assigned, ticked off, or done for many at once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bluezone.authority.officers.generic import Filters, ListPage, OfJurisdiction, Step
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.views import shift_bar
from bluezone.authority.site import clock
from bluezone.authority.site.language import named_day, number_text, sentence_of
from bluezone.authority.work import kinds, queries, rules, services
from bluezone.authority.work.kinds import BulkAction, Line, Panel, Reader
from bluezone.authority.work.models import Task
from bluezone.authority.work.queries import Whose
from bluezone.authority.work.rules import Group, Kind, Urgency
from bluezone.errors import TranslatableError

#: headings of the list: text, tone, picture
_GROUPS = {
    Group.NOW: (gettext_lazy("Needs help now"), "act", "alert"),
    Group.SOON: (gettext_lazy("Soon"), "", "wait"),
    Group.OVERDUE: (gettext_lazy("Overdue"), "watch", "wait"),
    Group.MORNING: (gettext_lazy("Before 12:00"), "", "wait"),
    Group.TODAY: (gettext_lazy("Today"), "", "wait"),
    Group.LATER: (gettext_lazy("Later"), "", "wait"),
}
_WHOSE = {
    Whose.MINE: gettext_lazy("Mine"),
    Whose.OFFICE: gettext_lazy("My office's"),
    Whose.FREE: gettext_lazy("Unassigned"),
    Whose.ALL: gettext_lazy("All below too"),
}


class WorkFilters(Filters):
    """Filter the list by what its address asks; the chips above it are links to these."""

    whose = forms.ChoiceField(choices=[(each.value, each.value) for each in Whose], required=False)
    kind = forms.ChoiceField(choices=[("", ""), *((each.value, each.value) for each in Kind)], required=False)
    due = forms.ChoiceField(choices=[("", ""), ("now", "now"), ("overdue", "overdue")], required=False)
    place = forms.CharField(max_length=80, required=False)

    def __init__(self, data: Any, *, reader: Reader) -> None:
        self.reader = reader
        super().__init__(data)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tasks that fit; those of the own office where no part of the list and no place is asked for."""
        rows = super().narrow(rows)
        if self.data.get("place"):
            return rows
        return rows.filter(queries.part(_part(self), self.reader))

    def by_kind(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(kind=value)

    def by_due(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "overdue":
            return rows.filter(due_at__lt=self.reader.now)
        return rows.filter(urgency=Urgency.NOW) if self.reader.reads_health else rows

    def by_place(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(place__startswith=value)


@dataclass(frozen=True, slots=True)
class Row:
    """Describe a row of the list: the task, what its package says, and what can be done here."""

    task: Task
    line: Line
    #: whom or what it is about, as far as the reader may know
    called: str
    group: Group
    #: whether it is urgent, as far as the reader may know
    is_urgent: bool
    #: by how much it is overdue, or by when it is due
    when: str
    is_late: bool
    is_mine: bool
    can_finish: bool
    #: where it is, if not at the reader's own place
    place: str
    #: the address at which its part opens; where it is open, that part's template and what it shows
    opens: str
    panel_template: str = ""
    panel: Mapping[str, Any] | None = None

    @property
    def ticked(self) -> str:
        """Return how a form names the task, with who has it."""
        return f"{self.task.pk}:{self.task.officer_id or ''}"


class OfTasks(OfJurisdiction):
    """Serve the open tasks of the officer's jurisdiction."""

    model = Task

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.officer, self.own, localtime(clock.now()))

    def rows(self) -> QuerySet[Task]:
        return Task.objects.filter(state=Task.State.OPEN, opens_at__lte=self.reader.now).select_related(
            "person", "officer"
        )

    def chosen(self) -> dict[int, int | None]:
        """Return the tasks that a form names, each with who had it; one alone where its own button was pressed."""
        found: dict[int, int | None] = {}
        for text in self.request.POST.getlist("only") or self.request.POST.getlist("tasks"):
            key, _colon, holder = text.partition(":")
            if key.isascii() and key.isdecimal() and len(key) < 18:
                found[int(key)] = int(holder) if holder.isascii() and holder.isdecimal() and len(holder) < 18 else None
        return dict(list(found.items())[:500])

    def back(self) -> str:
        """Return the list as it was asked for."""
        return list_address(self.request) or reverse("work:list")


def list_address(request: HttpRequest) -> str:
    """Return the list, as it was asked for, to which a form of it leads back; nothing for a form of another page."""
    wanted, own = request.POST.get("next", ""), reverse("work:list")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith(own) else ""


class WorkList(OfTasks, ListPage):
    """List what is due."""

    nav, template_name = "work", "work/list.html"
    filters = WorkFilters
    paginator_class = queries.BoundedPaginator

    def get_filters_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader}

    @property
    def ordering(self) -> Sequence[str]:  # type: ignore[override]
        return queries.order(self.reader)

    def present(self, rows: Sequence[Task]) -> list[Row]:
        """Return the page's rows, what each says asked of its package once."""
        lines = lines_of(rows, self.reader)
        persons.open_for((task.person for task in rows), self.officer, self.reader.now)
        opening = [task for task in rows if _panel(task) is not None]
        following = dict(itertools.pairwise(opening))
        return [self._row(task, lines[task.pk], following.get(task)) for task in rows]

    def _row(self, task: Task, line: Line, after: Task | None) -> Row:
        panel, source, now = _panel(task), kinds.source_of(task.source), self.reader.now
        urgency = Urgency(task.urgency) if self.reader.reads_health else Urgency.CALM
        who = called(task, line)
        place = "" if task.place == self.own.place else place_name(task.place, self._day)
        row = Row(
            task,
            line,
            who,
            rules.group_of(urgency, task.due_at, now),
            urgency is Urgency.NOW,
            self._when(task),
            rules.is_overdue(task.due_at, now),
            task.officer_id == self.officer.pk,
            line.can_finish and source is not None and source.finish is not None,
            place if place != who else "",
            self._address(task) if panel is not None else "",
        )
        if panel is None or self.request.GET.get("open") != str(task.pk):
            return row
        shown = {"following": self._address(after), "following_task": after, **panel.context(task, self.reader)}
        return replace(row, panel_template=panel.template, panel=shown)

    @cached_property
    def _day(self) -> dt.date:
        return clock.date_of(self.reader.now)

    def _address(self, task: Task | None) -> str:
        """Return the address of this list with the part of a task open, at its row; of None of the list alone."""
        query = self.request.GET.copy()
        query.pop("open", None)
        if task is not None:
            query["open"] = str(task.pk)
        address = f"{reverse('work:list')}?{query.urlencode()}".rstrip("?")
        return f"{address}#task-{task.pk}" if task is not None else address

    def _when(self, task: Task) -> str:
        """Say by when a task is due, or for how long it has been overdue."""
        late = self.reader.now - task.due_at
        hours, day = int(late.total_seconds() // 3_600), clock.date_of(task.due_at)
        if late > dt.timedelta():
            if hours < 1:
                minutes = max(1, int(late.total_seconds() // 60))
                text = ngettext("%(n)s minute late", "%(n)s minutes late", minutes)
                return text % {"n": number_text(minutes)}
            if hours < 48:
                return ngettext("%(n)s hour late", "%(n)s hours late", hours) % {"n": number_text(hours)}
            days = hours // 24
            return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": number_text(days)}
        moment = localtime(task.due_at)
        if day == self._day:
            return _("by %(time)s") % {"time": f"{moment:%H:%M}"}
        return _("by %(day)s") % {"day": f"{moment:%H:%M} {day.day}/{day.month}"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the counts, the links of the filters, what can be done to many, and what is overdue below."""
        tallies = queries.tallies(self.reader)
        part, place = _part(self.asked), self.asked.data.get("place", "")
        found = {
            "tally": tallies.get(part),
            "office": tallies[Whose.OFFICE],
            "parts": self._parts(tallies),
            "chips": self._chips(tallies.get(part)),
            "place": place_name(self.own.place, self._day),
            "now": self.reader.now,
            "today": named_day(clock.date_of(self.reader.now)),
            "actions": [each for each in kinds.bulk_actions if each.allowed(self.reader)],
            "colleagues": queries.colleagues(self.own),
            "below": [
                {"name": place_name(each, self._day), "count": count, "address": f"?whose=all&due=overdue&place={each}"}
                for each, count in queries.overdue_below(self.officer, self.own, self.reader.now)
            ]
            if part is Whose.ALL
            else [],
            "asked_place": place_name(place, self._day) if place and self.own.may_see(place) else "",
            "address": self._address(None),
            "shift_bar": shift_bar(self.request),
        }
        shown = super().get_context_data(**found | kwargs)
        groups = itertools.groupby(shown["rows"], key=lambda row: row.group)
        return shown | {"groups": [(*_GROUPS[group], list(rows)) for group, rows in groups]}

    def _query(self, **asked: str) -> str:
        kept = {name: self.asked.data.get(name, "") for name in ("whose", "kind", "due")} | asked
        return "?" + "&".join(f"{name}={value}" for name, value in kept.items() if value)

    def _parts(self, tallies: Mapping[Whose, queries.Tally]) -> list[dict[str, Any]]:
        shown = [each for each in _WHOSE if each is not Whose.ALL or not self.own.is_office]
        return [
            {
                "text": _WHOSE[each],
                "address": self._query(whose=each.value, kind="", due=""),
                "count": tallies[each].all if each in tallies else None,
                "here": each is _part(self.asked) and not self.asked.data.get("place"),
            }
            for each in shown
        ]

    def _chips(self, tally: queries.Tally | None) -> list[dict[str, Any]]:
        kind, due = self.asked.data.get("kind", ""), self.asked.data.get("due", "")

        def chip(text: Any, count: int | None, asked_kind: str = "", asked_due: str = "") -> dict[str, Any]:
            here = (kind, due) == (asked_kind, asked_due)
            return {
                "text": text,
                "count": count,
                "address": self._query(kind=asked_kind, due=asked_due),
                "here": here,
            }

        found = [chip(_("All"), tally.all if tally else None)]
        if self.reader.reads_health and (tally is None or tally.urgent or due == "now"):
            found.append(chip(_("Needs help now"), tally.urgent if tally else None, asked_due="now"))
        if tally is None or tally.overdue or due == "overdue":
            found.append(chip(_("Overdue"), tally.overdue if tally else None, asked_due="overdue"))
        for each in Kind:
            count = tally.kinds[each] if tally else None
            if tally is None or count or kind == each.value:
                found.append(chip(kinds.NAMES[each], count, asked_kind=each.value))
        return found


def lines_of(tasks: Sequence[Task], reader: Reader) -> dict[int, Line]:
    """Return what rows say, by the task's key: each package is asked once. Of what nobody knows the kind alone."""
    found = {task.pk: Line(kinds.NAMES[Kind(task.kind)]) for task in tasks}
    for source in kinds.sources:
        own = [task for task in tasks if task.source == source.name]
        if own:
            found |= source.lines(own, reader)
    return found


def _part(asked: Filters) -> Whose:
    return Whose(asked.data.get("whose") or "")


def _panel(task: Task) -> Panel | None:
    source = kinds.source_of(task.source)
    return source.panels.get(Kind(task.kind)) if source is not None else None


def called(task: Task, line: Line) -> str:
    """Return whom or what a task is about, as far as the reader may know."""
    return task.person.called if task.person is not None else line.about or str(line.title)


class TaskStep(Step, WorkList):
    """Do something with the tasks that a form names; where it fails the list says why."""

    done = ""

    def way_back(self) -> str:
        return self.back()

    def say(self, text: str) -> None:
        """Say what was done on the page that follows."""
        messages.success(self.request, text)


class Assign(TaskStep):
    """Give tasks to an officer of the office, to oneself, or back to the office. Of two officers the second is told
    who has it."""

    def act(self) -> None:
        to, seen = self._to(), self.chosen()
        taken = services.assign(self.get_queryset(), seen, to)
        for task in taken:
            holder = task.officer.get_full_name() if task.officer is not None else _("the office")
            facts = {"task": kinds.NAMES[Kind(task.kind)], "name": holder}
            messages.warning(self.request, _("%(task)s: %(name)s has it already.") % facts)
        count = len(seen) - len(taken)
        if not seen:
            messages.warning(self.request, _("Nothing is chosen."))
        elif count and to is None:
            text = ngettext("%(n)s task is the office's again.", "%(n)s tasks are the office's again.", count)
            self.say(text % {"n": number_text(count)})
        elif count and to is not None:
            text = ngettext("%(n)s task is given to %(name)s.", "%(n)s tasks are given to %(name)s.", count)
            self.say(text % {"n": number_text(count), "name": to.get_full_name()})

    def _to(self) -> Any:
        asked = self.request.GET.get("to") or self.request.POST.get("to", "")
        if asked == "me":
            return self.officer
        if asked == "office":
            return None
        found = next((each for each in queries.colleagues(self.own) if str(each.pk) == asked), None)
        if found is None:
            raise Http404
        return found


class Finish(TaskStep):
    """Tick tasks off. One that somebody did before is no error."""

    def act(self) -> None:
        done, chosen = 0, self.chosen()
        for task in self.get_queryset().filter(pk__in=chosen):
            source = kinds.source_of(task.source)
            if source is None or source.finish is None:
                raise PermissionDenied
            source.finish(task, self.reader)
            done += 1
        if done:
            self.say(ngettext("%(n)s task is done.", "%(n)s tasks are done.", done) % {"n": number_text(done)})
        else:
            self.say(_("It was done already."))


class Bulk(TaskStep):
    """Do one thing to many tasks: say first how many, whom it leaves out and why; then do it."""

    def prepare(self) -> None:
        super().prepare()
        named = (each for each in kinds.bulk_actions if each.name == self.kwargs["kind"] and each.allowed(self.reader))
        found = next(named, None)
        if found is None:
            raise Http404
        self.action: BulkAction = found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Say what it would do, or do it."""
        tasks = list(self.get_queryset().filter(pk__in=self.chosen()).order_by(*self.ordering))
        if not tasks:
            messages.warning(request, _("Nothing is chosen."))
            return redirect(self.back())
        out = {task.pk: _("This is not for it.") for task in tasks if not self.action.applies(Kind(task.kind))}
        fitting = [task for task in tasks if task.pk not in out]
        out |= self.action.left_out(fitting, self.reader)
        taken = [task for task in fitting if task.pk not in out]
        sure = request.POST.get("sure") == "1" or not (self.action.asks_first or out)
        form = self.action.form(request.POST if sure else None) if self.action.form is not None else None
        problem = ""
        if sure and taken and (form is None or form.is_valid()):
            try:
                answer = self.action.run(taken, self.reader, request)
            except TranslatableError as error:
                problem = sentence_of(error)
            else:
                if isinstance(answer, HttpResponse):
                    return answer
                self.say(answer)
                return redirect(self.back())
        return self._before(tasks, taken, out, form, problem)

    def _before(
        self, tasks: Sequence[Task], taken: Sequence[Task], out: Mapping[int, str], form: Any, problem: str
    ) -> HttpResponse:
        lines = lines_of(tasks, self.reader)
        persons.open_for((task.person for task in tasks if task.pk in out), self.officer, self.reader.now)
        left: dict[str, list[tuple[str, Line]]] = {}
        for task in tasks:
            if task.pk in out:
                left.setdefault(out[task.pk], []).append((called(task, lines[task.pk]), lines[task.pk]))
        context = {
            "nav": self.nav,
            "action": self.action,
            "taken": taken,
            "out": left.items(),
            "form": form,
            "back": self.back(),
            "problem": problem,
        }
        failed = bool(problem or (form is not None and form.errors))
        return render(self.request, "work/bulk.html", context, status=400 if failed else 200)
