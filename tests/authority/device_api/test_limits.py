"""Who counts as one caller, and how often one may ask."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import RequestFactory

from bluezone.authority.device_api import callers, limits
from bluezone.authority.device_api.models import RateWindow
from bluezone.authority.device_api.retention import RULES
from bluezone.protocol.messages import VerifyRequest


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "203.0.113.5", "", "203.0.113.5"),
        (0, "203.0.113.5", "198.51.100.1", "203.0.113.5"),  # claimed, not believed
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", "0.0.0.0"),
        (0, "", "", "0.0.0.0"),
        (0, "::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(environment, proxies, remote, forwarded, address):
    environment(trusted_proxies=proxies)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert callers.client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_an_ipv6_household_is_one_caller(one, other, same):
    assert (callers.network(one) == callers.network(other)) is same


@pytest.mark.django_db
def test_requests_beyond_the_limit_wait_for_the_next_window(now):
    assert [limits.seconds_to_wait("verify", "x", now, 2) for _ in range(3)] == [0, 0, 600]
    assert limits.seconds_to_wait("verify", "y", now, 2) == 0
    assert limits.seconds_to_wait("publish", "x", now, 2) == 0
    later = now.replace(minute=10)
    assert limits.seconds_to_wait("verify", "x", later, 2) == 0


@pytest.fixture
def _new_worker():
    limits._permits.forget()
    yield
    limits._permits.forget()


@pytest.mark.django_db
@pytest.mark.usefixtures("_new_worker")
def test_a_callers_first_requests_are_not_written_down(now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert [limits.seconds_to_wait("publish", "x", now, 300) for _ in range(3)] == [0, 0, 0]
    assert not RateWindow.objects.exists()
    limits.seconds_to_wait("publish", "x", now, 300)
    window = RateWindow.objects.get()
    assert window.count == 1
    counted = RULES[0].purge
    assert counted is not None
    assert counted(window.ends_at) == {"rate_windows": 0}
    assert counted(window.ends_at + dt.timedelta(seconds=1)) == {"rate_windows": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("_new_worker")
@pytest.mark.parametrize(("allowed", "let_through"), [(2, 2), (99, 99), (300, 303), (1_000, 1_010)])
def test_a_worker_lets_through_at_most_a_hundredth_more(now, allowed, let_through):
    asked = [limits.seconds_to_wait("publish", "x", now, allowed) for _ in range(allowed + 50)]
    assert asked.count(0) == let_through
    assert 0 not in asked[let_through:]


@pytest.mark.django_db
@pytest.mark.usefixtures("_new_worker")
def test_windows_of_different_lengths_are_counted_apart(now):
    for _ in range(150):
        limits.seconds_to_wait("publish", "x", now, 100)
        limits.seconds_to_wait("login", "y", now, 100, window_s=20)
    assert limits.seconds_to_wait("publish", "x", now, 100)
    later = now + dt.timedelta(seconds=20)
    assert limits.seconds_to_wait("login", "y", later, 100, window_s=20) == 0
    assert limits.seconds_to_wait("publish", "x", later, 100)


def test_too_many_requests_get_429_and_when_to_come_back(phone, environment):
    environment(rate_limit=2)
    responses = [phone.post("/api/verify", VerifyRequest("1").to_json()) for _ in range(3)]
    assert [response.status_code for response in responses] == [400, 400, 429]
    assert int(responses[2]["Retry-After"]) == 600
    assert json.loads(responses[2].content)["error"] == "too many requests"


def test_no_address_is_kept(phone):
    phone.post("/api/verify", VerifyRequest("1").to_json(), REMOTE_ADDR="203.0.113.77")
    assert "203.0.113.77" not in repr(list(RateWindow.objects.values_list()))
