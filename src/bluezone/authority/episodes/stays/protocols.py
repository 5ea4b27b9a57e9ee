"""Find how long an isolation lasts, how often somebody is heard, on which days tests are due and what its release asks:
by day, place, role and vaccination, as dated data.

The data that comes with the program is of the disease's package: each rule with the days between which it holds, the
place it holds in, and its source. A ministry adds others, and ends earlier ones, by a signed file. Its text
(`bluezone.protocol.documents`) is a JSON object: `issued_at` (Unix seconds, set by signing; an older file cannot be
played back), `protocols`, and `ends`, each with the `name` of an earlier rule, its last day `until` and the `source`.
All of a file is taken, or nothing. What no text was found for is named in `assumed`, and pages say so.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.episodes.models import ProtocolEdition
from bluezone.authority.episodes.stays.rules import Ask, IsolationError
from bluezone.authority.episodes.words import StayKind
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import NATION, place_of
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import take_turns
from bluezone.disease.package import Disease
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.crypto.port import CryptoError
from bluezone.protocol.documents import sign_text, verified_text
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.text import is_clean, is_whole, json_object


@dataclass(frozen=True, slots=True)
class Protocol:
    """Hold one rule. Day 1 is the first day of isolation, of a case (`cases`) that of the positive test; `days` is the
    last one. `checks_a_day`: how often the person is heard, 2: in the morning and in the evening. `watch_days`: at home
    afterwards, watching one's health. `vaccinated`: whom it is for; None: for all. `within`: the place it holds in.
    `release`: what is asked at the end; `if_positive_days`: the day after which a positive last test keeps a case no
    longer."""

    name: str
    kind: StayKind
    cases: bool
    vaccinated: bool | None
    first: dt.date
    last: dt.date | None
    within: str
    days: int
    checks_a_day: int
    watch_days: int
    test_days: tuple[int, ...]
    if_positive_days: int | None
    release: frozenset[Ask]
    assumed: frozenset[str]
    source: str
    #: in Vietnamese; only of the rules that come with the program: a ministry writes its source in its own language
    source_vi: str = ""

    def source_in(self, language: str) -> tuple[str, str]:
        """Return the source for a reader of a language, and the language that it is written in."""
        if not self.source_vi:
            return self.source, "vi"
        return (self.source_vi, "vi") if language == "vi" else (self.source, "en")

    def holds(self, day: dt.date, kind: StayKind, place: str, *, vaccinated: bool, cases: bool = False) -> bool:
        """Decide whether it holds for an isolation that begins on a day."""
        return (
            self.kind is kind
            and self.cases == cases
            and self.first <= day
            and (self.last is None or day <= self.last)
            and place.startswith(self.within)
            and self.vaccinated in (None, vaccinated)
        )

    def until(self, since: dt.date) -> dt.date:
        """Return the last day of an isolation that begins on a day."""
        return since + dt.timedelta(days=self.days - 1)

    def positive_until(self, since: dt.date) -> dt.date | None:
        """Return the day from which on a positive last test keeps a case no longer; None: it always does."""
        return since + dt.timedelta(days=self.if_positive_days - 1) if self.if_positive_days else None

    def tests(self, since: dt.date) -> list[dt.date]:
        """Return the days on which tests are due."""
        return [since + dt.timedelta(days=day - 1) for day in self.test_days]


@functools.cache
def of_disease(disease: Disease) -> tuple[Protocol, ...]:
    """Return the protocols of a disease's package. Raises ProtocolFileError."""
    found = []
    for each in disease.protocols:
        fields = dict(each)
        source_vi = fields.pop("source_vi")
        found.append(replace(protocol_of(fields), source_vi=source_vi))
    return tuple(found)


def in_force(
    day: dt.date, kind: StayKind, place: str, *, vaccinated: bool, known: Iterable[Protocol], cases: bool = False
) -> Protocol:
    """Return the protocol of an isolation that begins on a day: of those that hold the nearest place's, then the one
    made for who is (not) vaccinated, then the newest. A contact in hospital follows the rule of a site. Raises
    IsolationError where none holds."""
    kind = StayKind.SITE if kind is StayKind.HOSPITAL and not cases else kind
    found = [each for each in known if each.holds(day, kind, place, vaccinated=vaccinated, cases=cases)]
    if not found and cases:
        raise IsolationError(gettext_noop("no rule lets a case isolate there on this day: choose a hospital or a site"))
    if not found:
        raise IsolationError(gettext_noop("no rule is known of how long an isolation lasts that begins on this day"))
    return max(found, key=lambda each: (len(each.within), each.vaccinated is not None, each.first))


