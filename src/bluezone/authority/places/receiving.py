"""Take check-ins that a patient gives under the revision token of published keys; an officer decides of them. No answer
tells which were stored: whether a place is one of ours, or too many were given."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import revision
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.places import rules
from bluezone.authority.places.models import Entrance, SharedStay, Sharer, SharerKey
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.intervals import INTERVAL_S
from bluezone.protocol.keys import ReportType
from bluezone.protocol.shared_check_ins import LOCATION_BYTES, MAX_CHECK_INS, CheckInUpload, SharedCheckIn

#: purposes of digests and encryption
KEY, KEYS, SPAN = "published key of a sharer", "published keys of a sharer", "span of a shared stay"
_KEYS_OF_A_DECOY = 14

Span = tuple[dt.datetime, dt.datetime]
#: a published key and the day (UTC) of it
_Published = tuple[bytes, dt.date]


class TokenRefusedError(AuthorityError):
    """Report a revision token that names no key that is published."""


def receive(upload: CheckInUpload, now: dt.datetime) -> None:
    """Store check-ins at our places on the days of the token's keys; what came before is not stored again. Raises
    TokenRefusedError."""
    token = revision.decrypt(upload.revision_token)
    published = _published([key.key for key in token or ()])
    if not published:
        raise TokenRefusedError("this token names no key that is published")
    with transaction.atomic():
        _store(published, upload.check_ins, now)


def like_receive(now: dt.datetime) -> None:
    """Do for a decoy what `receive` does, and leave nothing of it."""
    keys = [secrets.token_bytes(16) for _ in range(_KEYS_OF_A_DECOY)]
    _published(keys)
    start_s = int(now.timestamp()) // 3_600 * 3_600 - 3_600
    made_up = [SharedCheckIn(secrets.token_bytes(LOCATION_BYTES), start_s, start_s + 3_600)]
    with transaction.atomic():
        _store([(key, now.date()) for key in keys], made_up, now)
        transaction.set_rollback(True)


def keys_of(sharer: Sharer) -> list[bytes]:
    """Return the keys of a sharer; none where the secret they were encrypted under is lost."""
    try:
        return [bytes.fromhex(key) for key in json.loads(encryption.decrypt(KEYS, bytes(sharer.keys)))]
    except LostKeyError:
        return []


def span_of(stay: SharedStay) -> Span | None:
    """Return from when to when a stay was; None where the secret it was encrypted under is lost."""
    try:
        start_s, end_s = json.loads(encryption.decrypt(SPAN, bytes(stay.span)))
    except LostKeyError:
        return None
    return dt.datetime.fromtimestamp(start_s, dt.UTC), dt.datetime.fromtimestamp(end_s, dt.UTC)


def _published(keys: Sequence[bytes]) -> list[_Published]:
    """Return those of a patient's keys that are published and not revoked."""
    rows = PublishedKey.objects.filter(region=settings.BLUEZONE.region, key__in=keys, made_up=False, source=None)
    standing = rows.exclude(revised_report_type=ReportType.REVOKED)
    return sorted(
        (bytes(key), dt.datetime.fromtimestamp(start * INTERVAL_S, dt.UTC).date())
        for key, start in standing.values_list("key", "rolling_start_interval")
    )


def _store(published: Sequence[_Published], given: Sequence[SharedCheckIn], now: dt.datetime) -> None:
    take_turns("shared check-ins")
    wanted = {each.location_id.hex() for each in given}
    opened = Entrance.objects.filter(location_id__in=wanted).exclude(at__confirmed_at=None)
    entrances = {each.location_id: each for each in opened.select_related("at__organisation")}
    sharer = _sharer([key for key, _ in published], create=bool(entrances))
    if sharer is None:
        return
    before = {(stay.entrance_id, span_of(stay)) for stay in sharer.stays.all()}
    of_day = Counter(span[0].date() for _, span in before if span is not None)
    days = {day for _, day in published}
    for each in sorted(given, key=lambda one: one.start_s):
        entrance = entrances.get(each.location_id.hex())
        start, end = (dt.datetime.fromtimestamp(at_s, dt.UTC) for at_s in (each.start_s, each.end_s))
        if entrance is None or (entrance.pk, (start, end)) in before or len(before) >= MAX_CHECK_INS:
            continue
        if not rules.is_shared(start, end, now, days, of_day[start.date()]):
            continue
        SharedStay.objects.create(
            sharer=sharer,
            entrance=entrance,
            span=encryption.encrypt(SPAN, json.dumps([each.start_s, each.end_s])),
            place=entrance.at.organisation.place,
            ended_on=end.date(),
            received_at=now.replace(minute=0, second=0, microsecond=0),
        )
        before.add((entrance.pk, (start, end)))
        of_day[start.date()] += 1


def _sharer(keys: Sequence[bytes], *, create: bool) -> Sharer | None:
    """Return whose keys these are, with all that are published by now; a new one where `create`."""
    digests = {key: keyed.digests(KEY, key) for key in keys}
    known = SharerKey.objects.filter(key_digest__in=[each for found in digests.values() for each in found])
    rows = {row.key_digest: row for row in known.select_related("sharer")}
    sharer = next((row.sharer for row in rows.values()), None)
    if sharer is None and not create:
        return None
    encrypted = encryption.encrypt(KEYS, json.dumps([key.hex() for key in keys]))
    if sharer is None:
        sharer = Sharer.objects.create(keys=encrypted)
    else:
        sharer.keys = encrypted
        sharer.save(update_fields=["keys"])
    SharerKey.objects.bulk_create(
        SharerKey(sharer=sharer, key_digest=keyed.digest(KEY, key))
        for key, found in digests.items()
        if rows.keys().isdisjoint(found)
    )
    return sharer


# --- check-ins whose giver's keys were taken back, or that are old --------------------------------------------------


def is_given(stay: SharedStay) -> bool:
    """Return whether a key of who gave a stay is still published."""
    return bool(_published(keys_of(stay.sharer)))


def drop_withdrawn() -> int:
    """Delete check-ins of those whose keys are all revoked or gone; return of how many people. What is in a package
    stays in it: it names nobody, and phones have compared it."""
    keys = {sharer.pk: keys_of(sharer) for sharer in Sharer.objects.all()}
    standing = {key for key, _ in _published([key for found in keys.values() for key in found])}
    gone = [number for number, found in keys.items() if standing.isdisjoint(found)]
    Sharer.objects.filter(pk__in=gone).delete()
    return len(gone)


def purge(now: dt.datetime) -> int:
    """Delete check-ins that ended more than 14 days ago, and who gave nothing else; return how many check-ins."""
    before = (now - rules.LIFE).astimezone(dt.UTC).date()
    count = SharedStay.objects.filter(ended_on__lt=before).count()
    SharedStay.objects.filter(ended_on__lt=before).delete()
    Sharer.objects.filter(stays=None).delete()
    return count
