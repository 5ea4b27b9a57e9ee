"""When an answer leaves, and how a request is treated."""

from __future__ import annotations

import pytest

from bluezone.authority.project.edge.routes import Threads, leaves_at, route


@pytest.mark.parametrize(
    ("took_s", "leaves_s"),
    [(0.0, 0.25), (0.001, 0.25), (0.039, 0.25), (0.25, 0.25), (0.251, 0.5), (0.5, 0.5), (3.1, 3.25)],
)
def test_an_answer_leaves_at_the_mark_or_at_its_next_multiple(took_s, leaves_s):
    assert leaves_at(100.0, 100.0 + took_s, 0.25) == 100.0 + leaves_s


def test_without_a_mark_an_answer_leaves_at_once():
    assert leaves_at(100.0, 100.039, 0.0) == 100.039


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/verify",
        "/api/certificate",
        "/api/user-report",
        "/v1/publish",
        "/v1/exposure-reports",
        "/v1/heard",
        "/v1/check-ins",
        "/v1/warned",
    ],
)
def test_every_answer_about_a_diagnosis_leaves_at_the_mark_whatever_was_asked(method, path):
    assert route(method, path).marked


@pytest.mark.parametrize(
    ("method", "path", "session", "threads", "uploads"),
    [
        ("GET", "/", False, Threads.PAGES, False),
        ("POST", "/v1/publish", False, Threads.LANE, False),
        ("POST", "/v1/publish", True, Threads.LANE, False),
        ("POST", "/v1/activity", False, Threads.LANE, False),
        ("GET", "/v1/activity/", False, Threads.PAGES, False),
        ("GET", "/officer/login", False, Threads.PAGES, False),
        ("POST", "/officer/login", False, Threads.PASSWORDS, False),
        ("POST", "/v1/phone-number/code", False, Threads.GATEWAY, False),
        ("POST", "/api/issue", False, Threads.GATEWAY, False),
        ("POST", "/api/batch-issue", False, Threads.GATEWAY, False),
        ("GET", "/exports/452/index.txt", False, Threads.PAGES, False),
        ("POST", "/officer/setup/MQ/set-password", False, Threads.PASSWORDS, False),
        ("POST", "/officer/units/upload", False, Threads.PAGES, False),
        ("POST", "/officer/units/upload", True, Threads.PAGES, True),
        ("POST", "/exports/452/index.txt", True, Threads.PAGES, False),
    ],
)
def test_a_request_has_the_threads_and_the_room_of_its_address(method, path, session, threads, uploads):
    chosen = route(method, path, session)
    assert (chosen.threads, chosen.uploads) == (threads, uploads)