@dataclass(frozen=True, slots=True)
class Held:
    """Hold the rule for a kind of isolation, and for whom: None for everybody, and no rule where none is known."""

    kind: StayKind
    cases: bool
    vaccinated: bool | None
    protocol: Protocol | None


def held_in(day: dt.date, place: str, known: Sequence[Protocol]) -> list[Held]:
    """Return what holds in a place for isolations that begin on a day, of each kind; one rule for both where it makes
    no difference who is vaccinated."""

    def one(kind: StayKind, cases: bool, vaccinated: bool) -> Protocol | None:
        try:
            return in_force(day, kind, place, vaccinated=vaccinated, known=known, cases=cases)
        except IsolationError:
            return None

    found: list[Held] = []
    for cases, kind in ((False, StayKind.SITE), (False, StayKind.HOME), *((True, each) for each in StayKind)):
        both = [one(kind, cases, each) for each in (False, True)]
        whom = (None,) if both[0] == both[1] else (False, True)
        found += [Held(kind, cases, each, rule) for each, rule in zip(whom, both, strict=False)]
    return found


# --- signed files -----------------------------------------------------------------------------------------------------


KIND, MAX_BYTES = "isolation protocols", 256_000
MAX_PROTOCOLS, MAX_DAYS, MAX_TESTS = 50, 60, 10
#: what may be named in `assumed`: no text was found for it
ASSUMABLE = ("from", "days", "watch_days", "test_days", "if_positive_days")
_FIELDS = (
    "name", "place", "cases", "vaccinated", "from", "until", "within", "days", "checks_a_day", "watch_days",
    "test_days", "if_positive_days", "release", "assumed", "source",
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,59}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LEAST_SOURCE, _MOST_SOURCE = 3, 300
#: of a schema: nothing, or a system and the digits of a unit
_WITHIN = "^([0-9]{2}:[0-9]{2,5})?$"
_LAST_SECOND = 2**53


