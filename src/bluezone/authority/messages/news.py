"""Publish and withdraw news, and send them as text messages to the numbers left in their place.

Each number is noted before its message goes: a worker that is killed sends nobody the same twice, and at worst one
person nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.documents import services as documents
from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.documents.rules import OF_PLACES, PublishedKind, area_of
from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages.models import NewsItem, PhoneNumber
from bluezone.authority.messages.phone_numbers import decrypt
from bluezone.authority.messages.sms import Sender, SmsError, sender
from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.site.locks import job_lock
from bluezone.errors import N_, TranslatableError
from bluezone.protocol import news as protocol
from bluezone.protocol.news import MAX_ITEMS, NEWS

log = logging.getLogger(__name__)

#: the days for which officers may publish news
DAYS = (1, 3, 7, 14, 30, 60)


class NewsRefusedError(TranslatableError):
    """Report news that cannot be published; the text says why."""


class State(enum.StrEnum):
    """Name what became of an item. `CROWDED`: newer ones left no room for it in the document."""

    SHOWN = "shown"
    CROWDED = "crowded"
    OVER = "over"
    WITHDRAWN = "withdrawn"


def may_write(own: Jurisdiction | None, place: str) -> None:
    """Raise NewsRefusedError unless an officer with `own` may write for `place`."""
    if not PUBLISHED_NEWS.may_edit(own, place):
        raise NewsRefusedError(N_("You can write for your own place and those within it only."))


def places_of(place: str) -> tuple[str, ...]:
    """Return the places an item is for, as the protocol writes them."""
    return tuple(codes_of(place)[-1:])


def chosen(items: Iterable[NewsItem], area: str, now: dt.datetime) -> list[NewsItem]:
    """Return the items for the document of an area, newest first; of too many, the newest."""
    current = [
        item
        for item in items
        if area_of(item.place) == area and item.withdrawn_at is None and item.published_at <= now < item.valid_until
    ]
    current.sort(key=lambda item: (item.published_at, item.id), reverse=True)
    return current[:MAX_ITEMS]


def state(item: NewsItem, in_document: bool, now: dt.datetime) -> State:
    if item.withdrawn_at is not None:
        return State.WITHDRAWN
    if now >= item.valid_until:
        return State.OVER
    return State.SHOWN if in_document else State.CROWDED


# --- publishing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(officer: User, place: str, form_id: uuid.UUID, days: int, now: dt.datetime, **values: str | bool) -> NewsItem:
    """Publish an item for `place`; `values` are its kind, title_vi, text_vi, title_en, text_en and by_sms. The same
    form twice is one item. Raises NewsRefusedError where the place is not the officer's."""
    may_write(officer.jurisdiction, place)
    item, made = NewsItem.objects.get_or_create(
        form_id=form_id,
        written_by=officer,
        defaults={
            "place": place,
            "published_at": now,
            "valid_until": now + dt.timedelta(days=days),
            **values,
        },
    )
    if made:
        documents.issue(PUBLISHED_NEWS, area_of(place), now)
    return item


@transaction.atomic
def withdraw(item: NewsItem, now: dt.datetime) -> None:
    """Take an item out of what phones fetch; those that have it drop it with the next document."""
    if item.withdrawn_at is None:
        item.withdrawn_at = now
        item.save(update_fields=["withdrawn_at"])
    documents.issue(PUBLISHED_NEWS, area_of(item.place), now)


def _current(now: dt.datetime) -> QuerySet[NewsItem]:
    return NewsItem.objects.filter(withdrawn_at=None, valid_until__gt=now)


def _content(area: str, now: dt.datetime) -> tuple[protocol.NewsItem, ...] | None:
    """Return the items of an area's document; None where there are none."""
    return tuple(_signed_item(item) for item in chosen(_current(now), area, now)) or None


def _areas(now: dt.datetime) -> set[str]:
    return {area_of(item.place) for item in _current(now)}


PUBLISHED_NEWS = PublishedKind(NEWS, OF_PLACES, _content, _areas)


def ids_in_documents(areas: Iterable[str]) -> set[int]:
    """Return the ids of the items in the documents of these areas."""
    rows = SignedDocument.objects.filter(kind=NEWS.name, region=settings.BLUEZONE.region, area__in=set(areas))
    return {int(item["id"]) for row in rows for item in row.content(NEWS)}


def _signed_item(item: NewsItem) -> protocol.NewsItem:
    english = {"en": (item.title_en, item.text_en)} if item.title_en else {}
    texts = {"vi": (item.title_vi, item.text_vi), **english}
    return protocol.NewsItem(
        id=str(item.id),
        kind=item.kind,
        published_at_s=int(item.published_at.timestamp()),
        valid_until_s=int(item.valid_until.timestamp()),
        places=places_of(item.place),
        title={language: title for language, (title, _) in texts.items()},
        text={language: text for language, (_, text) in texts.items()},
    )


# --- text messages ----------------------------------------------------------------------------------------------------

#: of one turn of the worker: at 15 s each, which is slow, they are sent before its deadline
MOST_A_TURN = 200
#: after so many failures in a row the gateway is down: the next turn goes on
_GIVE_UP = 3
MAX_MESSAGE = 300


def message(item: NewsItem, language: str) -> str:
    """Write the text message: title and text, cut at a word where it is long."""
    title, text = (item.title_en, item.text_en) if language == "en" and item.title_en else (item.title_vi, item.text_vi)
    whole = f"Bluezone: {title}. {' '.join(text.split())}"
    if len(whole) <= MAX_MESSAGE:
        return whole
    return whole[: MAX_MESSAGE - 1].rsplit(" ", 1)[0] + "…"


def send_due(now: dt.datetime) -> str:
    """Send text messages that are due, at most so many a turn; the worker runs it."""
    send = sender()
    if send is None:
        return "no text messages: BLUEZONE_SMS is off"
    sent = 0
    with job_lock("text-messages"):
        due = NewsItem.objects.filter(by_sms=True, sms_done_at=None, withdrawn_at=None, valid_until__gt=now)
        for item in due.order_by("id"):
            sent += _send(item, send, MOST_A_TURN - sent, now)
            if sent >= MOST_A_TURN:
                break
    return f"{sent} text messages"


def _send(item: NewsItem, send: Sender, most: int, now: dt.datetime) -> int:
    rows = PhoneNumber.objects.filter(place__startswith=item.place, id__gt=item.sms_through).order_by("id")[:most]
    sent = failures = 0
    reached = item.sms_through
    for row in rows:
        item.sms_through = row.id
        item.save(update_fields=["sms_through"])
        try:
            send(decrypt(bytes(row.number)), message(item, row.language))
        except SmsError as error:
            log.warning("news %d: %s", item.id, error)
            failures += 1
            if failures >= _GIVE_UP:
                item.sms_through = reached
                item.save(update_fields=["sms_through"])
                return sent
        except AuthorityError as error:  # a number that no secret of this server decrypts
            log.warning("news %d: %s", item.id, error)
        else:
            sent, failures, reached = sent + 1, 0, row.id
    if len(rows) < most:
        item.sms_done_at = now
        item.save(update_fields=["sms_done_at"])
    return sent
