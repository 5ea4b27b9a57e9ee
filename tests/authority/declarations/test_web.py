"""Declare on the web: no script, account or cookie; a code by telephone; see, correct, withdraw by the receipt."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.authority.declarations.conftest import DAY
from tests.forms.broken import changed
from tests.forms.samples import FORMS, GIVEN, LONG_MY, MOVING

from bluezone.authority.declarations import publishing, rules, services
from bluezone.authority.declarations.models import HealthDeclaration as Row
from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages.models import PhoneNumber
from bluezone.authority.signing import services as signing
from bluezone.forms.answers import read_answers
from bluezone.forms.rendering import SHOWN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(morning: Any) -> None:
    """Every test begins at 10:00."""


@pytest.fixture
def texted(monkeypatch: Any) -> list[tuple[str, str]]:
    """Text messages that were sent."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(phone_numbers, "sender", lambda: lambda number, text: sent.append((number, text)))
    return sent


def page_of(client: Any, name: str, **query: str) -> str:
    return client.get(f"/declare/{name}", query).content.decode()


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


def filled(client: Any, name: str, given: dict[str, list[str]], language: str = "en") -> dict[str, Any]:
    """Return what a browser sends of a form that is filled in."""
    shown = {SHOWN: [" ".join(read_answers(FORMS[name], given, services.edge_on(DAY)).asked)]}
    return hidden(page_of(client, name, lang=language)) | given | shown


def receipt_of(page: str) -> str:
    return re.search(r'class="receipt">([^<]+)<', page)[1]


@pytest.mark.parametrize(("language", "words"), [("vi", "Bạn muốn khai"), ("en", "What do you"), ("ko", "무엇을")])
def test_five_forms_are_offered_in_three_languages(client, language, words):
    page = client.get("/declare/", {"lang": language}).content.decode()
    assert words in page
    assert f'<html lang="{language}">' in page
    for name in FORMS:
        assert f"/declare/{name}?lang={language}" in page
        assert client.get(f"/declare/{name}", {"lang": language}).status_code == 200