class ProtocolFileError(AuthorityError):
    """Report a file of protocols that is not taken: what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class End:
    """Hold the last day of an earlier rule, and the decision that says so."""

    name: str
    until: dt.date
    source: str


@dataclass(frozen=True, slots=True)
class ProtocolFile:
    """Hold a file as read."""

    issued_at_s: int
    protocols: tuple[Protocol, ...]
    ends: tuple[End, ...]


def schema() -> dict[str, Any]:
    """Return the JSON schema of the file that a ministry writes and signs, for `docs/reference`. What it cannot say
    (days in order within the isolation, names used before) is told when the file is signed or added."""
    name = {"type": "string", "pattern": f"^{_NAME.pattern}$"}
    day = {"type": "string", "format": "date", "pattern": f"^{_DAY.pattern}$"}
    source = {"type": "string", "minLength": _LEAST_SOURCE, "maxLength": _MOST_SOURCE}
    rule = {
        "name": name | {"description": "never used before"},
        "place": {"enum": [each.value for each in StayKind]},
        "cases": {"type": "boolean", "description": "for cases (F0); false: for contacts and travellers"},
        "vaccinated": {"type": ["boolean", "null"], "description": "null: for everybody"},
        "from": day | {"description": "the first day on which an isolation under it may begin"},
        "until": day | {"type": ["string", "null"], "description": "the last such day; null: until further notice"},
        "within": {"type": "string", "pattern": _WITHIN, "description": "code of a unit; empty: the whole country"},
        "days": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
        "checks_a_day": {"enum": [1, 2], "description": "2: in the morning and in the evening"},
        "watch_days": {"type": "integer", "minimum": 0, "maximum": MAX_DAYS},
        "test_days": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
            "uniqueItems": True,
            "maxItems": MAX_TESTS,
            "description": "in order; day 1 is the first of isolation",
        },
        "if_positive_days": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": MAX_DAYS,
            "description": "of cases: the day after which a positive last test keeps nobody; null: it always does",
        },
        "release": {
            "type": "array",
            "items": {"enum": [each.value for each in Ask]},
            "uniqueItems": True,
            "description": "what is asked before a release",
        },
        "assumed": {"type": "array", "items": {"enum": list(ASSUMABLE)}, "description": "what no text says"},
        "source": source | {"description": "the decision or letter"},
    }
    end = {"name": name, "until": day, "source": source}
    lists = {"protocols": _list_of(rule), "ends": _list_of(end)}
    issued = {"type": "integer", "minimum": 0, "maximum": _LAST_SECOND, "description": "set by signing"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Isolation protocols of a ministry",
        "type": "object",
        "properties": {"issued_at": issued} | lists,
        "required": list(lists),
        "additionalProperties": False,
        "anyOf": [{"properties": {each: {"minItems": 1}}} for each in lists],
    }


def _list_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    item = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {"type": "array", "maxItems": MAX_PROTOCOLS, "items": item}


def sign(data: bytes, now: dt.datetime, signers: Sequence[ExportSigner]) -> bytes:
    """Sign the rules that a ministry wrote, as of now. Raises ProtocolFileError for what would not be taken."""
    try:
        written = json_object(data, KIND, MAX_BYTES)
        text = json.dumps({**written, "issued_at": int(now.timestamp())}, ensure_ascii=False, indent=1)
        read(text)
        return sign_text(text, KIND, MAX_BYTES, signers)
    except ProtocolError as error:
        raise ProtocolFileError(str(error)) from error


def verified(data: bytes, trusted: Sequence[TrustedKey]) -> str:
    """Return the text of a signed file. Raises ProtocolFileError unless one of the keys signed it."""
    try:
        return verified_text(data, KIND, MAX_BYTES, trusted)
    except ProtocolError as error:
        raise ProtocolFileError(str(error)) from error


def trusted_key(pem: bytes) -> TrustedKey:
    """Return a ministry's public key, trusted under any name. Raises ProtocolFileError unless it is one of P-256."""
    try:
        return TrustedKey(verifying_key(pem))
    except CryptoError as error:
        raise ProtocolFileError("isolation protocols: the public key is none of P-256 in PEM") from error


def read(text: str) -> ProtocolFile:
    """Read the text of a file. Raises ProtocolFileError, with one sentence, for what is not as it should be."""
    try:
        written = json_object(text, KIND, MAX_BYTES)
    except ProtocolError as error:
        raise ProtocolFileError(str(error)) from error
    _check_fields(written, ("issued_at", "protocols", "ends"), "the file")
    issued, rules, ends = written["issued_at"], written["protocols"], written["ends"]
    if not is_whole(issued, 0, _LAST_SECOND):
        raise ProtocolFileError("isolation protocols: issued_at is no time in seconds")
    for name, each in (("protocols", rules), ("ends", ends)):
        if not isinstance(each, list) or len(each) > MAX_PROTOCOLS:
            raise ProtocolFileError(f"isolation protocols: {name} is no list of at most {MAX_PROTOCOLS}")
    if not rules and not ends:
        raise ProtocolFileError("isolation protocols: the file has no rule and ends none")
    found = ProtocolFile(issued, tuple(map(protocol_of, rules)), tuple(map(_end, ends)))
    for names in ([each.name for each in found.protocols], [each.name for each in found.ends]):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ProtocolFileError(f"isolation protocols: {twice[0]!r} stands in the file twice")
    return found


def applied(known: Sequence[Protocol], found: ProtocolFile) -> tuple[Protocol, ...]:
    """Return the rules that are known once a file is taken. Raises ProtocolFileError where it changes the past: a name
    that is taken stays what it was, for stays name the rule that they were decided under."""
    by_name = {each.name: each for each in known}
    for each in found.protocols:
        if each.name in by_name:
            raise ProtocolFileError(f"isolation protocols: there is a rule {each.name!r} already: take another name")
    for end in found.ends:
        rule = by_name.get(end.name)
        if rule is None:
            raise ProtocolFileError(f"isolation protocols: {end.name!r} is to end, and no earlier rule is called so")
        if end.until < rule.first or (rule.last is not None and end.until > rule.last):
            last = rule.last or "open"
            raise ProtocolFileError(
                f"isolation protocols: {end.name!r} holds from {rule.first} until {last}, and cannot end on {end.until}"
            )
        by_name[end.name] = replace(rule, last=end.until)
    return (*by_name.values(), *found.protocols)


