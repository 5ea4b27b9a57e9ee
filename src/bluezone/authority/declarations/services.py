"""Take, correct and withdraw declarations, each in a transaction of its own.

A declaration has a random id: sent again it is the same one, and gets the same answer. Who has the receipt, and nobody
else, sees, corrects and withdraws it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from bluezone.authority.declarations import journeys, known_forms, private, rules
from bluezone.authority.declarations.insert import Outcome as Done
from bluezone.authority.declarations.insert import insert
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import RefusedError, Result, State, Way
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.episodes.models import Stay
from bluezone.authority.episodes.stays import checks
from bluezone.authority.episodes.stays.rules import IsolationError, Said, Severity, check_declared_day
from bluezone.authority.episodes.stays.rules import Way as CheckWay
from bluezone.authority.messages import phone_numbers
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import place_or_nation
from bluezone.authority.officers.models import User
from bluezone.authority.passes import rules as pass_rules
from bluezone.authority.passes import services as passes
from bluezone.authority.passes.rules import Reason
from bluezone.authority.persons import rules as persons
from bluezone.authority.persons.rules import IdentityError, check_reason
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.configuration import disease
from bluezone.authority.work import services as work
from bluezone.forms.answers import Edge, read_answers
from bluezone.forms.conditions import Answer
from bluezone.forms.country import Country
from bluezone.forms.definition import Form, Level, Use
from bluezone.forms.prefilling import health_only
from bluezone.forms.rendering import given_of
from bluezone.forms.triage import Outcome, triage
from bluezone.geography.country import country
from bluezone.protocol import one_time_codes
from bluezone.protocol.health_declarations import HealthDeclaration as Sent
from bluezone.protocol.health_declarations import HealthDeclarationRefusal as Refusal

_UNKNOWN = "this receipt is of no declaration: it is mistyped, or the declaration was withdrawn or deleted"


@dataclass(frozen=True, slots=True)
class Taken:
    """Hold the receipt of a declaration that was taken, and what it leads to."""

    receipt: str = field(repr=False)
    outcome: Outcome
    #: of the QR code of the pass that came of it; empty where none did
    pass_text: str = field(default="", repr=False)
    #: by a code to it, or by an officer's call
    is_confirmed: bool = False
    #: nobody is called before the number is confirmed
    is_unconfirmed: bool = False
    #: first and last day of the isolation that it was declared in
    days: tuple[dt.date, dt.date] | None = None

    @classmethod
    def of(cls, row: HealthDeclaration, receipt: str, outcome: Outcome, pass_text: str = "") -> Taken:
        """Return what is said of a row."""
        stays = row.episode.stays.order_by("-pk") if row.episode is not None else Stay.objects.none()
        days = stays.values_list("since", "until").first()
        return cls(receipt, outcome, pass_text, row.telephone_confirmed, row.state == State.UNCONFIRMED, days)


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold a declaration as its owner or an officer sees it."""

    row: HealthDeclaration
    form: Form
    answers: dict[str, Answer] = field(repr=False)

    @property
    def outcome(self) -> Outcome:
        """Return what it leads to, with the reasons."""
        return triage(self.form, self.answers)


def own_country() -> Country:
    """Return what forms need of the country of this installation."""
    return Country(country().iso, country().telephone.calling_code)


def telephone(text: str) -> str | None:
    """Return a telephone number in E.164, of any country; None for what is none."""
    code = next((code for code in settings.BLUEZONE.sms_countries if code.isdecimal()), "")
    try:
        return persons.telephone(text, code) or None
    except IdentityError:
        return None


def edge_on(day: dt.date) -> Edge:
    """Return what reading answers needs of the world, on the day they were given."""
    return Edge(day, telephone=telephone)


def read_sent(form: Form, answers: Mapping[str, Answer], day: dt.date) -> dict[str, Answer]:
    """Return answers as they are stored. Raises RefusedError, with a sentence that names the field."""
    reading = read_answers(form, given_of(dict(answers)), edge_on(day))
    for name, fault in reading.faults.items():
        raise RefusedError(f"{name}: {fault.text('en')}", Refusal.ANSWERS)
    return reading.answers


