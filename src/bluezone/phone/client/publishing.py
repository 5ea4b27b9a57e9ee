"""Publish the phone's keys, with their owner's consent and never without, and take them back.

code -> token and result -> the owner's yes -> certificate -> publication, each step committed before the next, so the
result can be shown before the question is put, and the answer can wait for a day. Without the yes nothing of the phone
leaves it: what is asked about the code is the code. A phone that is killed in between goes
on with what it has: the same token, the same keys under the same HMAC, the same certificate. The authority stores a key
once, so a publication whose answer was lost can be sent again.

Certificates live for minutes. Where one lapses before the phone has heard what became of its keys, the next code is
used for exactly those keys under the same HMAC: the authority knows the upload again, and answers as it would have.

A code is asked about with a nonce, written down before it is sent. Where the token was lost on the way, the same code
with the same nonce gives it again. Codes that cannot be (`protocol.one_time_codes`) are never sent: the authority
counts wrong codes by network, and a neighbour's typing errors would use up what a patient needs.

The code is in one request only, and is never written down (see `stores.publication_store`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from bluezone.phone.client.decoys import SEQUENCE, send_decoys
from bluezone.phone.client.sender import PUBLISH_BODY_BYTES, SHORT_BODY_BYTES, Sender
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.publication_store import Attempt, VerifiedResult
from bluezone.phone.stores.report_store import SharedCheckIns
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.messages import (
    NONCE_BYTES,
    CertificateRequest,
    CertificateResponse,
    PublishCode,
    PublishRequest,
    PublishResponse,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.one_time_codes import read_code
from bluezone.protocol.reports import WITHDRAW_PATH, ReportAnswer, Withdrawal
from bluezone.protocol.shared_check_ins import first_infectious_day
from bluezone.protocol.verification import CertifiedReport, tek_mac

#: a key's day lasts a day, and clocks of phone and authority may differ by two hours
_CLOCK_OFF_S = 2 * 3_600.0
_HMAC_KEY_BYTES = 32
_SALT_BYTES = 16

#: the request is as long as one of a publication, whose address is shorter
_WITHDRAW_BODY_BYTES = PUBLISH_BODY_BYTES - (len(WITHDRAW_PATH) - len(SEQUENCE[-1].path))


class ConsentError(PhoneError):
    """Say that somebody asked to publish without the owner's consent."""


