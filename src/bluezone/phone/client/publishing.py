"""Publish the phone's keys: with their owner's consent, and never without.

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
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.pace import Pace
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.publication_store import Attempt, VerifiedResult
from bluezone.protocol.errors import ProtocolError
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
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.shared_check_ins import first_infectious_day
from bluezone.protocol.text import base64_text
from bluezone.protocol.verification import CertifiedReport, tek_mac

MAX_ANSWER_BYTES = 64_000

#: a key's day lasts a day, and clocks of phone and authority may differ by two hours
_CLOCK_OFF_S = 2 * 3_600.0
_HMAC_KEY_BYTES = 32
_SALT_BYTES = 16

# Bodies are filled up to these sizes, so that who watches the (encrypted) line does not learn what is being sent, nor
# whether it is a decoy. Thirty keys with the longest revision token and a certificate are just below the second.
SHORT_BODY_BYTES = 1_024
PUBLISH_BODY_BYTES = 8_192

_TEMPORARY = (
    VerifyCode.INTERNAL,
    VerifyCode.MAINTENANCE,
    VerifyCode.TOO_MANY_REQUESTS,
    PublishCode.INTERNAL,
    PublishCode.HEALTH_AUTHORITY_UNAVAILABLE,
)

_Answer = TypeVar("_Answer", VerifyResponse, CertificateResponse, PublishResponse)


class ConsentError(PhoneError):
    """Say that somebody asked to publish without the owner's consent."""


class BusyError(http.ConnectionFailedError):
    """Say that the authority was reached, and cannot do this now: try again later. `code` is the API's error code."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


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


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Say where and as whom to publish."""

    base_url: str
    health_authority_id: str
    api_key: str = ""


