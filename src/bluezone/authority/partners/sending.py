"""Hand over what waits, at least once: a record is marked when the partner has answered, so that who is killed in
between sends it again, under the same identifier.

A partner that is down is left alone for a while, longer each time; its records wait. A request that is refused whole is
sent again in halves, until the one that is wrong stands alone with the partner's words.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from django.db import connection, transaction
from django.db.models import QuerySet

from bluezone.authority.partners import records, rules, services
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import AgreementError, Format, State, Terms
from bluezone.authority.persons.models import Person
from bluezone.authority.site import outgoing
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.locks import job_lock
from bluezone.exchange import answers, dhis2, fhir_writing, sormas
from bluezone.exchange.answers import MOST_TEXT, Outcome, Verdict
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.records import Record

log = logging.getLogger(__name__)
#: a turn of the job ends before the worker would end it
TURN_S = 480.0
MOST_ANSWER = 16 * 1024 * 1024
_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
#: what says that nobody gets through now, whatever is sent
_CLOSED = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}

#: notes what became of a delivery
_SETTLE = """
    UPDATE partners_delivery SET state = %s, tries = %s, answer = %s, next_try_at = %s, sent_at = %s, digest = %s
    WHERE id = %s"""


class ClosedError(Exception):
    """Report a partner that takes nothing now."""


class Partner:
    """Ask a partner's server by its agreement."""

    def __init__(self, row: Agreement, terms: Terms, client: httpx.Client, now: dt.datetime) -> None:
        self.terms, self.now, self._client = terms, now, client
        self._headers = {"User-Agent": "Bluezone"}
        if authorization := row.authorization:
            self._headers["Authorization"] = authorization
        self._sormas: sormas.Server | None = None

    def ask(self, path: str, body: Any = None, media: str = "application/json") -> tuple[int, bytes]:
        """Return status and body of an answer. Raises ClosedError where there is none, or nobody gets through."""
        url = self.terms.url.rstrip("/") + path
        headers = self._headers | ({"Content-Type": media, "Prefer": "return=minimal"} if body is not None else {})
        data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            request = self._client.build_request("GET" if body is None else "POST", url, headers=headers, content=data)
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                found = _read(response)
            finally:
                response.close()
                self._client.cookies.clear()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ClosedError(f"{type(error).__name__}: {error}") from error
        if response.status_code in _CLOSED:
            whole = answers.of_status(response.status_code, found)
            raise ClosedError(whole.text if whole else "")
        return response.status_code, found

    def send(self, found: Sequence[Record]) -> list[Outcome]:
        """Send records, and return what became of each. Raises ClosedError."""
        how = {Format.FHIR: self._fhir, Format.TRACKER: self._tracker, Format.SORMAS: self._push}
        return how[self.terms.format](found)

    def _fhir(self, found: Sequence[Record]) -> list[Outcome]:
        bundle, of_records = fhir_writing.bundled(found, services.names(self.terms))
        status, body = self.ask("", bundle, "application/fhir+json")
        outcomes = answers.of_bundle(status, body, len(bundle["entry"]))
        return [rules.worst([outcomes[each] for each in numbers]) for numbers in of_records]

    def _tracker(self, found: Sequence[Record]) -> list[Outcome]:
        path = f"/api/tracker?{urlencode(dhis2.TRACKER_QUERY)}"
        status, body = self.ask(path, dhis2.tracker(found, self.terms.units))
        return answers.of_tracker(status, body, [dhis2.uids(each) for each in found])

    def _push(self, found: Sequence[Record]) -> list[Outcome]:
        server = self._sormas = self._sormas or self._units()
        said: dict[str, list[Outcome]] = {each.key: [] for each in found}
        ready = []
        for record in found:
            try:
                sormas.pushed([record], server, self.now)
            except ExchangeError as error:
                said[record.key].append(Outcome(Verdict.REFUSED, str(error)))
            else:
                ready.append(record)
        for name, dtos in sormas.pushed(ready, server, self.now).items():
            if not dtos:
                continue
            status, body = self.ask(f"/{name}/push", [dto for _key, dto in dtos])
            for (key, _dto), outcome in zip(dtos, answers.of_list(status, body, len(dtos)), strict=True):
                said[key].append(outcome)
        return [rules.worst(said[each.key]) for each in found]

    def _units(self) -> sormas.Server:
        found = {}
        for name in ("regions", "districts", "communities"):
            status, body = self.ask(f"/{name}/all/0")
            try:
                rows = json.loads(body) if status == HTTPStatus.OK else None
            except ValueError:
                rows = None
            if not isinstance(rows, list):
                raise ClosedError(f"/{name}/all/0: HTTP {status}")
            found[name] = rows
        try:
            return sormas.server(found, self.terms.account, disease(), self.terms.units)
        except ExchangeError as error:
            raise ClosedError(str(error)) from error

    def send_day(self, day: dt.date) -> tuple[Outcome, str]:
        """Send a day's figures; return what became of them, and their digest. Raises ClosedError."""
        counts = records.counts_of(self.terms, day)
        path = f"/api/dataValueSets?{urlencode(dhis2.DATA_VALUE_QUERY)}"
        status, body = self.ask(path, dhis2.data_value_set(counts, self.terms.units))
        return answers.of_data_values(status, body), records.digest_of(counts)


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_ANSWER:
            raise httpx.ReadError("the answer has no end")
    return bytes(body)


def client() -> httpx.Client:
    """Return a client for partners' servers."""
    return outgoing.client(_TIMEOUT)


