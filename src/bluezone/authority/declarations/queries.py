"""Read declarations: of an officer's jurisdiction alone; how long people waited for a call, by place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.urls import reverse
from django.utils.translation import gettext

from bluezone.authority.declarations import rules, services
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.passes import services as passes
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.expressions import Quantile
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import Group, Happened, Holding, Link, Tone
from bluezone.forms.definition import said
from bluezone.forms.rendering import answer_text
from bluezone.rollout import suppression

#: how far back response times look
TIMES_SPAN = dt.timedelta(days=7)
#: and public counts
PUBLIC_DAYS = 7


def visible(user: User) -> QuerySet[HealthDeclaration]:
    """Return the declarations of an officer's jurisdiction, to be counted; whose pages list them asks for the right to
    read health data. The ministry has none."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return HealthDeclaration.objects.none()
    return scope.visible(HealthDeclaration.objects.exclude(state=rules.State.WITHDRAWN.value), user)


def editable(user: User) -> QuerySet[HealthDeclaration]:
    """Return the declarations that an officer may read and do something about."""
    own = scope.jurisdiction(user)
    if own is None or not (rules.sees_people(own) and confirming.may_read_health(Issuer(officer=user))):
        return HealthDeclaration.objects.none()
    return scope.editable(HealthDeclaration.objects.exclude(state=rules.State.WITHDRAWN.value), user)


def waiting(rows: QuerySet[HealthDeclaration]) -> QuerySet[HealthDeclaration]:
    """Return who waits for a call, the most urgent first, then the longest waiting."""
    return rows.filter(state__in=[each.value for each in rules.OPEN]).order_by(*QUEUE)


def unconfirmed(rows: QuerySet[HealthDeclaration]) -> QuerySet[HealthDeclaration]:
    """Return the alarming ones whose number nobody has confirmed, newest first: they ring nowhere."""
    return rows.filter(state=rules.State.UNCONFIRMED.value).order_by(*NEWEST)


#: the order of the queue, and of all that came: by an index of just them
QUEUE = ("-level", "received_at", "id")
NEWEST = ("-received_at", "-id")
#: more than so many are not counted
MOST_COUNTED = 1_000


def counted(rows: QuerySet[HealthDeclaration]) -> int:
    """Return how many there are, up to one more than MOST_COUNTED: to count a million takes long."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def link_of_pass(user: User, pseudonym: str) -> Link | None:
    """Return the way from a pass to the declaration it came of, for an officer who may open that."""
    row = editable(user).filter(id_digest=passes.came_of(pseudonym) or "-").values_list("pk", flat=True).first()
    return None if row is None else Link(reverse("declarations:sheet", args=[row]), gettext("the declaration"))


def events(officer: User, person: Person) -> Iterator[Happened]:
    """Yield what a person declared, of those declarations that the officer may read: what was said stands on their
    own page, which opening notes."""
    tones = (Tone.SAFE, Tone.WATCH, Tone.ACT)
    for row in editable(officer).filter(person=person):
        more = gettext("Nobody has called yet.") if row.state in rules.OPEN else row.get_result_display()
        yield Happened(
            row.received_at,
            gettext("Health declaration"),
            Group.CHECKS,
            more,
            "form",
            tones[min(row.level, 2)],
            reverse("declarations:sheet", args=[row.pk]),
        )


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return the declarations of a person who was entered from one, for the person's own page."""
    rows = HealthDeclaration.objects.exclude(state=rules.State.WITHDRAWN.value)
    for row in rows.filter(person__pseudonym=pseudonym).order_by("-received_at"):
        found, language = services.seen(row), page_language()
        facts = [
            (said(field.label, language), answer_text(field, found.answers[field.name], language))
            for field in found.form.fields
            if field.name in found.answers
        ]
        rule = gettext("Its form says so; with your receipt you can withdraw it at any time.")
        yield Holding(said(found.form.title, language), facts, row.expires_on, rule, may_go=True)


@dataclass(frozen=True, slots=True)
class Times:
    """Hold how long the people of a place waited for a call, in minutes, and how many wait still."""

    place: str
    answered: int
    median: int | None
    ninety_fifth: int | None
    waiting: int


def times(user: User, own: Jurisdiction, now: dt.datetime) -> list[Times]:
    """Return response times of the last days, by the places right below the officer's own, sorted by place."""
    since = visible(user).filter(received_at__gt=now - TIMES_SPAN, level__gt=0)
    rest, span = Substr("place", len(own.place) + 1), F("answered_at") - F("received_at")
    # for the database: the place right below the officer's own in which a row's place lies; the own where it is that
    below = Concat(Value(own.place), Substr(rest, 1, StrIndex(rest, Value("/"))), output_field=CharField())
    answered = since.filter(answered_at__isnull=False).order_by().values_list(below)
    found: dict[str, tuple[int, int, int]] = {
        place: (count, _minutes(median), _minutes(most))
        for place, count, median, most in answered.annotate(
            n=Count("answered_at"), median=Quantile(span, 0.5), most=Quantile(span, 0.95)
        )
    }
    open_: dict[str, int] = dict(waiting(since).order_by().values_list(below).annotate(n=Count("place")))
    none: tuple[int, int | None, int | None] = (0, None, None)
    times_of = {place: found.get(place, none) for place in sorted({*found, *open_})}
    return [Times(place, n, half, most, open_.get(place, 0)) for place, (n, half, most) in times_of.items()]


@dataclass(frozen=True, slots=True)
class PublicCount:
    """Hold how many declared in a province, and how many of them are to be called; None: not disclosed."""

    province: str
    declared: int | None
    to_call: int | None


def public_counts(today: dt.date) -> list[PublicCount]:
    """Return the counts of the last whole days by province, sorted by its code, small ones suppressed."""
    since = HealthDeclaration.objects.exclude(state=rules.State.WITHDRAWN.value)
    since = since.filter(
        received_at__gte=clock.beginning_of(today - dt.timedelta(days=PUBLIC_DAYS)),
        received_at__lt=clock.beginning_of(today),
    )
    found: dict[str, tuple[int, int]] = {}
    rings = Count("pk", filter=Q(level__gt=0) & ~Q(state=rules.State.UNCONFIRMED.value))
    for place, count, ringing in since.order_by().values_list("place").annotate(n=Count("pk"), rings=rings):
        if codes := codes_of(place):
            all_, to_call = found.get(codes[0], (0, 0))
            found[codes[0]] = (all_ + count, to_call + ringing)
    columns = [suppression.disclosed_parts({code: (each[at], None) for code, each in found.items()}) for at in (0, 1)]
    return [PublicCount(code, columns[0][code], columns[1][code]) for code in sorted(found)]


def _minutes(span: dt.timedelta) -> int:
    return max(0, round(span.total_seconds() / 60))