def differences(before: Sequence[Protocol], found: ProtocolFile) -> list[str]:
    """Say, a line each, what a file would change: new rules beside what held on their first day, and rules that end."""
    lines = [f"new    {described(each)}{_instead_of(before, each)}" for each in found.protocols]
    return lines + [f"ends   {each.name} on {each.until} ({each.source})" for each in found.ends]


def described(rule: Protocol) -> str:
    """Say a rule in one line."""
    who = {None: "everybody", True: "vaccinated", False: "not vaccinated"}[rule.vaccinated]
    tests = ", ".join(map(str, rule.test_days)) or "none"
    within = "" if rule.within == NATION else f", within {rule.within}"
    assumed = f"; assumed: {', '.join(sorted(rule.assumed))}" if rule.assumed else ""
    whose = ", cases" if rule.cases else ""
    twice = "two checks a day, " if rule.checks_a_day > 1 else ""
    return (
        f"{rule.name}: {rule.kind.value}{whose}, {who}{within}, "
        f"from {rule.first} until {rule.last or 'further notice'}: "
        f"{rule.days} days, {twice}{rule.watch_days} of watching, tests on days {tests} ({rule.source}{assumed})"
    )


def _instead_of(before: Sequence[Protocol], rule: Protocol) -> str:
    vaccinated = (False, True) if rule.vaccinated is None else (rule.vaccinated,)
    held = {
        each.name: each
        for kind in vaccinated
        for each in before
        if each.holds(rule.first, rule.kind, rule.within, vaccinated=kind, cases=rule.cases)
    }
    if not held:
        return "; nothing held there before"
    newest = max(held.values(), key=lambda each: (len(each.within), each.vaccinated is not None, each.first))
    return f"; before: {newest.name}, {newest.days} days, {newest.watch_days} of watching"


def protocol_of(fields: object) -> Protocol:
    """Read one rule. Raises ProtocolFileError."""
    name = fields.get("name") if isinstance(fields, dict) else None
    if not isinstance(fields, dict) or not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ProtocolFileError("isolation protocols: a name has 3 to 60 small letters, digits and hyphens")
    _check_fields(fields, _FIELDS, name)
    first, last = _day(fields["from"], name, "from"), None
    if fields["until"] is not None:
        last = _day(fields["until"], name, "until")
        if last < first:
            raise _wrong(name, "until lies before from")
    _check_values(fields, name)
    return Protocol(
        name=name,
        kind=StayKind(fields["place"]),
        cases=fields["cases"],
        vaccinated=fields["vaccinated"],
        first=first,
        last=last,
        within=_place(fields["within"], name),
        days=fields["days"],
        checks_a_day=fields["checks_a_day"],
        watch_days=fields["watch_days"],
        test_days=tuple(fields["test_days"]),
        if_positive_days=fields["if_positive_days"],
        release=frozenset(map(Ask, fields["release"])),
        assumed=frozenset(fields["assumed"]),
        source=_source(fields["source"], name),
    )


def _check_values(fields: Mapping[str, Any], name: str) -> None:
    days = fields["days"] if is_whole(fields["days"], 1, MAX_DAYS) else 0
    positive = fields["if_positive_days"]
    asked, assumed = fields["release"], fields["assumed"]
    checks = (
        (days > 0, f"days are 1 to {MAX_DAYS}, watch_days 0 to {MAX_DAYS}"),
        (is_whole(fields["checks_a_day"], 1, 2), "checks_a_day is 1, or 2 for morning and evening"),
        (is_whole(fields["watch_days"], 0, MAX_DAYS), f"days are 1 to {MAX_DAYS}, watch_days 0 to {MAX_DAYS}"),
        (_are_days(fields["test_days"], days), f"test_days are days 1 to {days} in order, at most {MAX_TESTS}"),
        (
            fields["vaccinated"] is None or isinstance(fields["vaccinated"], bool),
            "vaccinated is true, false or null (for everybody)",
        ),
        (fields["place"] in [each.value for each in StayKind], "place is home, site or hospital"),
        (isinstance(fields["cases"], bool), "cases is true (for cases) or false (for contacts and travellers)"),
        (
            positive is None or is_whole(positive, days, MAX_DAYS),
            f"if_positive_days is null, or {days} to {MAX_DAYS}",
        ),
        (_are_words(asked, tuple(Ask)), f"release names some of {', '.join(Ask)}"),
        (_are_words(assumed, ASSUMABLE), f"assumed names some of {', '.join(ASSUMABLE)}"),
    )
    for is_right, what in checks:
        if not is_right:
            raise _wrong(name, what)