def receive(sent: Sent, way: Way, now: dt.datetime) -> Taken | None:
    """Do what a message asks: declare, correct, confirm or withdraw; None where it was withdrawn. Raises
    RefusedError."""
    if sent.withdraw:
        withdraw(sent.receipt, now)
        return None
    if sent.confirm:
        return confirm(sent.receipt, sent.code, now) if sent.code else _again(_row_of(sent.receipt), now)
    form, day = known_forms.version(sent.form, sent.version), sent.day
    if form is None or day is None:
        raise RefusedError(f"there is no {sent.form} {sent.version}", Refusal.FORM_UNKNOWN)
    rules.check_day(form, day, clock.date_of(now))
    if sent.receipt:
        asked = health_only(form) if is_daily(sent.receipt) else form
        return correct(sent.receipt, form, read_sent(asked, sent.answers, day), now)
    if sent.link:
        return declare_daily(sent.declaration, sent.link, form, sent.answers, way, now, day=day)
    answers = read_sent(form, sent.answers, day)
    return declare(sent.declaration, form, answers, way, now, day=day, other=sent.other)


def declare(
    declaration_id: bytes,
    form: Form,
    answers: dict[str, Answer],
    way: Way,
    now: dt.datetime,
    *,
    day: dt.date,
    other: bool = False,
) -> Taken:
    """Store a declaration once. Raises RefusedError where too many come of one telephone number.

    What is new, nearly all, is stored without looking for it first: the database refuses a second row of its id.
    """
    digests = keyed.digests(private.ID, declaration_id)
    if len(digests) > 1 and (known := _known(digests)):  # it may be stored under the secret of before a rotation
        return _again(known, now)
    receipt, outcome, row = private.draw_receipt(), triage(form, answers), digests[0]
    made = _new(row, receipt, form, answers, outcome, way, now, day)
    made.other, made.state = other, rules.state_of(outcome.level, vouched=way is Way.CHECKPOINT).value
    wish = _wish(form, answers, outcome, row, day, now)
    while True:
        drawn = passes.draw(wish, now) if wish else None
        done = insert(made, drawn.row if drawn else None, now)
        if done is Done.STORED:
            if made.state == State.NEW:
                settle(HealthDeclaration.objects.get(id_digest=row), now)
            return Taken.of(made, receipt, outcome, drawn.text if drawn else "")
        if done is Done.TOO_MANY:
            text = f"{rules.MOST_OF_A_NUMBER} declarations came of this telephone number since yesterday: call your"
            raise RefusedError(f"{text} health station", Refusal.TOO_MANY)
        if done is Done.KNOWN:
            known = _known(digests)
            assert known is not None, "a digest goes after the days of its form alone"
            return _again(known, now)


def _new(
    row: str,
    receipt: str,
    form: Form,
    answers: dict[str, Answer],
    outcome: Outcome,
    way: Way,
    now: dt.datetime,
    day: dt.date,
) -> HealthDeclaration:
    """Return a declaration that is to be stored, for the digest `row` of its id."""
    return HealthDeclaration(
        id_digest=row,
        receipt_digest=keyed.digest(private.RECEIPT, receipt),
        receipt=private.seal_receipt(receipt, row),
        day=day,
        received_at=now,
        way=way.value,
        expires_on=rules.expires_on(clock.date_of(now), form),
        **_content(form, answers, outcome, row),
    )


def declare_daily(
    declaration_id: bytes,
    link: str,
    form: Form,
    given: Mapping[str, Answer],
    way: Way,
    now: dt.datetime,
    *,
    day: dt.date,
) -> Taken:
    """Store how somebody is who has the code of an isolation, as a check of their episode, which rings there. Raises
    RefusedError: for a code that is not in force, a day that the stay has not, too many in a day."""
    digests = keyed.digests(private.ID, declaration_id)
    if (known := _known(digests)) is not None:
        return _again(known, now)
    stay, asked = _stay_of(link, day, now), health_only(form)
    answers = read_sent(asked, given, day)
    receipt, outcome = private.draw_receipt(), triage(form, answers)
    made = _new(digests[0], receipt, form, answers, outcome, way, now, day)
    made.place, made.state = stay.place, State.FOLLOWED.value
    made.episode, made.person_id = stay.episode, stay.episode.person_id
    with transaction.atomic():
        severity = Severity(outcome.level.rank)
        if checks.store(stay, digests[0], _said(answers), CheckWay(way.value), now, day=day, severity=severity):
            made.save()
            return Taken.of(made, receipt, outcome)
    if (known := _known(digests)) is not None:  # it came twice at this moment
        return _again(known, now)
    raise RefusedError("very many declarations came of this stay today: call your health station", Refusal.TOO_MANY)


