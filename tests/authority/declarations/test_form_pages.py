"""The officers' pages of forms: who reads, who publishes what, the preview, and documents of strangers."""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from typing import Any

import pytest
from tests.authority.declarations.conftest import COMMUNE, DAY, MORNING, PROVINCE
from tests.forms.broken import Document, changed, field

from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.signing import services as signing
from bluezone.forms.definition import NATION, Form
from bluezone.forms.reading import MOST_BYTES

pytestmark = pytest.mark.django_db
FORMS = "/officer/forms/"


@pytest.fixture(autouse=True)
def keys(morning: Any) -> None:
    """The keys with which documents for phones are signed."""
    signing.ensure(MORNING)


def second(area: str = NATION) -> Any:
    """Make the second version of a form: a shorter address."""

    def change(found: Document) -> None:
        found["version"] = 2
        found |= {"area": area} if area else {}
        field(found, "address")["most"] = 100

    return change


def upload(client: Any, document: bytes | str) -> Any:
    file = io.BytesIO(document if isinstance(document, bytes) else document.encode())
    file.name = "form.json"
    return client.post(f"{FORMS}new", {"file": file})


def carried(page: str) -> str:
    found = re.search(r'name="document" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def offered(*areas: str) -> dict[str, Form]:
    return {each.form: each for each in known_forms.offered(DAY, areas)}


@pytest.mark.parametrize(
    ("role", "place", "reads", "publishes"),
    [("ministry", "/", 200, 200), ("province", PROVINCE, 200, 200), ("commune", COMMUNE, 200, 403)],
)
def test_who_reads_and_who_publishes(client, officer, role, place, reads, publishes):
    officer(role, place)
    assert client.get(FORMS).status_code == client.get(f"{FORMS}population/1").status_code == reads
    assert client.get(f"{FORMS}new").status_code == publishes
    assert upload(client, changed(second())).status_code in (publishes, 400)
    assert client.post(f"{FORMS}publish", {"document": ""}).status_code in (403, 400)


def test_a_form_is_seen_as_a_citizen_sees_it_before_it_counts(client, officer):
    officer("ministry", "/")
    page = upload(client, changed(second())).content.decode()
    assert "Khác gì so với phiên bản 1" in page
    assert "Số nhà, đường, ấp hoặc khu phố”: đã sửa" in page
    assert 'name="signs" value="fever"' in page
    assert not PublishedForm.objects.exists()
    korean = client.post(f"{FORMS}publish", {"document": carried(page), "lang": "ko"}).content.decode()
    assert "전 국민 건강 신고" in korean
    assert not PublishedForm.objects.exists()
    done = client.post(f"{FORMS}publish", {"document": carried(korean)})
    assert done.headers["location"] == f"{FORMS}population/2"
    assert PublishedForm.objects.get().published_by.role == "ministry"
    assert offered()["population"].version == 2
    assert 'name="_version" value="2"' in client.get("/declare/population").content.decode()


def test_a_province_publishes_for_itself_alone(client, officer):
    officer("province", PROVINCE)
    for area in (NATION, "34:01"):
        refused = upload(client, changed(second(area)))
        assert refused.status_code == 400
        assert "34:92" in refused.content.decode()
    page = upload(client, changed(second("34:92"))).content.decode()
    client.post(f"{FORMS}publish", {"document": carried(page)})
    assert offered("34:92")["population"].version == 2
    assert offered()["population"].version == offered("34:01")["population"].version == 1


def test_another_provinces_form_does_not_stand_in_a_provinces_list(client, officer):
    officer("ministry", "/")
    page = upload(client, changed(second("34:01"))).content.decode()
    client.post(f"{FORMS}publish", {"document": carried(page)})
    assert f'{FORMS}population/2"' in client.get(FORMS).content.decode()
    officer("province", PROVINCE)
    assert f'{FORMS}population/2"' not in client.get(FORMS).content.decode()


def test_the_file_of_a_version_can_be_published_as_the_next(client, officer):
    officer("ministry", "/")
    got = client.get(f"{FORMS}population/1.json")
    assert "population-1.form.json" in got.headers["content-disposition"]
    document = json.loads(got.content) | {"version": 2, "retention_days": 20}
    page = upload(client, json.dumps(document)).content.decode()
    assert client.post(f"{FORMS}publish", {"document": carried(page)}).status_code == 302


def _looping(found: Document) -> None:
    for one, other in (("near_case", "near_sick"), ("near_sick", "near_case")):
        field(found, one)["when"] = {"field": other, "is": ["yes"]}


def _many(found: Document) -> None:
    sections: Any = found["sections"]
    like = field(found, "address")
    sections[0]["fields"] = [{**like, "name": f"q{number}", "use": None} for number in range(10_000)]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"\xff" * 100,
        b"[" * 100_000,
        changed(lambda found: found["title"].pop("ko")),  # type: ignore[attr-defined]
        changed(_looping),
        changed(second("34:99")),
        changed(lambda found: found.update(version=1)),
        b'{"form": "' + b"x" * MOST_BYTES + b'"}',
    ],
)
def test_what_is_no_form_is_refused_in_one_sentence(client, officer, document):
    officer("ministry", "/")
    answer = upload(client, document)
    assert answer.status_code == 400
    assert answer.content.decode().count('role="alert"') == 1
    assert not PublishedForm.objects.exists()


def test_ten_thousand_questions_are_refused_at_once(client, officer):
    officer("ministry", "/")
    assert upload(client, changed(_many)).status_code == 400


def test_a_file_of_thirty_megabytes_is_not_read(client, officer):
    officer("ministry", "/")
    assert upload(client, b" " * 30_000_000).status_code == 400


@pytest.mark.parametrize(
    "text",
    ["", "%%%", "AAAA", base64.b64encode(zlib.compress(b" " * 50_000_000, 9)).decode()],
)
def test_a_preview_that_was_tampered_with_is_read_as_any_file(client, officer, text):
    officer("ministry", "/")
    assert client.post(f"{FORMS}publish", {"document": text}).status_code == 400


def test_a_version_that_is_not_there_is_not_found(client, officer):
    officer("ministry", "/")
    for path in ("population/7", "nothing/1", f"population/{2**70}", "population/7.json"):
        assert client.get(FORMS + path).status_code == 404
