"""Issue and send what waits, remind once, forget numbers: what the worker does with messages that carry a code.

A row's case, code and text are stored together, then the message is noted as tried, then it is handed over. A worker
that is killed anywhere in between goes on with the same code: somebody may read a message twice, nobody gets two codes.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from auditlog.context import set_actor
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis import texts
from bluezone.authority.diagnosis.models import CodeMessage, OneTimeCode, RanOut
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.sending import envelope, rules, services
from bluezone.authority.diagnosis.sending.rules import Progress, Reminding, State, Why
from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages import sms
from bluezone.authority.messages.sms import Sender, SmsError, note_failure
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site.locks import job_lock

log = logging.getLogger(__name__)
#: of one turn: with a gateway that takes nine seconds, five times nine
MOST_A_TURN, AT_ONCE = 50, 10
_UNDER_WAY = (State.WAITING, State.SENT)


def waiting(now: dt.datetime) -> QuerySet[CodeMessage]:
    """Return the messages with a code that are due."""
    untried = CodeMessage.objects.filter(state=State.WAITING, keep_until__gt=now, tries__lt=rules.MAX_TRIES)
    return untried.filter(next_try_at__lte=now)


def send_due(now: dt.datetime) -> str | None:
    """Issue and send what is due, at most so many a turn; the worker runs it every few seconds."""
    send = sms.sender()
    if send is None:
        return None
    with job_lock("code messages"):
        due = waiting(now)
        rows = list(due.select_related("officer", "code").order_by("next_try_at", "pk")[:MOST_A_TURN])
        ready = [row for row in rows if row.code is not None or _issued(row, now)]
        sent = 0
        for start in range(0, len(ready), AT_ONCE):
            some = ready[start : start + AT_ONCE]
            handed_over = _hand_over(some, send, now)
            sent += handed_over
            if not handed_over and len(some) == AT_ONCE:  # the gateway is down: the others wait, untried
                due.update(next_try_at=now + rules.GATEWAY_REST)
                break
    return f"{sent} codes sent" if sent else None


def _issued(row: CodeMessage, now: dt.datetime) -> bool:
    """Open the case of a list's row and issue its code, all or nothing. False, and the row is refused, where its
    officer may not any more."""
    issuer = Issuer(officer=row.officer) if row.officer is not None else None
    if issuer is None or issuer.place != row.place:
        services.close(row, State.REFUSED, Why.NO_RIGHT)
        return False
    try:
        with transaction.atomic(), set_actor(row.officer):
            content = envelope.unseal(row.sealed)
            new = cases.NewCase(content.report_type, content.onset_date, content.test_date, row.file_number)
            case, code, issued = cases.store_case(new, issuer, now, is_counted=True)
            services.fill(row, case, (code, issued), content.number, now)
            row.save()
    except IssueError:
        services.close(row, State.REFUSED, Why.NO_RIGHT)
        return False
    except AuthorityError as error:  # encrypted under a secret that this server no longer has
        log.warning("a message with a code: %s", error)
        services.close(row, State.REFUSED, Why.TOO_LATE)
        return False
    return True


def _hand_over(rows: Sequence[CodeMessage], send: Sender, now: dt.datetime) -> int:
    """Hand messages over, all at once, for a gateway may take seconds; return how many it took."""
    contents = []
    for row in rows:
        contents.append(envelope.unseal(row.sealed))
        row.next_try_at, row.tries = now + rules.FIRST_WAIT * 2**row.tries, row.tries + 1
        row.save(update_fields=["next_try_at", "tries"])

    def attempt(content: envelope.Content) -> SmsError | None:
        try:
            send(content.number, content.text)
        except SmsError as error:
            return error
        return None

    with ThreadPoolExecutor(len(rows)) as pool:
        failures = list(pool.map(attempt, contents))
    for row, content, failure in zip(rows, contents, failures, strict=True):
        if failure is None:
            _note_sent(row, content, now)
        else:
            _note_failed(row, failure, now)
    return failures.count(None)


@transaction.atomic
def _note_sent(row: CodeMessage, content: envelope.Content, now: dt.datetime) -> None:
    """Keep the number alone: the code is the person's now. Nothing where an officer has stopped it meanwhile."""
    row = CodeMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state != State.WAITING:
        return
    row.state, row.sent_at, row.next_try_at = State.SENT, now, None
    row.sealed = envelope.seal(envelope.Content(content.number))
    row.save(update_fields=["state", "sent_at", "next_try_at", "sealed"])


@transaction.atomic
def _note_failed(row: CodeMessage, failure: SmsError, now: dt.datetime) -> None:
    """Count a failure; after the last one stop the code, which nobody has."""
    log.warning("a message with a code: %s", failure)
    note_failure(failure.code, row.place or NATION, now)
    row = CodeMessage.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state == State.WAITING and row.tries >= rules.MAX_TRIES:
        _give_up(row, now)