def _stay_of(link: str, day: dt.date, now: dt.datetime) -> Stay:
    try:
        stay = checks.stay_of(link, now)
        check_declared_day(day, stay.since, clock.date_of(now))
    except checks.NotInForceError as error:
        raise RefusedError(str(error), Refusal.LINK_UNKNOWN) from error
    except IsolationError as error:
        raise RefusedError(str(error), Refusal.DAY) from error
    return stay


def _said(answers: Mapping[str, Answer]) -> Said:
    """Return what a check of an episode holds of a daily declaration: symptoms by their codes, what was measured."""
    ticked = {code for each in answers.values() if isinstance(each, tuple) for code in each}
    degrees, oxygen = answers.get("temperature"), answers.get("oxygen")
    return Said(
        tuple(code for code in disease().signs.symptoms if code in ticked),
        Decimal(str(degrees)) if degrees else None,
        int(Decimal(str(oxygen))) if oxygen else None,
    )


def is_daily(receipt: str) -> bool:
    """Return whether a receipt is of a daily declaration, which is corrected by the questions on health alone."""
    try:
        return _row_of(receipt).state == State.FOLLOWED
    except RefusedError:
        return False


def settle(row: HealthDeclaration, now: dt.datetime, by: User | None = None) -> None:
    """Open, change or close the task of a declaration."""
    wanted = rules.wanted(State(row.state), list(Level)[row.level], row.place, row.received_at, row.person_id)
    work.settle(rules.SOURCE, row.pk, wanted, now, by)


def _known(digests: list[str]) -> HealthDeclaration | None:
    return HealthDeclaration.objects.filter(id_digest__in=digests).first()


def _wish(
    form: Form, answers: Mapping[str, Answer], outcome: Outcome, row: str, day: dt.date, now: dt.datetime
) -> passes.Wish | None:
    """Return the pass that is to come of a declaration; None where its form gives none, or it speaks of days ago."""
    if form.pass_hours is None:
        return None
    until = pass_rules.valid_until(form.pass_hours, clock.beginning_of(day + dt.timedelta(days=1)), now)
    if until is None:
        return None
    commune = _text(form, answers, Use.COMMUNE)
    return passes.Wish(row, place_or_nation(commune), form.form, commune, pass_rules.colour_of(outcome.level), until)


def _content(form: Form, answers: dict[str, Answer], outcome: Outcome, row: str) -> dict[str, object]:
    who, rest = private.split(form, answers)
    return {
        "place": place_or_nation(_text(form, answers, Use.COMMUNE)),
        "form": form.form,
        "version": form.version,
        "level": outcome.level.rank,
        "identity": private.seal_identity(who, row),
        "answers": private.seal_answers(rest, row),
        "telephone_digest": private.telephone_digest(_text(form, answers, Use.TELEPHONE)),
        "journey_digest": private.journey_digest(
            journeys.journey_of(_text(form, answers, Use.VEHICLE), _text(form, answers, Use.DEPARTURE))
        ),
    }


def _text(form: Form, answers: Mapping[str, Answer], use: Use) -> str:
    field_of_use = form.used(use)
    found = answers.get(field_of_use.name, "") if field_of_use else ""
    return found if isinstance(found, str) else ""


def _again(row: HealthDeclaration, now: dt.datetime) -> Taken:
    """Return the answer that a declaration got before. (Whoever sends it again may not have got one: the server may
    have stopped before its task was there.)"""
    settle(row, now)
    receipt = private.unseal_receipt(row.receipt, row.id_digest)
    if row.state == State.WITHDRAWN:
        return Taken(receipt, Outcome(Level.ADVICE))
    return Taken.of(row, receipt, seen(row).outcome, passes.text_of(row.id_digest))


