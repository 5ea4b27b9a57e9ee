"""Publish and withdraw news, and keep the signed documents current."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from bluezone.authority.messages import areas
from bluezone.authority.messages.news import rules
from bluezone.authority.messages.news.models import NewsDocument, NewsItem
from bluezone.authority.messages.news.rules import ItemFacts
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.news import News, sign_news
from bluezone.protocol.news import NewsItem as SignedItem


def facts(item: NewsItem) -> ItemFacts:
    return ItemFacts(item.id, item.place, item.published_at, item.valid_until, item.withdrawn_at is not None)


@transaction.atomic
def write(officer: User, place: str, form_id: uuid.UUID, days: int, now: dt.datetime, **values: str | bool) -> NewsItem:
    """Publish an item for `place`; `values` are its kind, title_vi, text_vi, title_en, text_en and by_sms. The same
    form twice is one item. Raises NewsRefusedError where the place is not the officer's."""
    rules.may_write(officer.jurisdiction, place)
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
        issue(areas.area_of(place), now)
    return item


@transaction.atomic
def withdraw(item: NewsItem, now: dt.datetime) -> None:
    """Take an item out of what phones fetch; those that have it drop it with the next document."""
    if item.withdrawn_at is None:
        item.withdrawn_at = now
        item.save(update_fields=["withdrawn_at"])
    issue(areas.area_of(item.place), now)


def issue(area: str, now: dt.datetime) -> bool:
    """Sign the document of an area anew where its items are wrong or it is too old; return whether it was signed."""
    region = settings.BLUEZONE.region
    with transaction.atomic():
        take_turns("news")
        last = NewsDocument.objects.filter(region=region, area=area).first()
        rows = {item.id: item for item in NewsItem.objects.filter(withdrawn_at=None, valid_until__gt=now)}
        wanted = rules.chosen([facts(item) for item in rows.values()], area, now)
        if not areas.must_sign(last.issued_at if last else None, ids_in_document(last), wanted, now):
            return False
        document = News(
            region=region,
            area=area,
            serial=last.serial + 1 if last else 1,
            issued_at_s=int(now.timestamp()),
            valid_until_s=int((now + areas.DOCUMENT_LIFE).timestamp()),
            items=tuple(_signed_item(rows[number]) for number in wanted),
        )
        NewsDocument.objects.update_or_create(
            region=region,
            area=area,
            defaults={
                "serial": document.serial,
                "issued_at": now,
                "items": ",".join(map(str, wanted)),
                "document": sign_news(document, signing.export_signers(now)).decode("ascii"),
            },
        )
    return True


def ids_in_document(document: NewsDocument | None) -> list[int]:
    """Return the ids of the items in a document."""
    return [int(number) for number in document.items.split(",") if number] if document else []


def ids_in_documents(areas: Iterable[str]) -> set[int]:
    """Return the ids of the items in the documents of these areas."""
    documents = NewsDocument.objects.filter(region=settings.BLUEZONE.region, area__in=set(areas))
    return {number for document in documents for number in ids_in_document(document)}


def refresh(now: dt.datetime) -> str:
    """Sign every document anew that is old or holds what has expired; the worker runs it."""
    places = NewsItem.objects.filter(withdrawn_at=None, valid_until__gt=now).values_list("place", flat=True).distinct()
    every = {areas.area_of(place) for place in places}
    every.update(NewsDocument.objects.filter(region=settings.BLUEZONE.region).values_list("area", flat=True))
    return f"{sum(issue(area, now) for area in sorted(every))} of {len(every)} documents signed anew"


def _signed_item(item: NewsItem) -> SignedItem:
    english = {"en": (item.title_en, item.text_en)} if item.title_en else {}
    texts = {"vi": (item.title_vi, item.text_vi), **english}
    return SignedItem(
        id=str(item.id),
        kind=item.kind,
        published_at_s=int(item.published_at.timestamp()),
        valid_until_s=int(item.valid_until.timestamp()),
        places=rules.places_of(item.place),
        title={language: title for language, (title, _) in texts.items()},
        text={language: text for language, (_, text) in texts.items()},
    )