class PublishError(PhoneError):
    """Say that the authority did not take the code or the keys. The text says what to do; `code` is the API's error
    code."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class NothingToShareError(PublishError):
    """Say that this phone has sent no identifier that could be published."""


class ClockRefusedError(PublishError):
    """Say that the authority did not take the keys, and that this phone's clock is far from the authority's."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """Report what was published. `already`: the keys had arrived with an earlier try whose answer was lost; `partly`:
    some of them were not taken; `clock_off`: this phone's clock is not the authority's, so that they may be of other
    days than they say."""

    keys_sent: int
    inserted: int
    already: bool
    warnings: tuple[str, ...]
    partly: bool = False
    clock_off: bool = False


class Publisher:
    """Carry one publication through."""

    def __init__(
        self,
        sender: Sender,
        stores: Stores,
        clock: Clock,
        *,
        may_warn_as_contact: bool = False,
    ) -> None:
        """Begin or go on. `may_warn_as_contact`: codes of contacts are taken; else the authority is not told that this
        phone knows them."""
        self._accept = tuple(
            each for each in CertifiedReport if may_warn_as_contact or each is not CertifiedReport.RECURSIVE
        )
        self._sender, self._stores, self._clock = sender, stores, clock
        self._publications, self._keys, self._preferences = stores.publications, stores.keys, stores.preferences
        self._certified_at_s = 0.0  # by the steady clock
        self._clock_ahead_s = 0.0  # of the authority's, as its last answer said

    @property
    def clock_is_off(self) -> bool:
        """Tell whether this phone's clock was far from the authority's at its last answer: identifiers bear 2 hours."""
        return abs(self._clock_ahead_s) > _CLOCK_OFF_S

    def verify(self, code: str) -> VerifiedResult:
        """Ask the authority what a one-time code confirms. Nothing is published, and the result waits for its owner.

        Again with the same code gives the same result, without asking: a code is good once. Raises PublishError where
        the authority refuses, ConnectionFailedError where it cannot be reached: then call again, same code.
        """
        attempt = self._verified(_checked(code), self._clock())
        assert attempt.result is not None  # it came with the token
        return attempt.result

    def publish(self, code: str = "", *, consent: bool, left_out: Collection[dt.date] = ()) -> PublishReport:
        """Publish the keys of the last 14 days under a one-time code, or go on with what was begun under it. Without a
        code: under the one that was verified.

        `consent`: the owner has been told what is published, and said yes. `left_out`: days (UTC) that the owner keeps;
        whoever goes on with what was begun publishes the days that were chosen then. Raises ConsentError without
        consent, PublishError where the authority refuses, ConnectionFailedError where it cannot be reached: then call
        again, same code.
        """
        if consent is not True:
            raise ConsentError("nothing is published: the owner of this phone has not said yes")
        now_s = self._clock()
        if code.strip():
            attempt: Attempt | None = self._verified(_checked(code), now_s)
        else:
            attempt = self._publications.attempt() if self._publications.waiting(now_s) else None
        if attempt is None:
            raise PublishError("the confirmation has lapsed: ask for a new code", VerifyCode.TOKEN_EXPIRED)
        try:
            if not (attempt.agreed or attempt.sent):  # before the yes is noted: a phone that is killed keeps the choice
                self._freeze_keys(attempt.result, now_s, left_out)
            attempt = self._publications.agree()
            self._sender.after_tap()
            report = self._go_on(attempt, now_s)
        except PublishError as error:
            self._note_refused(error)
            raise
        self._note_shared(attempt, report, now_s)
        return report

    def _note_shared(self, attempt: Attempt, report: PublishReport, now_s: float) -> None:
        result, check_ins = attempt.result, self._stores.check_ins
        if result is not None and result.report is CertifiedReport.NEGATIVE:
            self._preferences.change(published_at_s=None, sharing=Sharing.WITHDRAWN)
            check_ins.clear()
        elif result is not None and result.report is CertifiedReport.RECURSIVE:
            self._preferences.change(sharing=Sharing.AS_CONTACT)
        else:
            shared = Sharing.PARTLY if report.partly else Sharing.SHARED
            self._preferences.change(published_at_s=now_s, sharing=Sharing.OTHER_TIME if report.clock_off else shared)
            dates = (result.symptom_date, result.test_date) if result is not None else (None, None)
            given = check_ins.read() or SharedCheckIns("", now_s)  # what was given before stays noted
            days_before = self._stores.documents.disease(now_s).infectious_before
            first_day = first_infectious_day(*dates, days_before=days_before).isoformat()
            check_ins.write(replace(given, first_day=first_day, written_at_s=now_s))

    def _note_refused(self, error: PublishError) -> None:
        """Note that nothing was shared, unless something was before."""
        if self._preferences.read().published_at_s is None:
            nothing = isinstance(error, NothingToShareError)
            self._preferences.change(sharing=Sharing.NOTHING if nothing else Sharing.REFUSED)

    def _verified(self, code: str, now_s: float) -> Attempt:
        attempt = self._publications.attempt()
        if attempt is not None and attempt.token and not attempt.is_for(code):
            self._settle(attempt, now_s)
            attempt = self._publications.attempt()
        if attempt is None or not attempt.token:
            attempt = self._verify(code, now_s)
        return attempt

    def _settle(self, attempt: Attempt, now_s: float) -> None:
        """Find out, before another code is used, what became of keys that may have been sent under the first: whoever
        publishes them again needs the revision token of the first time. What was not sent is let go."""
        if not attempt.sent:
            self._publications.abandon()
            return
        with suppress(PublishError):  # its certificate has lapsed
            self._go_on(attempt, now_s)

    def _go_on(self, attempt: Attempt, now_s: float) -> PublishReport:
        if not attempt.keys:
            attempt = self._freeze_keys(attempt.result, now_s)
        if not attempt.certificate:
            attempt = self._certify(attempt)
        return self._send(attempt, now_s)

    def _verify(self, code: str, now_s: float) -> Attempt:
        salt = self._sender.entropy(_SALT_BYTES)
        # a code that came by text message is good only with the nonce it was asked for with; others with any
        nonce = self._stores.user_report.pending(now_s) or self._sender.entropy(NONCE_BYTES)
        nonce = self._publications.nonce(code, salt, nonce, now_s)
        request = VerifyRequest(code=code, accept=self._accept, nonce=nonce)
        answer = self._sender.send(
            "/api/verify", request.to_json, SHORT_BODY_BYTES, VerifyResponse.from_json, self._note_date
        )
        if answer.error or answer.error_code or not answer.token:
            self._publications.forget_nonce()
            raise _refusal("the code was not accepted: it is mistyped, used or expired", answer.error_code)
        try:
            report = CertifiedReport(answer.test_type)
        except ValueError as error:
            raise PublishError("the code was accepted, but for something this program does not know") from error
        result = VerifiedResult(report, answer.test_date, answer.symptom_date, now_s)
        attempt = self._publications.begin(code, salt, answer.token, result)
        self._publications.forget_nonce()
        if report is CertifiedReport.USER_REPORT:
            self._stores.user_report.clear()
        return attempt

    def _freeze_keys(self, result: VerifiedResult | None, now_s: float, left_out: Collection[dt.date] = ()) -> Attempt:
        """End today's key now, and fix the list: what is certified is what is published."""
        self._keys.end_key_at(now_s)
        publishable = keys_under(result, self._keys.publishable(now_s, left_out))
        keys = [TemporaryExposureKey.from_daily(daily) for daily in publishable]
        if not keys:
            self._publications.abandon()
            raise NothingToShareError(
                "there is nothing to publish: this phone has sent no identifier in the last 14 days"
            )
        return self._publications.freeze_keys(keys, self._sender.entropy(_HMAC_KEY_BYTES))

    def _certify(self, attempt: Attempt) -> Attempt:
        request = CertificateRequest(token=attempt.token, tek_mac=tek_mac(attempt.keys, attempt.hmac_key))
        answer = self._sender.send(
            "/api/certificate", request.to_json, SHORT_BODY_BYTES, CertificateResponse.from_json, self._note_date
        )
        if self._sender.pace is not None:
            self._certified_at_s = self._sender.pace.steady()
        if answer.error or answer.error_code or not answer.certificate:
            self._publications.abandon()
            raise _refusal("the confirmation has lapsed: ask for a new code", answer.error_code)
        return self._publications.certify(answer.certificate)

    def _send(self, attempt: Attempt, now_s: float) -> PublishReport:
        request = PublishRequest(
            keys=attempt.keys,
            health_authority_id=self._sender.endpoint.health_authority_id,
            verification_payload=attempt.certificate,
            hmac_key=attempt.hmac_key,
            revision_token=self._publications.revision_token(),
        )
        self._publications.mark_sent()
        self._keys.mark_published(key.key for key in attempt.keys)
        if self._sender.pace is not None:  # as a decoy goes on
            self._sender.pace.until_mark(self._certified_at_s)
        answer = self._sender.send(
            "/v1/publish", request.to_json, PUBLISH_BODY_BYTES, PublishResponse.from_json, self._note_date
        )
        # Sent before, and the authority has the keys already: only its answer was lost, and the revision token with it.
        already = attempt.sent and answer.code == PublishCode.MISSING_REVISION_TOKEN
        partly = answer.code == PublishCode.PARTIAL_FAILURE
        if not (already or partly) and (answer.error or answer.code):
            self._publications.abandon()
            if answer.code == PublishCode.BAD_REQUEST and self.clock_is_off:
                raise ClockRefusedError(
                    f"the keys were not accepted, for this clock is wrong ({answer.code})", answer.code
                )
            raise _refusal("the keys were not accepted: ask for a new code", answer.code)
        self._publications.finish(answer.revision_token, now_s)
        warnings = (*answer.warnings, *([answer.error] if partly else []))
        inserted, clock_off = answer.inserted_exposures, self.clock_is_off
        return PublishReport(len(attempt.keys), inserted, already, warnings, partly, clock_off)

    def _note_date(self, date_s: float) -> None:
        self._clock_ahead_s = self._clock() - date_s