def _give_up(row: CodeMessage, now: dt.datetime) -> None:
    """Refuse a message that the gateway does not take, and stop its code, which nobody has."""
    if row.code_id is not None:
        OneTimeCode.objects.filter(pk=row.code_id, used_at=None, burnt_at=None).update(burnt_at=now)
    services.close(row, State.REFUSED, Why.GATEWAY)


def look_after(now: dt.datetime) -> str | None:
    """Note what became of codes that were sent, forget the numbers of those that are over, remind of the others once;
    the worker runs it every minute."""
    with job_lock("code messages"):
        rows = CodeMessage.objects.filter(state__in=_UNDER_WAY).select_related("code")
        for row in rows.filter(_over(now)):
            code = row.code
            progress = Progress(
                State(row.state),
                has_code=code is not None,
                used=code is not None and code.used_at is not None,
                burnt=code is not None and code.burnt_at is not None,
                ended=code is not None and code.long_expires_at <= now,
                past_keeping=row.keep_until <= now,
                tried_in_vain=row.tries >= rules.MAX_TRIES and row.next_try_at is not None and row.next_try_at <= now,
            )
            state, why = rules.state_now(progress)
            if why is Why.GATEWAY:
                _give_up(row, now)
            elif state.is_over:
                services.close(row, state, why)
        _note_ran_out(now)
        reminded = _remind(now)
    return f"{reminded} reminders sent" if reminded else None


def _over(now: dt.datetime) -> Q:
    gone = Q(state=State.SENT, code=None)
    used_or_stopped = Q(code__used_at__isnull=False) | Q(code__burnt_at__isnull=False)
    tried_in_vain = Q(state=State.WAITING, tries__gte=rules.MAX_TRIES, next_try_at__lte=now)
    return Q(keep_until__lte=now) | Q(code__long_expires_at__lte=now) | gone | used_or_stopped | tried_in_vain


def _note_ran_out(now: dt.datetime) -> None:
    """Note for the officers which cases' newest code ran out unused, however it was given; and of those noted before
    which have another code by now."""
    newest = OneTimeCode.objects.filter(case=OuterRef("case")).order_by("-id").values("id")[:1]
    ended = OneTimeCode.objects.filter(case__isnull=False, long_expires_at__lte=now, used_at=None, burnt_at=None)
    ended = ended.alias(newest=Subquery(newest)).filter(newest=F("id"), case__merged_into=None)
    by_offices = ended.exclude(case__created_by=None, case__created_with=None)  # of nobody: reports by people alone
    for code in by_offices.exclude(case__ran_out__code_id=F("id")):
        assert code.case_id is not None  # filtered
        RanOut.objects.update_or_create(
            case_id=code.case_id, defaults={"code_id": code.pk, "ended_at": code.long_expires_at, "done_at": None}
        )
    later = OneTimeCode.objects.filter(case=OuterRef("case"), id__gt=OuterRef("code_id"))
    RanOut.objects.filter(Exists(later), done_at=None).update(done_at=now)


def _remind(now: dt.datetime) -> int:
    """Send the reminders that are due. Each is noted before it is sent: one at most, none rather than two."""
    send, zone = sms.sender(), ZoneInfo(settings.TIME_ZONE)
    if send is None:
        return 0
    due = CodeMessage.objects.filter(state=State.SENT, reminded_at=None, sent_at__lte=now - rules.REMIND_AFTER)
    reminded = 0
    for row in due.select_related("code").order_by("sent_at")[:MOST_A_TURN]:
        code = row.code
        if code is None or row.sent_at is None or not row.number_digest:
            continue
        facts = Reminding(row.sent_at, code.long_expires_at, waits=True, reminded=False)
        if not rules.is_reminded(facts, now, zone):
            continue
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        text = texts.reminder(row.language, row.sent_at.astimezone(zone), code.long_expires_at.astimezone(zone))
        try:
            send(envelope.unseal(row.sealed).number, text)
            reminded += 1
        except SmsError as error:
            log.warning("a reminder: %s", error)
            note_failure(error.code, row.place or NATION, now)
        except AuthorityError as error:
            log.warning("a reminder: %s", error)
    return reminded


def purge(now: dt.datetime) -> dict[str, int]:
    """Forget numbers past their time though no worker ran, and what became of messages after 14 days."""
    numbers = CodeMessage.objects.filter(~Q(number_digest=""), keep_until__lte=now)
    forgotten = numbers.update(sealed=b"", number_digest="", next_try_at=None)
    gone, _ = CodeMessage.objects.filter(asked_at__lt=now - rules.FATE_LIFE).delete()
    RanOut.objects.filter(ended_at__lt=now - rules.RAN_OUT_LIFE).delete()
    return {"numbers_of_codes": forgotten, "code_messages": gone}
