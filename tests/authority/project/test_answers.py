"""What every answer goes through: HEAD, compression, and the answer where a part is not installed."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import override

from bluezone.authority.officers.models import User
from bluezone.authority.project.middleware import OneSentence, page_above
from bluezone.authority.site.encryption import LostKeyError

pytestmark = pytest.mark.django_db

ANYBODY = ("/rollout/", "/rollout/63:93", "/", "/healthz", "/exports/452/index.txt", "/officer/login/", "/no/such/page")


@pytest.fixture
def index(settings):
    """The list of exports of a server that has published nothing yet."""
    from bluezone.authority.keys import batches

    batches.write_index(settings.BLUEZONE)


@pytest.fixture
def officer_client(set_clock) -> Client:
    client = Client()
    officer = User.objects.create_user("lan", full_name="Lan", role="ministry", place="/", may_confirm=True)
    client.force_login(officer)
    return client


def body(answer) -> bytes:
    """The answer's content; a file is closed."""
    content = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return content


@pytest.mark.parametrize("path", ANYBODY)
def test_head_is_answered_like_get_without_a_body(client, set_clock, index, path):
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert body(head) == b""
    length = len(body(got))
    assert head.headers.get("Content-Length", str(length)) == str(length)


def test_head_on_what_only_takes_post_is_refused_like_get(client):
    assert client.head("/v1/publish").status_code == client.get("/v1/publish").status_code == 405


@pytest.mark.parametrize(
    ("address", "route", "page"),
    [
        ("/officer/units/K1/close", "officer/units/<str:code>/close", "/officer/units/K1"),
        ("/officer/second-order/", "officer/second-order/", "/officer/"),
        ("/officer/quarantine/K1/2020-08-20/note", "officer/quarantine/<str:code>/<str:day>/note",
         "/officer/quarantine/K1/2020-08-20"),
        ("/officer/outreach/K1/households/teams", "officer/outreach/<str:code>/households/teams",
         "/officer/outreach/K1/households"),
        # /officer/doors/openings would be the page of a unit called "openings"
        ("/officer/doors/openings/6f2c41a0-0000-4000-8000-000000000001", "officer/doors/openings/<uuid:opening_id>",
         "/officer/doors/"),
        ("/officer/rollout/figures/7/withdraw", "officer/rollout/figures/<int:row_id>/withdraw", "/officer/rollout/"),
        ("/officer/", "officer/", ""),
    ],
)  # fmt: skip
def test_the_page_of_a_form_is_the_nearest_above_its_address(address, route, page):
    assert page_above(address, route) == page


def routes(patterns, before=""):
    """Yield the whole routes of some patterns."""
    for each in patterns:
        route = f"{before}{each.pattern}"
        yield from routes(each.url_patterns, route) if hasattr(each, "url_patterns") else [route]


def test_every_address_of_officers_has_a_page_above():
    values = {"int": "7", "uuid": "6f2c41a0-0000-4000-8000-000000000001"}
    below = [each for each in routes(get_resolver().url_patterns) if each.startswith("officer/") and each != "officer/"]
    assert len(below) > 200
    for route in below:
        address = re.sub(r"<(?:(\w+):)?\w+>", lambda found: values.get(found[1], "x"), f"/{route}")
        assert page_above(address, route), route


def test_the_address_of_a_form_opened_as_a_page_leads_to_the_page(officer_client):
    answer = officer_client.get("/officer/units/sectors/hospitality/close")
    assert (answer.status_code, answer["Location"]) == (302, "/officer/units/sectors/hospitality")
    assert answer["Allow"] == "POST"
    assert officer_client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["/rollout/", "/rollout/63:93"])
def test_public_pages_are_compressed_for_who_can_read_it(client, set_clock, path):
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2


def test_a_compressed_page_that_did_not_change_is_not_sent_again(client, set_clock):
    tag = client.get("/rollout/", headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert client.get("/rollout/", headers={"Accept-Encoding": "gzip", "If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/officer/cases/", "/officer/rollout/", "/rollout/"])
def test_what_an_officer_sees_is_never_compressed(officer_client, set_clock, path):
    answer = officer_client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert len(answer.content) > 1000
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/officer/login/", "/exports/452/index.txt", "/v1/publish", "/healthz"])
def test_the_device_api_and_pages_with_forms_are_never_compressed(client, index, path):
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    answer.close()


def refused(rf, path: str, package: str, language: str):
    error = ModuleNotFoundError(f"No module named {package!r}", name=package)
    with override(language):
        return OneSentence(lambda _request: None).process_exception(rf.get(path), error)


def test_a_picture_that_cannot_be_drawn_here_says_so_as_a_picture(rf, caplog):
    answer = refused(rf, "/rollout/63:93/curve.svg", "vl_convert", "en")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "This server lacks the part that draws, prints and forecasts" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "needs the package vl_convert, which the extra `rollout` brings; install it with: " in caplog.text


def test_a_page_that_needs_a_missing_part_says_so_in_one_sentence(rf):
    answer = refused(rf, "/officer/bulletins/1.pdf", "typst", "vi")
    assert answer.status_code == 501
    assert "Máy chủ này chưa cài phần vẽ biểu đồ, in ấn và dự báo" in answer.content.decode()
    assert "“rollout”" in answer.content.decode()


@pytest.mark.parametrize("error", [ModuleNotFoundError(name="bluezone.nothing"), RuntimeError("broken")])
def test_what_no_extra_brings_is_a_bug_and_answered_as_one(rf, error):
    assert OneSentence(lambda _request: None).process_exception(rf.get("/"), error) is None


def test_what_no_key_of_the_server_decrypts_is_said_in_one_sentence_and_logged(rf, caplog):
    with override("vi"):
        answer = OneSentence(lambda _request: None).process_exception(rf.get("/letter"), LostKeyError("a link"))
    assert answer is not None
    assert answer.status_code == 503
    assert "Không giải mã được" in answer.content.decode()
    assert "/letter: a link" in caplog.text