def test_a_declaration_is_taken_and_its_receipt_shown(client):
    answer = client.post("/declare/population", filled(client, "population", GIVEN | {"signs": ["cough"]}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Please call your health station" in page
    assert "There is at least one sign." in page
    row = Row.objects.get()
    assert (row.way, row.telephone_confirmed, row.other) == ("web", False, False)
    assert services.of_receipt(receipt_of(page)).row == row


def test_the_same_page_sent_again_is_one_declaration(client):
    sent = filled(client, "population", GIVEN)
    pages = [client.post("/declare/population", sent).content.decode() for _ in range(3)]
    assert len({receipt_of(page) for page in pages}) == 1
    assert Row.objects.count() == 1


def test_nothing_that_was_typed_is_lost_when_something_is_wrong(client):
    answer = client.post("/declare/population", filled(client, "population", GIVEN | {"birth_year": ["2021"]}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please look at 1 of the answers again" in page
    assert "from 1900 to 2020" in page
    assert 'value="Nguyễn Thị Lan"' in page
    assert not Row.objects.exists()


def test_a_language_is_changed_without_losing_anything(client):
    sent = filled(client, "population", GIVEN) | {"_switch": "ko"}
    page = client.post("/declare/population", sent).content.decode()
    assert "신고서 보내기" in page
    assert 'value="Nguyễn Thị Lan"' in page
    assert "errorlist" not in page


def test_a_commune_is_typed_and_then_chosen_without_a_script(client):
    sent = filled(client, "population", GIVEN | {"commune": ["long"]})
    page = client.post("/declare/population", sent).content.decode()
    assert "Several places have this name" in page
    code = re.search(r'type="radio" name="commune" value="([^"]+)"', page)[1]
    assert client.post("/declare/population", sent | {"commune": ["long", code]}).status_code == 200
    assert Row.objects.get().place.endswith(f"{code}/")


def test_names_of_communes_are_offered_while_somebody_types(client):
    names = client.get("/declare/communes", {"q": "long my"}).json()["names"]
    assert LONG_MY.full_name in names


def test_questions_that_an_answer_brings_are_asked_on_the_next_page(client):
    sent = filled(client, "movement", MOVING) | {SHOWN: "full_name"}
    page = client.post("/declare/movement", sent).content.decode()
    assert "lead to a few more questions" in page
    assert 'name="seat"' in page
    assert not Row.objects.exists()


def code_of(text: str) -> str:
    return re.findall(r"\d{6}", text)[0]


def test_what_to_do_is_said_at_once_and_nobody_is_called_before_the_number_is_confirmed(client, texted):
    page = client.post("/declare/population", filled(client, "population", GIVEN | {"signs": ["breathless"]}))
    shown = page.content.decode()
    assert 'href="tel:115"' in shown
    assert "Call 115 now. Your health station is told, and calls you, only once your number is confirmed." in shown
    assert "A code of six digits" in shown
    assert Row.objects.get().state == "unconfirmed"
    [(number, text)] = texted
    assert number == "+84912345678"
    sent = {"_receipt": receipt_of(shown), "_action": "confirm", "_language": "en"}
    wrong = "000000" if code_of(text) != "000000" else "000001"
    assert "This code is wrong" in client.post("/declare/receipt", sent | {"_code": wrong}).content.decode()
    done = client.post("/declare/receipt", sent | {"_code": code_of(text)}).content.decode()
    assert "The number is confirmed" in done
    assert "Your health station is told, too" in done
    row = Row.objects.get()
    assert (row.state, row.telephone_confirmed) == ("new", True)
    assert not PhoneNumber.objects.exists()  # shown to be theirs, and not kept for alerts


def test_a_code_confirms_no_other_number(client, texted):
    ill = GIVEN | {"signs": ["cough"]}
    receipt = receipt_of(client.post("/declare/population", filled(client, "population", ill)).content.decode())
    code = code_of(texted[0][1])
    other = filled(client, "population", ill | {"telephone": ["0987654321"]}) | {"_receipt": receipt}
    client.post("/declare/population", other)
    sent = {"_receipt": receipt, "_action": "confirm", "_code": code, "_language": "en"}
    assert "This code is wrong" in client.post("/declare/receipt", sent).content.decode()
    assert Row.objects.get().state == "unconfirmed"


@pytest.mark.parametrize(
    ("form", "signs", "codes"),
    [("population", ["none"], 1), ("follow-up", ["none"], 0), ("follow-up", ["cough", "rash"], 1)],
)
def test_a_code_is_sent_where_the_form_asks_and_before_anybody_is_called(client, texted, form, signs, codes):
    given = {name: GIVEN[name] for name in ("full_name", "birth_year", "commune", "address", "telephone")}
    given |= {"reason": ["f1"], "main_signs": ["none"]} if form == "follow-up" else GIVEN
    page = client.post(f"/declare/{form}", filled(client, form, given | {"signs": signs})).content.decode()
    assert receipt_of(page)
    assert len(texted) == codes


def test_a_server_without_messages_says_to_call_and_takes_the_declaration(client):
    page = client.post("/declare/population", filled(client, "population", GIVEN | {"signs": ["cough"]}))
    assert "call your health station yourself" in page.content.decode()
    assert Row.objects.get().state == "unconfirmed"


def test_an_address_asks_for_so_many_codes_and_no_more(client, texted, monkeypatch):
    monkeypatch.setattr(rules, "MOST_CODES", 2)
    for number in range(4):
        given = GIVEN | {"telephone": [f"0912 345 67{number}"], "signs": ["cough"]}
        page = client.post("/declare/population", filled(client, "population", given)).content.decode()
    assert len(texted) == 2
    assert "No message can be sent" in page
    assert Row.objects.filter(state="unconfirmed").count() == 4


def test_the_receipt_shows_corrects_and_withdraws(client):
    given = GIVEN | {"document": ["093150001234"]}
    receipt = receipt_of(client.post("/declare/population", filled(client, "population", given)).content.decode())
    spoken = receipt.lower().replace(" ", "-")
    seen = client.post("/declare/receipt", {"_receipt": spoken, "_language": "en"}).content.decode()
    assert "Nguyễn Thị Lan" in seen
    assert "093150001234" not in seen
    asked = {"_receipt": receipt, "_action": "correct", "_language": "en"}
    form = client.post("/declare/receipt", asked).content.decode()
    assert 'value="*********234"' in form
    changed = filled(client, "population", given | {"document": ["*********234"], "signs": ["fever"]})
    changed |= {"_receipt": receipt}
    assert "The declaration is corrected" in client.post("/declare/population", changed).content.decode()
    stored = services.of_receipt(receipt).answers
    assert (stored["document"], stored["signs"]) == ("093150001234", ("fever",))
    assert Row.objects.count() == 1
    sure = client.post("/declare/receipt", {"_receipt": receipt, "_action": "withdraw", "_language": "en"})
    assert "cannot be brought back" in sure.content.decode()
    assert (
        "withdrawn"
        in client.post(
            "/declare/receipt", {"_receipt": receipt, "_action": "withdraw-yes", "_language": "en"}
        ).content.decode()
    )
    assert client.post("/declare/receipt", {"_receipt": receipt}).status_code == 403


@pytest.mark.parametrize("typed", ["7K3M 7K3M", "A" * 200, "<script>", "0" * 16])
def test_a_receipt_of_nobody_gets_one_answer(client, typed):
    answer = client.post("/declare/receipt", {"_receipt": typed, "_language": "en"})
    assert answer.status_code == 403
    assert "There is no declaration with this receipt" in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_address_and_number_are_offered_for_the_next_person(client):
    page = client.post("/declare/population", filled(client, "population", GIVEN)).content.decode()
    next_person = hidden(page[page.rindex("<form", 0, page.index("Declare for one more")) :])
    again = client.post("/declare/population", next_person).content.decode()
    assert 'value="12 Trần Hưng Đạo"' in again
    assert "Nguyễn Thị Lan" not in again


def test_nothing_is_kept_by_browsers_or_in_cookies(client):
    answer = client.post("/declare/population", filled(client, "population", GIVEN))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not client.cookies


def test_a_form_that_nobody_knows_is_told_kindly(client):
    assert client.get("/declare/nothing").status_code == 404


def test_who_sends_without_end_is_slowed_down(client, monkeypatch):
    from bluezone.authority.declarations import web_views

    monkeypatch.setattr(web_views, "_REQUESTS", 1)
    answers = [client.post("/declare/receipt", {"_receipt": "7K3M"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_provinces_own_form_is_found_by_its_name_and_nowhere_else(client, morning):
    """A version of Cần Thơ, and one of the Hậu Giang of before July 2025."""
    signing.ensure(morning.now)
    for number, area in ((2, "34:92"), (3, "63:93")):
        own = changed(lambda found, n=number, a=area: found.update(version=n, area=a, retention_days=20 + n))
        publishing.publish(own.encode(), None, morning.now)
    page = client.get("/declare/").content.decode()
    assert 'province=34-92"' in page
    assert 'province=63-93"' in page
    assert "Cần Thơ" in page
    listed = client.get("/declare/?province=34-92").content.decode()
    assert "/declare/population?lang=vi&amp;province=34-92" in listed
    own = client.get("/declare/population?province=34-92").content.decode()
    assert 'name="_version" value="2"' in own
    assert 'name="_province" value="34-92"' in own
    for strange in ("34-01", "x", "../..", "34-92%00"):
        assert 'name="_version" value="1"' in client.get(f"/declare/population?province={strange}").content.decode()


def test_the_language_is_chosen_above_the_form(client, morning):
    page = client.get("/declare/population").content.decode()
    assert page.index('name="_switch" value="ko"') < page.index("<h1>")
    assert '<form id="declaration"' in page
