"""Date, order and present entries of the audit log, and file a machine's request there under its officer."""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditlog.context import auditlog_disabled, auditlog_value
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, DateField, Field, IntegerField, Model, QuerySet
from django.db.models.signals import pre_save
from django.utils.translation import gettext, gettext_lazy

from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock, encryption, registries
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import AuditKind
from bluezone.geography.errors import GeographyError
from bluezone.i18n import format_date

#: fields of several kinds, in words; a kind's own come first (registries.AuditKind)
_COMMON_FIELDS = {
    "place": gettext_lazy("place"),
    "state": gettext_lazy("state"),
    "name": gettext_lazy("name"),
    "number": gettext_lazy("number"),
    "day": gettext_lazy("day"),
}
#: of no use to a reader: keys of the database, what follows from another field
_LEFT_OUT = {"id", "search_key", "sha256", "organisation", "counts", "targets", "kind", "options"}
_LONGEST = 60
_TYPED = "typed text in the audit log"


def speak_for(officer: User) -> None:
    """File this request's changes under the officer: a machine with a token has no session that would do it.

    The middleware's context is changed, not nested: auditlog would leave the outer one's signal behind.
    """
    context = auditlog_value.get(None)
    if context is not None:
        context["actor"] = officer


def date_by_the_clock(args: Sequence[object], kwargs: dict[str, Any], **_: object) -> None:
    """Date a new entry by the authority's one clock, where nobody dated it (receiver of `pre_init`).

    The package dates by the machine's clock: in a rehearsal of August 2020 every change would be of today. A row read
    from the database comes by position (`args`) and keeps its date.
    """
    if not args:
        kwargs.setdefault("timestamp", clock.now())


def newest_first(entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
    """Order entries by when they were written, newest first: a rehearsal's clock stands still, and may be set back."""
    return entries.order_by("-id")


def note(
    row: Model,
    issuer: Issuer | None,
    changes: Mapping[str, Any],
    *,
    typed: Mapping[str, str] | None = None,
    is_new: bool = False,
) -> None:
    """Add to the audit log what an officer or an API key did to a row, under the issuer's office: a key is nobody's
    account, so its label is noted. `changes`: field -> value before and value after; `typed`: field -> what the officer
    typed, which may say who somebody is or what they have, and is encrypted like an identity. Without an issuer the
    operator did it, at the command line."""
    entry = entry_of(row, issuer, changes, is_new=is_new)
    if typed:
        bound = _bound(entry)
        sealed = {name: encryption.encrypt_under(_typed_keys()[0], text, bound) for name, text in typed.items()}
        entry.additional_data |= {"typed": {name: b64encode(each).decode() for name, each in sealed.items()}}
    entry.save()


def typed(entry: LogEntry) -> dict[str, str]:
    """Decrypt what was typed by the officer who made an entry, by field; a sentence where no key of this server
    does."""
    found = {}
    for name, sealed in (entry.additional_data or {}).get("typed", {}).items():
        try:
            found[name] = encryption.decrypt_under(_typed_keys(), b64decode(sealed), _TYPED, _bound(entry))
        except LostKeyError:
            found[name] = gettext("cannot be decrypted: the server no longer has the key")
    return found


def _typed_keys() -> list[bytes]:
    secrets = (settings.PERSONS_KEY, *settings.PERSONS_KEY_FALLBACKS)
    return [keyed.derived(secret, _TYPED) for secret in secrets]


def _bound(entry: LogEntry) -> bytes:
    """Return what an entry's texts are bound to: in another row's entry they cannot be read."""
    return f"{entry.content_type_id} {entry.object_pk}".encode()


def note_new(rows: Sequence[Model]) -> None:
    """Add to the audit log that rows were made at once, each as the package adds one that is saved: under the officer
    of this request."""
    if auditlog_disabled.get():
        return
    entries = []
    for row in rows:
        entry = entry_of(row, None, model_instance_diff(None, row) or {}, is_new=True)
        entry.additional_data = row.get_additional_data()  # type: ignore[attr-defined]
        pre_save.send(LogEntry, instance=entry, raw=False, using=None, update_fields=None)
        entries.append(entry)
    LogEntry.objects.bulk_create(entries)


def note_each(rows: Iterable[Model], issuer: Issuer, changes: Mapping[str, Any]) -> None:
    """Add to the audit log that the same was done to each of some rows, in one statement."""
    LogEntry.objects.bulk_create(entry_of(row, issuer, changes) for row in rows)


def entry_of(row: Model, issuer: Issuer | None, changes: Mapping[str, Any], *, is_new: bool = False) -> LogEntry:
    """Return an entry about a row, not stored yet, under the issuer's office."""
    by_key = {"key": issuer.key.label} if issuer and issuer.key else {}
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk if isinstance(row.pk, int) else None,
        object_repr=str(row),
        action=LogEntry.Action.CREATE if is_new else LogEntry.Action.UPDATE,
        changes=dict(changes),
        actor=issuer.officer if issuer else None,
        additional_data={"place": issuer.place if issuer else NATION} | by_key,
    )


