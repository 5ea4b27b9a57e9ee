"""End the service: announce the day, refuse new data from then on, delete what is personal, and leave a signed proof.

Every step can be killed and is done again until nothing is left: rows go model by model, referring ones first, in
batches of their own transaction; counts of what went are stored with each batch. The proof is signed only when all
models are empty, no export file is left, and the database's freed pages are written anew.

What no program can reach is named in the proof: backups, copies at a CDN, logs, phones, and the secrets, which whoever
runs the server destroys.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import ForeignKey, Model

from bluezone.authority.documents import services as documents
from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import retention as keys_retention
from bluezone.authority.officers.models import User
from bluezone.authority.privacy import rules, services
from bluezone.authority.privacy.models import Ending
from bluezone.authority.site import clock, lost_database
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.documents import COUNTRY, Document, DocumentError, Kind, verify
from bluezone.protocol.exports import TrustedKey

log = logging.getLogger(__name__)

#: rows that one transaction deletes
_BATCH = 5_000
#: jobs that still run when the service has ended
JOBS_AFTER = frozenset({"ending", "documents", "purge"})
#: the proof is there as long as anybody may ask
_PROOF_LIFE = dt.timedelta(days=20 * 365)
_LEFT_TO_THE_OPERATOR = ("backups", "copies at a CDN or proxy", "logs", "secrets and signing keys")
#: a process asks the database so seldom whether the service has ended
_REMEMBERED_S = 5.0


class EndingError(AuthorityError):
    """Report an end that cannot be announced, withdrawn or proved."""


def _read(content: Any) -> dict[str, Any]:
    names = ("ended_at", "finished_at", "deleted", "accounts_erased", "left_to_the_operator")
    if not isinstance(content, dict) or set(content) != set(names) or not isinstance(content["deleted"], dict):
        raise DocumentError(f"ending: {', '.join(names)} are meant")
    return content


#: what was deleted when the service ended, by model
PROOF: Kind[dict[str, Any]] = Kind("ending", 65_536, _read, dict, life=_PROOF_LIFE)
PUBLISHED_PROOF = PublishedKind(PROOF, keeps_all=True)


def announced() -> dt.datetime | None:
    """Return when the service ends, or has ended; None where nothing was announced."""
    row = Ending.objects.first()
    return row.ends_at if row else None


def is_begun() -> bool:
    """Return whether the deletion has begun."""
    return Ending.objects.exclude(begun_at=None).exists()


def announce(day: dt.date, now: dt.datetime) -> Ending:
    """Announce that the service ends with the beginning of a day; another day moves it. Raises EndingError where the
    deletion has begun."""
    with transaction.atomic():
        row = Ending.objects.select_for_update().first()
        if row is not None and row.begun_at is not None:
            raise EndingError(f"the service has ended on {row.ends_at:%Y-%m-%d}, and the deletion has begun")
        row = row or Ending(announced_at=now)
        row.ends_at = clock.beginning_of(day)
        row.save()
    _remembered.clear()
    return row


def withdraw() -> None:
    """Take the announcement back. Raises EndingError where there is none or the deletion has begun."""
    gone, _ = Ending.objects.filter(begun_at=None).delete()
    if not gone:
        raise EndingError("no end is announced, or the deletion has begun")
    _remembered.clear()


_remembered: dict[str, tuple[float, dt.datetime | None]] = {}


def forget() -> None:
    """Forget what this process remembers, for tests."""
    _remembered.clear()


def is_over(now: dt.datetime) -> bool:
    """Return whether the service has ended; asked of the database every few seconds. While that is lost, what it said
    last holds: whoever needs it says that it is."""
    read_s, ends_at = _remembered.get("", (float("-inf"), None))
    if time.monotonic() - read_s > _REMEMBERED_S:
        try:
            ends_at = announced()
            _remembered[""] = (time.monotonic(), ends_at)
        except Error as error:
            if not lost_database.is_lost(error):
                raise
    return rules.has_ended(ends_at, now)


# --- deletion ---------------------------------------------------------------------------------------------------------


def go_on(now: dt.datetime) -> str | None:
    """Delete what is left once the day has come, and sign the proof; None where there is nothing to do. Raises
    JobBusyError where another process is at it."""
    row = Ending.objects.first()
    if row is None or row.finished_at is not None or not rules.has_ended(row.ends_at, now):
        return None
    with job_lock("ending"):
        row.refresh_from_db()
        row.begun_at = row.begun_at or now
        row.save(update_fields=["begun_at"])
        for model in services.personal_models():
            if model is not User:
                _empty(model, row)
        _erase_accounts(row)
        keys_retention.purge(now)  # no batch is left: the index becomes empty and every file goes
        personal = [model for model in services.personal_models() if model is not User]
        left = [model._meta.label for model in personal if model._base_manager.exists()]
        if left:
            return f"what came meanwhile is deleted next time: {', '.join(left)}"
        _write_anew()
        proof = _prove(row, now)
    return f"the service has ended; the proof is document {proof.kind} {proof.serial}"


def _empty(model: type[Model], row: Ending) -> None:
    """Delete all rows of a model, batch by batch, without a signal: nothing of them goes into the audit log."""
    own = [f.name for f in model._meta.local_fields if isinstance(f, ForeignKey) and f.remote_field.model is model]
    rows, label = model._base_manager.all(), model._meta.label
    if own:
        rows.update(**dict.fromkeys(own))
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            gone = rows.filter(pk__in=keys)._raw_delete(rows.db)
            row.deleted[label] = row.deleted.get(label, 0) + gone
            row.save(update_fields=["deleted"])


def _erase_accounts(row: Ending) -> None:
    """Take from accounts who they were; what they entered keeps a number. Nobody can log in any more."""
    accounts = User.objects.exclude(username__startswith="ended-")
    for user in accounts:
        with transaction.atomic():
            erased = {
                "username": f"ended-{user.pk}", "full_name": "", "email": "", "password": "!", "is_active": False,
                "last_login": None, "may_confirm": False, "may_read_health": False, "is_superuser": False,
            }  # fmt: skip
            User.objects.filter(pk=user.pk).update(**erased)
            row.deleted["accounts"] = row.deleted.get("accounts", 0) + 1
            row.save(update_fields=["deleted"])


def _write_anew() -> None:
    """Let the database write its files anew, so that freed pages hold nothing of what was deleted."""
    if connection.in_atomic_block:
        return  # a test's
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for model in services.personal_models():
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(model._meta.db_table)}")


def _prove(row: Ending, now: dt.datetime) -> SignedDocument:
    content = {
        "ended_at": row.ends_at.isoformat(),
        "finished_at": now.isoformat(),
        "deleted": {label: count for label, count in sorted(row.deleted.items()) if label != "accounts"},
        "accounts_erased": row.deleted.get("accounts", 0),
        "left_to_the_operator": list(_LEFT_TO_THE_OPERATOR),
    }
    with transaction.atomic():
        proof = documents.publish(PUBLISHED_PROOF, content, now)
        row.finished_at = now
        row.save(update_fields=["finished_at"])
    return proof


def proof() -> SignedDocument | None:
    """Return the signed proof; None where the service goes on, or the deletion does."""
    return documents.newest(PROOF)


def opened(data: bytes, trusted: Iterable[TrustedKey]) -> Document[dict[str, Any]]:
    """Verify a proof by the keys that are trusted. Raises DocumentError."""
    return verify(data, PROOF, trusted, settings.BLUEZONE.region, COUNTRY, None)