def seen(row: HealthDeclaration) -> Seen:
    """Return a stored declaration with the version of the form it was made with."""
    form = known_forms.version(row.form, row.version)
    assert form is not None, "a version that was used is never deleted"
    answers = private.unseal_identity(row.identity, row.id_digest) | private.unseal_answers(row.answers, row.id_digest)
    return Seen(row, form, answers)


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the number that a code was asked for, and whether a message is on its way to it."""

    number: str = field(repr=False)
    is_on_its_way: bool


def ask_code(receipt: str, language: str, asker: str, now: dt.datetime) -> Asked:
    """Send a code by text message to the number of a declaration. `asker`: the digest of the address that asks, which
    gets so many in ten minutes. Raises RefusedError."""
    found = of_receipt(receipt)
    number = _text(found.form, found.answers, Use.TELEPHONE)
    is_late = not number or seconds_to_wait("code of a declaration", asker, now, rules.MOST_CODES) > 0
    sent = not is_late and phone_numbers.ask_to_show(number, _bound_to(found.row), language, now)
    return Asked(number, sent)


def _bound_to(row: HealthDeclaration) -> bytes:
    """Return what a code confirms a number for: one declaration alone."""
    return f"number of a declaration {row.id_digest}".encode()


def confirm(receipt: str, code: str, now: dt.datetime) -> Taken:
    """Note that the number of a declaration is its owner's: an alarming one waits for a call from now on. Raises
    RefusedError for a wrong code, which is counted."""
    found = of_receipt(receipt)
    number, row = _text(found.form, found.answers, Use.TELEPHONE), found.row
    if not row.telephone_confirmed and not phone_numbers.is_right(number, _bound_to(row), code, now):
        raise RefusedError("the code is wrong, or its time is over", Refusal.CODE_WRONG)
    with transaction.atomic():
        row = _row_of(receipt, to_change=True)
        if not row.telephone_confirmed and row.telephone_digest == found.row.telephone_digest:
            row.telephone_confirmed = True
            if row.state == State.UNCONFIRMED:
                row.state, row.received_at = State.NEW.value, now  # waits from now on
            row.save(update_fields=["telephone_confirmed", "state", "received_at"])
    return _again(row, now)


def of_receipt(receipt: str) -> Seen:
    """Return the declaration of a receipt, however it was typed. Raises RefusedError for every other text alike."""
    return seen(_row_of(receipt))


def _row_of(receipt: str, *, to_change: bool = False) -> HealthDeclaration:
    read = one_time_codes.read_code(receipt)
    digests = keyed.digests(private.RECEIPT, read.text) if read.kind is one_time_codes.Kind.LONG else []
    rows = HealthDeclaration.objects.select_for_update() if to_change else HealthDeclaration.objects.all()
    found = rows.filter(receipt_digest__in=digests).exclude(state=State.WITHDRAWN.value).first()
    if found is None:
        raise RefusedError(_UNKNOWN, Refusal.RECEIPT_UNKNOWN)
    return found


@transaction.atomic
def correct(receipt: str, form: Form, answers: dict[str, Answer], now: dt.datetime) -> Taken:
    """Replace what was declared; who has become more urgent waits for a call again, and another telephone number is not
    confirmed until it is by a code of its own. Raises RefusedError."""
    row = _row_of(receipt, to_change=True)
    if form.form != row.form:
        raise RefusedError("a declaration is corrected by the form it was made with", Refusal.FORM_UNKNOWN)
    if row.episode is not None:
        _check_again(row, triage(form, answers), answers, now)
    outcome, before = triage(form, answers), list(Level)[row.level]
    number = private.telephone_digest(_text(form, answers, Use.TELEPHONE))
    row.telephone_confirmed = row.telephone_confirmed and number == row.telephone_digest
    vouched = row.telephone_confirmed or row.way == Way.CHECKPOINT
    place = row.place
    for name, value in _content(form, answers, outcome, row.id_digest).items():
        setattr(row, name, value)
    if row.state == State.FOLLOWED:
        row.place = place
    state = rules.state_of(outcome.level, vouched=vouched, before=State(row.state), level_before=before)
    row.state = state.value
    if row.state == State.NEW and outcome.level.rank > before.rank:
        row.answered_at = None
    row.changed_at = now
    row.save()
    settle(row, now)
    passes.revoke_of(row.id_digest, Reason.CHANGED, now)
    wish = _wish(form, answers, outcome, row.id_digest, clock.date_of(now), now)
    pass_text = passes.issue(wish, now) if wish else ""
    return Taken.of(row, private.unseal_receipt(row.receipt, row.id_digest), outcome, pass_text)


def _check_again(row: HealthDeclaration, outcome: Outcome, answers: dict[str, Answer], now: dt.datetime) -> None:
    """Note a check anew where a daily declaration is corrected, while the stay goes on: it may ring now."""
    stay = row.episode.stays.filter(ended_on=None).order_by("-pk").first() if row.episode else None
    if stay is not None and answers != seen(row).answers:
        digest = keyed.digest(private.ID, secrets.token_bytes(16))
        severity, way = Severity(outcome.level.rank), CheckWay(row.way)
        checks.store(stay, digest, _said(answers), way, now, day=row.day, severity=severity)


@transaction.atomic
def withdraw(receipt: str, now: dt.datetime) -> None:
    """Erase what was declared and by whom. Digests stay a few days, so that a copy on its way is not stored again.
    Raises RefusedError."""
    row = _row_of(receipt, to_change=True)
    row.identity, row.answers, row.telephone_digest, row.journey_digest = b"", b"", "", ""
    checks.erase(row.id_digest)
    row.state, row.changed_at, row.level = State.WITHDRAWN.value, now, Level.ADVICE.rank
    row.expires_on = min(row.expires_on, clock.date_of(now) + rules.WITHDRAWN_LIFE)
    row.save()
    settle(row, now)
    passes.revoke_of(row.id_digest, Reason.CHANGED, now)


# --- what officers do -------------------------------------------------------------------------------------------------


@transaction.atomic
def open_identity(row: HealthDeclaration, by: Issuer, reason: str) -> dict[str, Answer]:
    """Return who declared and where, and note in the audit log who opened it and why. Raises IdentityError without a
    reason."""
    reason = check_reason(reason)
    audit_log.note(row, by, {}, typed={"opened": reason})
    return private.unseal_identity(row.identity, row.id_digest)


@transaction.atomic
def note_call(row: HealthDeclaration, result: Result, by: Issuer, now: dt.datetime) -> None:
    """Note what came of a call. Whoever was spoken to has the number; who was not reached goes on waiting."""
    row = HealthDeclaration.objects.select_for_update().get(pk=row.pk)
    if row.state == State.WITHDRAWN:
        return
    row.state = rules.state_after_call(State(row.state), result).value
    row.result = result.value
    row.telephone_confirmed = row.telephone_confirmed or rules.confirms_number(result)
    if row.answered_at is None and result is not Result.NOT_REACHED:
        row.answered_at = now
    row.save(update_fields=["state", "result", "answered_at", "telephone_confirmed"])
    settle(row, now, by.officer)
    audit_log.note(row, by, {"outcome": ["None", result.value]})
    if result in rules.ENDS_PASS:
        passes.revoke_of(row.id_digest, Reason.CALLED, now)


@transaction.atomic
def hand_over(row: HealthDeclaration, place: str, by: Issuer, now: dt.datetime) -> None:
    """Give a declaration to the health station of another place, where it waits as before."""
    audit_log.note(row, by, {"handed over": [row.place, place]})
    row.place = place
    row.save(update_fields=["place"])
    settle(row, now, by.officer)


# --- decoys -----------------------------------------------------------------------------------------------------------


def like_declaration(now: dt.datetime) -> None:
    """Do for a decoy what a declaration does, and leave nothing of it."""
    form = known_forms.every()[0]
    with transaction.atomic():
        answers: dict[str, Answer] = {"telephone": f"+{own_country().calling_code}{secrets.randbelow(10**9):09d}"}
        declare(secrets.token_bytes(16), form, answers, Way.PHONE, now, day=clock.date_of(now))
        transaction.set_rollback(True)