def headers_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the headers of the requests of a publication."""
    return {"X-API-Key": endpoint.api_key} if endpoint.api_key else {}


class Publisher:
    """Carry one publication through."""

    def __init__(
        self,
        client: httpx.Client,
        stores: Stores,
        endpoint: Endpoint,
        entropy: Entropy,
        clock: Clock,
        pace: Pace | None = None,
        *,
        may_warn_as_contact: bool = False,
    ) -> None:
        """Begin or go on. `pace`: when requests leave; at once without it, in a rehearsal. `may_warn_as_contact`:
        codes of contacts are taken; else the authority is not told that this phone knows them."""
        self._accept = tuple(
            each for each in CertifiedReport if may_warn_as_contact or each is not CertifiedReport.RECURSIVE
        )
        self._pace, self._answered_at_s = pace, 0.0
        self._client, self._endpoint, self._entropy, self._clock = client, endpoint, entropy, clock
        self._publications, self._keys, self._preferences = stores.publications, stores.keys, stores.preferences
        self._user_report, self._check_ins = stores.user_report, stores.check_ins
        self._base_url = http.checked_base_url(endpoint.base_url)
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
            if self._pace is not None:
                self._pace.after_tap()
            report = self._go_on(attempt, now_s)
        except PublishError as error:
            self._note_refused(error)
            raise
        self._note_shared(attempt, report, now_s)
        return report

    def _note_shared(self, attempt: Attempt, report: PublishReport, now_s: float) -> None:
        if attempt.result is not None and attempt.result.report is CertifiedReport.NEGATIVE:
            self._preferences.change(published_at_s=None, sharing=Sharing.WITHDRAWN)
            self._check_ins.forget()
        elif attempt.result is not None and attempt.result.report is CertifiedReport.RECURSIVE:
            self._preferences.change(sharing=Sharing.AS_CONTACT)
        else:
            shared = Sharing.PARTLY if report.partly else Sharing.SHARED
            self._preferences.change(published_at_s=now_s, sharing=Sharing.OTHER_TIME if report.clock_off else shared)
            dates = (
                (attempt.result.symptom_date, attempt.result.test_date) if attempt.result is not None else (None, None)
            )
            self._check_ins.begin(first_infectious_day(*dates), now_s)

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
        salt = self._entropy(_SALT_BYTES)
        # a code that came by text message is good only with the nonce it was asked for with; others with any
        nonce = self._user_report.pending(now_s) or self._entropy(NONCE_BYTES)
        nonce = self._publications.nonce(code, salt, nonce, now_s)
        request = VerifyRequest(code=code, accept=self._accept, nonce=nonce)
        answer = self._post("/api/verify", request.to_json, SHORT_BODY_BYTES, VerifyResponse.from_json)
        if answer.error or answer.error_code or not answer.token:
            refusal = _refusal("the code was not accepted: it is mistyped, used or expired", answer.error_code)
            if isinstance(refusal, PublishError):
                self._publications.forget_nonce()
            raise refusal
        try:
            report = CertifiedReport(answer.test_type)
        except ValueError as error:
            raise PublishError("the code was accepted, but for something this program does not know") from error
        result = VerifiedResult(report, answer.test_date, answer.symptom_date, now_s)
        attempt = self._publications.begin(code, salt, answer.token, result)
        self._publications.forget_nonce()
        if report is CertifiedReport.USER_REPORT:
            self._user_report.clear()
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
        return self._publications.freeze_keys(keys, self._entropy(_HMAC_KEY_BYTES))

    def _certify(self, attempt: Attempt) -> Attempt:
        request = CertificateRequest(token=attempt.token, tek_mac=tek_mac(attempt.keys, attempt.hmac_key))
        answer = self._post("/api/certificate", request.to_json, SHORT_BODY_BYTES, CertificateResponse.from_json)
        if answer.error or answer.error_code or not answer.certificate:
            raise self._given_up(_refusal("the confirmation has lapsed: ask for a new code", answer.error_code))
        return self._publications.certify(answer.certificate)

    def _send(self, attempt: Attempt, now_s: float) -> PublishReport:
        request = PublishRequest(
            keys=attempt.keys,
            health_authority_id=self._endpoint.health_authority_id,
            verification_payload=attempt.certificate,
            hmac_key=attempt.hmac_key,
            revision_token=self._publications.revision_token(),
        )
        self._publications.mark_sent()
        self._keys.mark_published(key.key for key in attempt.keys)
        answer = self._post("/v1/publish", request.to_json, PUBLISH_BODY_BYTES, PublishResponse.from_json, at_mark=True)
        # Sent before, and the authority has the keys already: only its answer was lost, and the revision token with it.
        already = attempt.sent and answer.code == PublishCode.MISSING_REVISION_TOKEN
        partly = answer.code == PublishCode.PARTIAL_FAILURE
        if not (already or partly) and (answer.error or answer.code):
            raise self._given_up(self._keys_refused(answer.code))
        self._publications.finish(answer.revision_token, now_s)
        warnings = (*answer.warnings, *([answer.error] if partly else []))
        inserted, clock_off = answer.inserted_exposures, self.clock_is_off
        return PublishReport(len(attempt.keys), inserted, already, warnings, partly, clock_off)

    def _keys_refused(self, code: str) -> PhoneError:
        if code == PublishCode.BAD_REQUEST and self.clock_is_off:
            return ClockRefusedError(f"the keys were not accepted, for this clock is wrong ({code})", code)
        return _refusal("the keys were not accepted: ask for a new code", code)

    def _given_up(self, error: PhoneError) -> PhoneError:
        """Forget the code unless trying again may help."""
        if isinstance(error, PublishError):
            self._publications.abandon()
        return error

    def _post(
        self,
        path: str,
        to_json: Callable[[str], bytes],
        size: int,
        from_json: Callable[[bytes], _Answer],
        *,
        at_mark: bool = False,
    ) -> _Answer:
        """Send a request. `at_mark`: at a mark counted from the last answer, as a decoy goes on."""
        headers = headers_of(self._endpoint)
        body = padded(to_json, size, self._entropy)
        url = self._base_url + path
        if at_mark and self._pace is not None:
            self._pace.until_mark(self._answered_at_s)
        content = http.post(
            self._client, url, body, MAX_ANSWER_BYTES, headers, says_why_later=True, on_date=self._note_date
        )
        if self._pace is not None:
            self._answered_at_s = self._pace.steady()
        try:
            return from_json(content)
        except ProtocolError as error:
            raise http.UnreadableError(f"{path}: the authority's answer cannot be read ({error})") from error

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


def _refusal(text: str, code: str) -> PhoneError:
    if code in _TEMPORARY:
        return BusyError(f"the authority cannot do this now ({code}): try again later", code)
    return PublishError(f"{text} ({code})" if code else text, code)


def padded(to_json: Callable[[str], bytes], size: int, entropy: Entropy) -> bytes:
    """Return the body, filled up with random text to `size` bytes where it is shorter."""
    room = max(size - (len(to_json("-")) - 1), 1)
    return to_json(base64_text(entropy(room))[:room])
