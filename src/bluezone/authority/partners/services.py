"""Make and end agreements, queue what a partner is to have, send again what was refused, take a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.partners import records, rules
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import KIND, AgreementError, Format, State, Terms
from bluezone.authority.persons.models import Person
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock, outgoing
from bluezone.authority.site.configuration import disease
from bluezone.exchange import fhir_writing, line_lists
from bluezone.exchange.fhir_writing import Names
from bluezone.exchange.records import Record
from bluezone.protocol.documents import COUNTRY, Document, DocumentError, Fault, content_of, sign, verify

#: rows of one look for what is new, and for what changed
NEW_AT_ONCE, SWEPT_AT_ONCE, _PART = 50_000, 20_000, 1_000

#: queues the episodes of a selection
_QUEUE = """
    INSERT INTO partners_delivery (agreement_id, episode_id, state, queued_at, next_try_at, tries, digest, answer)
    SELECT %s, new.id, %s, %s, %s, 0, '', '' FROM ({}) AS new WHERE true ON CONFLICT DO NOTHING"""


@transaction.atomic
def agree(terms: Terms, first: dt.date, last: dt.date, secret: str, by: User, now: dt.datetime) -> Agreement:
    """Sign an agreement that holds from the beginning of a day, or from now, to the end of another. Raises
    AgreementError, naming the field."""
    rules.check(terms, first, last)
    if terms.url:
        try:
            outgoing.check(terms.url)
        except outgoing.RefusedError as error:
            raise AgreementError(gettext_noop("this address cannot be asked: {why}"), "url", why=str(error)) from error
    begins_at = max(clock.beginning_of(first), now)
    ends_at = clock.beginning_of(last + dt.timedelta(days=1))
    row = Agreement(name=terms.partner, format=terms.format.value, place=terms.place, made_by=by)
    row.begins_at, row.ends_at = begins_at, ends_at
    row.set_secret(secret)
    serial = (Agreement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    issued_s, begins_s, ends_s = (int(each.timestamp()) for each in (now, begins_at, ends_at))
    document = Document(KIND, settings.BLUEZONE.region, COUNTRY, serial, issued_s, begins_s, ends_s, terms)
    row.document = sign(document, signing.export_signers(now)).decode("ascii")
    row.save()
    return row


def terms_of(row: Agreement) -> Terms:
    """Return what an agreement says, whether or not it holds now."""
    return KIND.read(content_of(row.document.encode("ascii"), KIND))


def terms_in_force(row: Agreement, now: dt.datetime) -> Terms:
    """Return what an agreement allows now: only what this authority signed, between its first day and its last. Raises
    AgreementError: then nothing leaves."""
    if row.stopped_at is not None:
        raise AgreementError(gettext_noop("the agreement was ended"))
    trusted, region = signing.trusted_export_keys(), settings.BLUEZONE.region
    try:
        found = verify(row.document.encode("ascii"), KIND, trusted, region, COUNTRY, now.timestamp())
    except DocumentError as error:
        if error.fault is Fault.STALE:
            raise AgreementError(gettext_noop("the agreement does not hold today")) from error
        raise AgreementError(gettext_noop("the agreement is not one that this authority signed")) from error
    return found.content


def end(row: Agreement, now: dt.datetime) -> None:
    """End an agreement before its time: nothing leaves any more, and what waited is forgotten."""
    if row.stopped_at is None:
        row.stopped_at, row.secret = now, b""
        row.save(update_fields=["stopped_at", "secret"])
        row.deliveries.exclude(state=State.SENT.value).delete()


# --- the outbox -------------------------------------------------------------------------------------------------------


def collect(row: Agreement, terms: Terms, now: dt.datetime) -> bool:
    """Queue what the partner does not have: who is new, and, some rows at a time, what changed since it was sent.
    Return whether there may be more who are new."""
    if terms.format is Format.FIGURES:
        _collect_days(row, terms, now)
        return False
    _sweep(row, terms, now)
    return collect_new(row, terms, now)


def collect_new(row: Agreement, terms: Terms, now: dt.datetime) -> bool:
    """Queue who is new, the oldest first and so many at a time; return whether there may be more. The database copies
    the keys itself: half a million pass through no process of ours."""
    known = Delivery.objects.filter(agreement=row, episode=OuterRef("pk"))
    new = records.episodes_of(terms).exclude(classification="not").filter(~Exists(known)).order_by("opened_at", "pk")
    selected, values = new.values("id")[:NEW_AT_ONCE].query.sql_with_params()
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(selected), [row.pk, State.WAITING.value, moment, moment, *values])
        return int(cursor.rowcount) == NEW_AT_ONCE


def _sweep(row: Agreement, terms: Terms, now: dt.datetime) -> None:
    """Look for changes among the next rows that the partner has, round and round."""
    sent = row.deliveries.filter(state=State.SENT.value, pk__gt=row.swept, episode__isnull=False).order_by("pk")
    found = list(sent.values_list("pk", "episode_id", "digest")[:SWEPT_AT_ONCE])
    for at in range(0, len(found), _PART):
        part = found[at : at + _PART]
        written = records.records_of([key for _pk, key, _digest in part if key is not None], terms)
        changed = [
            pk
            for pk, key, digest in part
            if key is not None and (record := written.get(key)) is not None and records.digest_of(record) != digest
        ]
        row.deliveries.filter(pk__in=changed).update(state=State.WAITING.value, next_try_at=now, queued_at=now)
    row.swept = found[-1][0] if len(found) == SWEPT_AT_ONCE else 0
    row.save(update_fields=["swept"])


def _collect_days(row: Agreement, terms: Terms, now: dt.datetime) -> None:
    """Queue the figures of the last days that the partner does not have as they are now."""
    today = clock.date_of(now)
    known = {each.day: each for each in row.deliveries.filter(day__isnull=False)}
    for back in range(1, rules.FIGURE_DAYS + 1):
        day = today - dt.timedelta(days=back)
        digest = records.digest_of(records.counts_of(terms, day))
        each = known.get(day)
        if each is None:
            Delivery.objects.create(agreement=row, day=day, queued_at=now, next_try_at=now)
        elif each.state == State.SENT and each.digest != digest:
            row.deliveries.filter(pk=each.pk).update(state=State.WAITING.value, next_try_at=now, queued_at=now)


def replay(rows: QuerySet[Delivery], now: dt.datetime) -> int:
    """Send again what was refused; return how many wait now."""
    dead = rows.filter(state=State.DEAD.value)
    return dead.update(state=State.WAITING.value, next_try_at=now, tries=0)


def names(terms: Terms | None = None) -> Names:
    """Return under which address our identifiers stand, and in which system a partner names units."""
    base = (settings.BLUEZONE.public_url or "https://bluezone.invalid").rstrip("/")
    return Names(f"{base}/id", disease(), terms.units if terms else None)


def note_names(row: Agreement, people: Iterable[Person]) -> None:
    """Note in the audit log whose identity went to a partner."""
    if row.made_by is not None:
        audit_log.note_each(people, Issuer(officer=row.made_by), {"handed over": ["None", row.name]})


# --- files ------------------------------------------------------------------------------------------------------------


def take_file(row: Agreement, by: User, now: dt.datetime) -> str | bytes:
    """Return the file that an officer hands to a partner, and note whose records are in it. Raises AgreementError."""
    terms = terms_in_force(row, now)
    episodes = records.episodes_of(terms).exclude(classification="not").order_by("opened_at", "pk")
    keys = list(episodes.values_list("pk", flat=True))
    parts = (keys[at : at + _PART] for at in range(0, len(keys), _PART))
    made = _file(terms, (record for part in parts for record in records.records_of(part, terms).values()))
    waiting = [
        Delivery(agreement=row, episode_id=key, queued_at=now, state=State.SENT.value, sent_at=now) for key in keys
    ]
    with transaction.atomic():
        Delivery.objects.bulk_create(waiting, batch_size=_PART, ignore_conflicts=True)
        row.deliveries.filter(episode__in=keys).update(sent_at=now)
        if terms.named:
            note_names(row, Person.objects.filter(episodes__in=keys).distinct())
        audit_log.note(row, Issuer(officer=by), {"handed over": ["None", str(len(keys))]})
    return made


def _file(terms: Terms, found: Iterator[Record]) -> str | bytes:
    if terms.format is Format.WHO:
        return line_lists.who(found)
    if terms.format is Format.EPICONTACTS:
        return line_lists.epicontacts(found)
    if terms.format is Format.MINISTRY:
        return line_lists.ministry(found, disease())
    return "".join(fhir_writing.ndjson(found, names(terms)))