def first_day_under(result: VerifiedResult | None) -> dt.date:
    """Return the first day (UTC) of which keys may be published under a result: of a contact that of the exposure,
    a day that never comes where it is not known; of a patient any."""
    if result is None or result.report is not CertifiedReport.RECURSIVE:
        return dt.date.min
    return result.symptom_date or dt.date.max


def keys_under(result: VerifiedResult | None, keys: Iterable[DailyKey]) -> list[DailyKey]:
    """Return which of a phone's keys may be published under a result."""
    first = first_day_under(result)
    return [key for key in keys if dt.datetime.fromtimestamp(key.start_s, dt.UTC).date() >= first]


def _checked(code: str) -> str:
    """Return a code as it is sent. Raises PublishError for what cannot be one."""
    read = read_code(code)
    if read.problem is not None:
        raise PublishError(f"this is no code: {read.problem.value}", VerifyCode.CODE_INVALID)
    return read.text


def _refusal(text: str, code: str) -> PublishError:
    return PublishError(f"{text} ({code})" if code else text, code)


def withdraw(sender: Sender, stores: Stores) -> None:
    """Ask the authority to revoke what was published, under the kept revision token, and forget keys and token.

    Two decoys go before it, in the sizes and at the marks of a publication: who watches the line sees one. Again after
    a lost answer is harmless. Raises PublishError where nothing is to be taken back or the authority refuses,
    ConnectionFailedError where it cannot be reached: then call again.
    """
    token = stores.publications.revision_token()
    if not token:
        raise PublishError("there is nothing to take back: this phone has published nothing in the last 14 days")
    if sender.pace is not None:
        send_decoys(sender, SEQUENCE[:2])
        sender.pace.until_mark(sender.pace.steady())
    code = sender.send(WITHDRAW_PATH, Withdrawal(token).to_json, _WITHDRAW_BODY_BYTES, ReportAnswer.from_json).code
    if code:
        raise PublishError(f"the warning was not taken back ({code}): ask your health station", code)
    # First what would be sent again: a revoked key never warns any more, and is not to be offered as shared.
    stores.keys.forget_published()
    stores.publications.forget_revision()
    stores.check_ins.clear()
    stores.preferences.change(published_at_s=None, sharing=Sharing.TAKEN_BACK)