def job(now: dt.datetime) -> str | None:
    """Hand over what waits, to each partner in turn; the worker runs it every minute."""
    with job_lock("partners"), client() as asking:
        return hand_over(asking, now)


def hand_over(asking: httpx.Client, now: dt.datetime, steady: Callable[[], float] = time.monotonic) -> str | None:
    """Queue and send for every agreement that holds; return what was done, in words."""
    rows = [row for row in Agreement.objects.filter(stopped_at=None).order_by("pk") if not Format(row.format).is_file]
    until, sent = steady() + TURN_S, 0
    for row in rows:
        try:
            terms = services.terms_in_force(row, now)
            partner, more = Partner(row, terms, asking, now), services.collect(row, terms, now)
            while row.next_try_at is None or row.next_try_at <= now:
                sent += _deliver(row, partner, now, lambda: steady() < until)
                if not more or steady() >= until:
                    break
                more = services.collect_new(row, terms, now)
        except (AgreementError, LostKeyError) as error:
            if row.trouble != str(error)[:MOST_TEXT]:
                row.trouble = str(error)[:MOST_TEXT]
                row.save(update_fields=["trouble"])
        except ClosedError as error:
            _leave_alone(row, str(error), now)
    return f"{sent} handed over" if sent else None


def waiting(now: dt.datetime) -> QuerySet[Delivery]:
    """Return what is due of agreements that hold."""
    held = Delivery.objects.filter(agreement__stopped_at=None, agreement__ends_at__gt=now)
    return held.filter(state=State.WAITING.value, next_try_at__lte=now)


def _deliver(row: Agreement, partner: Partner, now: dt.datetime, has_time: Callable[[], bool]) -> int:
    """Send what is due until nothing is or the time is over. Raises ClosedError."""
    sent = 0
    while has_time():
        due = row.deliveries.filter(state=State.WAITING.value, next_try_at__lte=now).order_by("next_try_at", "pk")
        some = list(due[: rules.size(row.failures)])
        if not some:
            break
        outcomes, digests = _sent(some, row, partner)
        taken = sum(each.verdict is Verdict.TAKEN for each in outcomes.values())
        _settle(row, some, outcomes, digests, now)
        sent += taken
        if not any(each.verdict is not Verdict.AGAIN for each in outcomes.values()):
            _leave_alone(row, next(iter(outcomes.values())).text, now)
            break
    return sent


def _sent(some: Sequence[Delivery], row: Agreement, partner: Partner) -> tuple[dict[int, Outcome], dict[int, str]]:
    """Send some deliveries; return outcomes and digests by key. An episode that is gone, or is nobody's, is none."""
    outcomes: dict[int, Outcome] = {}
    digests: dict[int, str] = {}
    for each in some:
        if each.day is not None:
            outcomes[each.pk], digests[each.pk] = partner.send_day(each.day)
    of_people = {each.episode_id: each.pk for each in some if each.episode_id is not None}
    if not of_people:
        return outcomes, digests
    found = records.records_of(list(of_people), partner.terms)
    if partner.terms.named:
        services.note_names(row, Person.objects.filter(episodes__in=found).distinct())
    keys = list(found)
    for key, outcome in zip(keys, _in_halves([found[key] for key in keys], partner), strict=True):
        outcomes[of_people[key]], digests[of_people[key]] = outcome, records.digest_of(found[key])
    gone = Outcome(Verdict.REFUSED, "nobody is known by a pseudonym any more")
    return dict.fromkeys(of_people.values(), gone) | outcomes, digests


def _in_halves(found: Sequence[Record], partner: Partner) -> list[Outcome]:
    """Send records; where all are refused alike the request was refused, and its halves are sent."""
    outcomes = partner.send(found)
    if len(found) > 1 and len(set(outcomes)) == 1 and outcomes[0].verdict is Verdict.REFUSED:
        half = len(found) // 2
        return _in_halves(found[:half], partner) + _in_halves(found[half:], partner)
    return outcomes


@transaction.atomic
def _settle(
    row: Agreement,
    some: Sequence[Delivery],
    outcomes: dict[int, Outcome],
    digests: dict[int, str],
    now: dt.datetime,
) -> None:
    """Note what became of each, and that the partner is there."""
    others_taken = row.taken_at is not None and now - row.taken_at < dt.timedelta(days=1)
    told, moment = [], connection.ops.adapt_datetimefield_value
    for each in some:
        outcome = outcomes[each.pk]
        after = rules.after(outcome, each.tries, alone=len(some) == 1, others_taken=others_taken)
        digest, sent_at = (digests[each.pk], now) if after.state is State.SENT else (each.digest, each.sent_at)
        again_at = now + after.wait if after.state is State.WAITING else None
        moments = moment(again_at), moment(sent_at)
        told.append((after.state.value, after.tries, outcome.text[:MOST_TEXT], *moments, digest, each.pk))
    with connection.cursor() as cursor:
        cursor.executemany(_SETTLE, told)
    if any(outcome.verdict is Verdict.TAKEN for outcome in outcomes.values()):
        row.failures, row.next_try_at, row.taken_at, row.trouble = 0, None, now, ""
        row.save(update_fields=["failures", "next_try_at", "taken_at", "trouble"])


def _leave_alone(row: Agreement, text: str, now: dt.datetime) -> None:
    """Wait before a partner is asked again, longer each time."""
    log.warning("partner %s: %s", row.pk, text)
    row.failures += 1
    row.next_try_at, row.trouble = now + rules.wait(row.failures), text[:MOST_TEXT]
    row.save(update_fields=["failures", "next_try_at", "trouble"])