def kinds() -> dict[str, AuditKind]:
    """Return what the audit log shows, by Django's name of the model."""
    return {kind.model: kind for kind in registries.audit_kinds}


def line_of(entry: LogEntry, today: dt.date, own: Jurisdiction) -> dict[str, Any]:
    """Describe an entry for a page: when, who, what, where, and which field was what before.

    The figures of a school or office are shown to its own head only: few people among few name themselves.
    """
    extra = entry.additional_data or {}
    model = entry.content_type.model
    kind = kinds().get(model) or AuditKind(model, model)
    place = extra.get("place") or NATION
    by_key = gettext("API key “{name}”").format(name=extra["key"]) if extra.get("key") else ""
    is_shown = own.place == place or not kind.for_own_place_only(place)
    return {
        "at": entry.timestamp,
        "who": entry.actor.get_full_name() if entry.actor else by_key,
        "action": entry.action,
        "kind": str(kind.name),
        "what": kind.title(entry.object_repr) if kind.title else str(entry.object_repr),
        "where": _place(place, today),
        "source": kind.source_name(extra["source"]) if extra.get("source") else "",
        "changes": _changes(entry, {**kind.fields, **_COMMON_FIELDS}, kind.words) if is_shown else [],
    }


def _changes(
    entry: LogEntry, names: Mapping[str, object], words: Mapping[str, Mapping[str, object]]
) -> list[tuple[str, str, str]]:
    """List field, value before and value after; leave out what was never set."""
    model = entry.content_type.model_class()
    fields = {field.name: field for field in model._meta.concrete_fields} if model is not None else {}
    lines = [
        (name, *(_in_words(fields.get(name), _short(pair, at), words.get(name, {})) for at in (0, 1)))
        for name, pair in entry.changes_dict.items()
        if name not in _LEFT_OUT
    ]
    lines += [(name, "", text) for name, text in typed(entry).items()]
    said = [line for line in lines if (line[1] or line[2]) and not line[2].endswith(".None")]
    order = {name: at for at, name in enumerate(names)}
    said.sort(key=lambda line: (order.get(line[0], len(order)), line[0]))
    return [(str(names.get(name, name)), before, after) for name, before, after in said]


def _in_words(field: Field[Any, Any] | None, written: str, words: Mapping[str, object]) -> str:
    """Write a value as pages do: the name of a choice, a date, a number with its separators."""
    if written in words:
        return str(words[written])
    if field is None or not written:
        return written
    if field.choices:
        return str(dict(field.flatchoices).get(written, written))
    if isinstance(field, BooleanField):
        return gettext("yes") if written == "True" else gettext("no")
    if isinstance(field, IntegerField) and written.isdecimal():
        return number_text(int(written))
    if isinstance(field, DateField):
        try:
            return format_date(dt.date.fromisoformat(written), page_language())
        except ValueError:  # a moment
            return written
    return written


def _short(pair: Any, at: int) -> str:
    if not isinstance(pair, list | tuple) or len(pair) <= at or pair[at] in (None, "None", ""):
        return ""
    text = str(pair[at])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _place(place: str, today: dt.date) -> str:
    try:
        return place_name(place, today)
    except GeographyError:
        return "/".join(codes_of(place))
