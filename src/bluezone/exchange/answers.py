"""Read what another system answered to what it was sent: which record it took, which not and why, which to send again.

An answer of 200 says nothing yet: a FHIR server may put errors into an OperationOutcome, DHIS2 into a report, SORMAS
into a list. `Verdict.AGAIN` is for what passes (a server that is down, full, or busy); `REFUSED` for what stays wrong
until somebody mends it, with the answer's own words.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bluezone.exchange.fhir_reading import part_of, parts_of

#: of an answer's words so many are kept
MOST_TEXT = 600
_PASSES = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.LOCKED}
#: the secret is wrong or has run out: nothing is lost by waiting for the right one
_LOCKED_OUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class Verdict(enum.Enum):
    """Name what became of what was sent."""

    TAKEN = "taken"
    AGAIN = "to be sent again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what became of one thing that was sent, and the answer's words."""

    verdict: Verdict
    text: str = ""


TAKEN = Outcome(Verdict.TAKEN)


def of_status(status: int, body: bytes) -> Outcome | None:
    """Return what a status alone says of all that was sent; None where the body has to be read."""
    if status in _PASSES | _LOCKED_OUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(Verdict.AGAIN, _words(status, body))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Outcome(Verdict.REFUSED, _words(status, body))
    return None


def _words(status: int, body: bytes) -> str:
    said = _issues(_json(body)) or body[:MOST_TEXT].decode("utf-8", "replace")
    return " ".join(f"HTTP {status}: {said}".split())[:MOST_TEXT]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def of_bundle(status: int, body: bytes, sent: int) -> list[Outcome]:
    """Return what became of each entry of a Bundle, in order."""
    whole = of_status(status, body)
    if whole is not None:
        return [whole] * sent
    found = _json(body)
    if not isinstance(found, dict):
        return [Outcome(Verdict.AGAIN, _words(status, body))] * sent
    entries = found.get("entry") if found.get("resourceType") == "Bundle" else None
    if status >= HTTPStatus.BAD_REQUEST or not isinstance(entries, list):
        return [Outcome(Verdict.REFUSED, _words(status, body))] * sent
    outcomes = [_of_entry(entry) for entry in entries[:sent]]
    missing = Outcome(Verdict.AGAIN, f"HTTP {status}: {len(entries)} answers to {sent} entries")
    return outcomes + [missing] * (sent - len(outcomes))


def _of_entry(entry: Any) -> Outcome:
    response = entry.get("response") if isinstance(entry, dict) else None
    status = str(response.get("status", "")) if isinstance(response, dict) else ""
    code = int(status[:3]) if status[:3].isdecimal() else 0
    outcome = response.get("outcome") if isinstance(response, dict) else None
    said = " ".join(f"{status} {_issues(outcome)}".split())[:MOST_TEXT]
    if HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES and not _has_errors(outcome):
        return TAKEN
    passes = code in _PASSES or code >= HTTPStatus.INTERNAL_SERVER_ERROR or not code
    return Outcome(Verdict.AGAIN if passes else Verdict.REFUSED, said or "no answer to this entry")


def _has_errors(outcome: Any) -> bool:
    told = parts_of(outcome, "issue") if isinstance(outcome, dict) else []
    return any(each.get("severity") in ("error", "fatal") for each in told)


def _issues(outcome: Any) -> str:
    """Return the sentences of an OperationOutcome: its errors, else all it says."""
    told = parts_of(outcome, "issue") if isinstance(outcome, dict) else []
    told = [each for each in told if each.get("severity") in ("fatal", "error")] or told
    return "; ".join(str(each.get("diagnostics") or _detail(each)) for each in told)


def _detail(issue: dict[str, Any]) -> str:
    return str(part_of(issue, "details").get("text") or issue.get("code", ""))


def of_tracker(status: int, body: bytes, sent: Sequence[frozenset[str]]) -> list[Outcome]:
    """Return what DHIS2's tracker import says of each record, by the UIDs that it was made of."""
    whole = of_status(status, body)
    if whole is not None:
        return [whole] * len(sent)
    found = _json(body)
    report = found.get("validationReport") if isinstance(found, dict) else None
    if not isinstance(report, dict):
        verdict = Verdict.REFUSED if isinstance(found, dict) and status >= HTTPStatus.BAD_REQUEST else Verdict.AGAIN
        return [Outcome(verdict, _words(status, body))] * len(sent)
    told: dict[str, list[str]] = {}
    for each in parts_of(report, "errorReports"):
        text = f"{each.get('errorCode', '')} {each.get('message', '')}".strip()
        told.setdefault(str(each.get("uid")), []).append(text)
    if not told and isinstance(found, dict) and found.get("status") == "ERROR":
        return [Outcome(Verdict.REFUSED, _words(status, body))] * len(sent)
    outcomes = []
    for uids in sent:
        texts = [text for uid in sorted(uids) for text in told.get(uid, ())]
        outcomes.append(Outcome(Verdict.REFUSED, "; ".join(texts)[:MOST_TEXT]) if texts else TAKEN)
    return outcomes


def of_data_values(status: int, body: bytes) -> Outcome:
    """Return what DHIS2 says of a data value set: taken whole, or refused with the conflicts."""
    whole = of_status(status, body)
    if whole is not None:
        return whole
    found = _json(body)
    if not isinstance(found, dict):
        return Outcome(Verdict.AGAIN, _words(status, body))
    summary = part_of(found, "response") or found
    conflicts = parts_of(summary, "conflicts")
    told = "; ".join(f"{each.get('object', '')}: {each.get('value', '')}" for each in conflicts)
    if conflicts or status >= HTTPStatus.BAD_REQUEST or summary.get("status") == "ERROR":
        return Outcome(Verdict.REFUSED, (told or _words(status, body))[:MOST_TEXT])
    return TAKEN


def of_list(status: int, body: bytes, sent: int) -> list[Outcome]:
    """Return what SORMAS says of each entity of a list, in order."""
    found = _json(body)
    if not isinstance(found, list) or len(found) != sent:
        whole = of_status(status, body)
        verdict = (
            Verdict.REFUSED if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR else Verdict.AGAIN
        )
        return [whole or Outcome(verdict, _words(status, body))] * sent
    return [_of_post(each) for each in found]


def _of_post(answer: Any) -> Outcome:
    code = answer.get("statusCode") if isinstance(answer, dict) else 0
    if code == HTTPStatus.OK:
        return TAKEN
    text = f"HTTP {code}: {answer.get('body') or ''}" if isinstance(answer, dict) else "no answer to this entity"
    passes = not isinstance(code, int) or code in _PASSES or code >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Outcome(Verdict.AGAIN if passes else Verdict.REFUSED, text[:MOST_TEXT])
