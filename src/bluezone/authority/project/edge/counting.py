"""Count requests, how long they took and what was refused, for `/metrics`: in files that all processes share.

No addresses of callers, no codes, no officers: a request is known by the kind of its address and its answer.
"""

from __future__ import annotations

import os
from http import HTTPStatus

from bluezone.authority.project.edge import routes
from bluezone.authority.project.edge.rsgi import Answer
from bluezone.protocol.messages import refusal_code

#: named by `bluezone authority serve --metrics` for its workers, as prometheus-client has it; without it nothing counts
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
#: seconds of work, before an answer waits for its mark
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_KINDS = (("/exports/", "exports"), ("/officer/", "officer"), ("/static/", "static"), ("/rollout/", "rollout"))
_LONGEST_REASON = 40


def kind_of(path: str) -> str:
    """Return under which word a request is counted: its address where that is one of phones, else what it is of."""
    if path in routes.DIRECT:
        return path
    return next((kind for start, kind in _KINDS if path.startswith(start)), "other")


def reason_of(answer: Answer) -> str:
    """Return the API's code for why a phone was refused; nothing where it was not."""
    if answer.status < HTTPStatus.BAD_REQUEST or not isinstance(answer.body, bytes):
        return ""
    return refusal_code(answer.body)[:_LONGEST_REASON]


class Counters:
    """Count in this process. Made after the environment has named the folder."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        own = CollectorRegistry()  # what is shown is read from the files of all processes
        self._requests = Counter(
            "bluezone_requests", "Requests answered, by kind and status", ["kind", "status"], registry=own
        )
        self._seconds = Histogram(
            "bluezone_request_seconds", "Time from the whole request to its answer", ["kind"],
            registry=own, buckets=_BUCKETS,
        )  # fmt: skip
        self._refusals = Counter(
            "bluezone_refusals", "Requests of phones that were refused, by the API's code", ["kind", "code"],
            registry=own,
        )  # fmt: skip

    def count(self, path: str, answer: Answer, took_s: float) -> None:
        """Count one answer."""
        kind = kind_of(path)
        self._requests.labels(kind, str(answer.status)).inc()
        self._seconds.labels(kind).observe(took_s)
        if kind in routes.DIRECT and (reason := reason_of(answer)):
            self._refusals.labels(kind, reason).inc()


def counters() -> Counters | None:
    """Return what counts in this process; None where nobody asked for metrics."""
    return Counters() if os.environ.get(FOLDER) else None
