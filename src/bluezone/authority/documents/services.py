"""Sign documents and publish them: a serial only rises, whoever publishes at the same time. One tells phones of the
installation's disease."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from bluezone.authority.documents import rules
from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.documents.rules import PublishedKind, published_kinds
from bluezone.authority.errors import AuthorityError
from bluezone.authority.signing import services as signing
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import take_turns
from bluezone.disease.shipped import DEFAULT
from bluezone.errors import BluezoneError
from bluezone.protocol.documents import COUNTRY, Document, Kind, sign
from bluezone.protocol.kinds import DISEASE, DiseaseFacts


def newest(kind: Kind[Any], area: str = COUNTRY) -> SignedDocument | None:
    """Return the document of an area that was published last, also where its time has not come."""
    rows = SignedDocument.objects.filter(kind=kind.name, region=settings.BLUEZONE.region, area=area)
    return rows.order_by("serial").last()


def in_force(kind: str, area: str, now: dt.datetime) -> SignedDocument | None:
    """Return the document that phones fetch: the newest that was not issued for later. One that has run out stays until
    another is in force."""
    rows = SignedDocument.objects.filter(kind=kind, region=settings.BLUEZONE.region, area=area)
    begun = Q(valid_from__lte=now) | Q(valid_from__lte=F("issued_at"))  # whichever server's clock is behind
    return rows.filter(begun).order_by("serial").last()


def take_turn(kind: Kind[Any]) -> None:
    """Wait until nobody else publishes a kind, and keep others from it until this transaction ends."""
    take_turns(f"documents {kind.name}")


@transaction.atomic
def publish(
    published: PublishedKind,
    content: Any,
    now: dt.datetime,
    *,
    area: str = COUNTRY,
    valid_from: dt.datetime | None = None,
    valid_until: dt.datetime | None = None,
) -> SignedDocument:
    """Sign a document under the next serial of its area; it holds from now for the life of its kind, where nothing else
    is said. Raises DocumentError where phones would not take it."""
    kind, region = published.kind, settings.BLUEZONE.region
    take_turn(kind)
    last = newest(kind, area)
    begins, ends = valid_from or now, valid_until or now + kind.life
    issued_s, begins_s, ends_s = (int(at.timestamp()) for at in (now, begins, ends))
    serial = last.serial + 1 if last else 1
    document = Document(kind, region, area, serial, issued_s, begins_s, ends_s, content)
    row = SignedDocument.objects.create(
        kind=kind.name,
        region=region,
        area=area,
        serial=serial,
        issued_at=now,
        valid_from=begins,
        valid_until=ends,
        digest=rules.digest_of(kind, content),
        document=sign(document, signing.export_signers(now)).decode("ascii"),
    )
    if not published.keeps_all:
        SignedDocument.objects.filter(kind=kind.name, region=region, area=area, serial__lt=serial).delete()
    return row


@transaction.atomic
def issue(published: PublishedKind, area: str, now: dt.datetime) -> SignedDocument | None:
    """Publish what an area's document says now, where it says something else or is old; None where neither is so.
    Raises DocumentError where phones would not take it."""
    assert published.content is not None
    kind = published.kind
    take_turn(kind)
    last, content = newest(kind, area), published.content(area, now)
    if content is None and last is not None:
        content = kind.empty
    if content is None:
        return None
    held, issued_at = (last.digest, last.issued_at) if last else ("", None)
    if not rules.must_sign(published, issued_at, held, rules.digest_of(kind, content), now):
        return None
    return publish(published, content, now, area=area)


def refresh(now: dt.datetime) -> str | None:
    """Sign every document anew that is old or holds what has expired; the worker runs it. Raises AuthorityError where
    some could not be signed, after all others were."""
    region, signed, failed = settings.BLUEZONE.region, [], []
    for published in published_kinds:
        if published.content is None:
            continue
        name = published.kind.name
        known = SignedDocument.objects.filter(kind=name, region=region).values_list("area", flat=True)
        for area in sorted({*published.areas(now), *known}):
            try:
                row = issue(published, area, now)
            except BluezoneError as error:
                failed.append(str(error) + (f" ({area})" if area else ""))
            else:
                signed += [str(row)] if row else []
    if failed:
        raise AuthorityError("; ".join(failed))
    return f"signed anew: {', '.join(signed)}" if signed else None


def _facts(_: str, __: dt.datetime) -> DiseaseFacts | None:
    """Return what phones say of the installation's disease; nothing while it is the one that they come with."""
    of = disease()
    if of.code == DEFAULT and newest(DISEASE) is None:
        return None
    return DiseaseFacts(of.code, of.names, of.texts["watch_for"], of.windows.follow_up.days, of.windows.days_before)


PUBLISHED_DISEASE = PublishedKind(DISEASE, content=_facts)
