"""The edge's decisions: when an answer leaves, how a request is treated, how many connections fit."""

from __future__ import annotations

import resource

import pytest
from django.urls import resolve
from django.utils.module_loading import import_string

from bluezone.authority.errors import AuthorityError
from bluezone.authority.project.edge import open_files, routes
from bluezone.authority.project.edge.mark import leaves_at
from bluezone.authority.project.edge.open_files import connections_within
from bluezone.authority.project.edge.routes import Size, Threads, route


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
    ("method", "path", "session", "threads", "size"),
    [
        ("GET", "/", False, Threads.PAGES, Size.MESSAGE),
        ("POST", "/v1/publish", False, Threads.LANE, Size.MESSAGE),
        ("POST", "/v1/publish", True, Threads.LANE, Size.MESSAGE),
        ("POST", "/v1/activity", False, Threads.LANE, Size.MESSAGE),
        ("GET", "/v1/activity/", False, Threads.PAGES, Size.MESSAGE),
        ("GET", "/officer/login", False, Threads.PAGES, Size.MESSAGE),
        ("POST", "/officer/login", False, Threads.PASSWORDS, Size.MESSAGE),
        ("POST", "/v1/phone-number/code", False, Threads.GATEWAY, Size.MESSAGE),
        ("POST", "/api/issue", False, Threads.GATEWAY, Size.MESSAGE),
        ("POST", "/api/batch-issue", False, Threads.GATEWAY, Size.MESSAGE),
        ("GET", "/exports/452/index.txt", False, Threads.PAGES, Size.MESSAGE),
        ("POST", "/officer/setup/MQ/set-password", False, Threads.PASSWORDS, Size.MESSAGE),
        ("POST", "/officer/units/upload", False, Threads.PAGES, Size.MESSAGE),
        ("POST", "/officer/units/upload", True, Threads.PAGES, Size.UPLOAD),
        ("POST", "/exports/452/index.txt", True, Threads.PAGES, Size.MESSAGE),
    ],
)
def test_a_request_has_the_threads_and_the_room_of_its_address(method, path, session, threads, size):
    chosen = route(method, path, session)
    assert (chosen.threads, chosen.size) == (threads, size)


def test_what_is_answered_without_middleware_is_what_its_address_names():
    lane = {path: route("POST", path).view for path in routes._LANE}
    assert {path: import_string(name) for path, name in lane.items()} == {path: resolve(path).func for path in lane}


def test_connections_stop_before_the_limit_of_open_files():
    assert connections_within(1_024) == 768
    assert connections_within(10_000) == 9_744
    assert connections_within(10**6) == open_files.MOST_CONNECTIONS


def test_too_few_open_files_are_said_in_one_sentence():
    with pytest.raises(AuthorityError, match=r"may open 512 files and needs 1024; raise the limit \(`ulimit -n`"):
        connections_within(512)


@pytest.mark.parametrize(
    ("limits", "raised"),
    [
        ((1_024, 4_096), 4_096),
        ((1_024, 10**6), 20_256),
        ((1_024, resource.RLIM_INFINITY), 20_256),
        ((65_536, 10**6), 65_536),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_allowed(monkeypatch, limits, raised):
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _what, to: asked.append(to))
    assert open_files.raise_limit() == raised
    assert asked == ([(raised, limits[1])] if raised > limits[0] else [])