def _are_words(value: object, words: Sequence[str]) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each in words for each in value)


def _end(fields: object) -> End:
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), str):
        raise ProtocolFileError("isolation protocols: each of ends has name, until and source")
    _check_fields(fields, ("name", "until", "source"), fields["name"])
    name = fields["name"]
    return End(name, _day(fields["until"], name, "until"), _source(fields["source"], name))


def _check_fields(fields: Mapping[str, Any], wanted: Sequence[str], where: str) -> None:
    missing = [each for each in wanted if each not in fields]
    unknown = [each for each in fields if each not in wanted]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(map(repr, unknown))}, which is no field"
        raise _wrong(where, what)


def _are_days(tests: object, days: int) -> bool:
    if not isinstance(tests, list) or len(tests) > MAX_TESTS or not all(is_whole(each, 1, days) for each in tests):
        return False
    return tests == sorted(set(tests))


def _day(value: object, name: str, field: str) -> dt.date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(name, f"{field} is no day such as 2026-11-26")


def _place(value: object, name: str) -> str:
    if value == "":
        return NATION
    try:
        if isinstance(value, str):
            return place_of(UnitCode.parse(value))
    except GeographyError:
        pass
    raise _wrong(name, "within is empty (the whole country) or the code of a unit such as 34:92")


def _source(value: object, name: str) -> str:
    if not is_clean(value) or not isinstance(value, str) or not _LEAST_SOURCE <= len(value.strip()) <= _MOST_SOURCE:
        raise _wrong(name, f"source names the decision or letter in {_LEAST_SOURCE} to {_MOST_SOURCE} characters")
    return " ".join(value.split())


def _wrong(name: str, what: str) -> ProtocolFileError:
    return ProtocolFileError(f"isolation protocols: {name}: {what}")


# --- what is known ----------------------------------------------------------------------------------------------------


def known(at: dt.datetime | None = None) -> tuple[Protocol, ...]:
    """Return the rules that were known at a moment; None: that are known now."""
    rows = ProtocolEdition.objects.order_by("pk")
    rules = of_disease(disease())
    for row in rows if at is None else rows.filter(added_at__lte=at):
        rules = applied(rules, read(row.text))
    return rules


def twice() -> frozenset[str]:
    """Return the names of the rules by which people are heard in the morning and in the evening."""
    return frozenset(each.name for each in known() if each.checks_a_day > 1)


def by_name(name: str) -> Protocol | None:
    """Return the rule of a name; None where it is known no more."""
    return next((each for each in known() if each.name == name), None)


def preview(data: bytes, trusted: Sequence[TrustedKey] = ()) -> tuple[ProtocolFile, list[str]]:
    """Read a signed file and say what it would change, and store nothing. Raises ProtocolFileError."""
    found = read(verified(data, (*_own_keys(), *trusted)))
    last = ProtocolEdition.objects.order_by("pk").last()
    if last is not None and found.issued_at_s <= last.issued_at.timestamp():
        raise ProtocolFileError("isolation protocols: this file is no newer than the one that was added last")
    before = known()
    applied(before, found)
    return found, differences(before, found)


@transaction.atomic
def add(data: bytes, now: dt.datetime, trusted: Sequence[TrustedKey] = ()) -> tuple[ProtocolEdition, list[str]]:
    """Store a signed file, whose rules are known from now on; stays keep the rule they were decided under. Return it
    with what it changed. Raises ProtocolFileError, and stores nothing."""
    take_turns("isolation protocols")
    found, changes = preview(data, trusted)
    row = ProtocolEdition.objects.create(
        issued_at=dt.datetime.fromtimestamp(found.issued_at_s, dt.UTC),
        added_at=now,
        text=verified(data, (*_own_keys(), *trusted)),
        document=data.decode("ascii"),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return row, changes


def _own_keys() -> list[TrustedKey]:
    keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.EXPORT)
    return [TrustedKey(signing.public_key(key), key_version=key.version) for key in keys]
