"""Test the bulk actions of the list of work: isolation orders, letters with names, the call sheet, text messages."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from tests.authority.episodes.conftest import BACKEND, NOW, TODAY, case, met

from bluezone.authority.diagnosis.models import Case, CodeMessage
from bluezone.authority.episodes import services
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.models import Episode, Letter, Stay
from bluezone.authority.episodes.rules import next_try
from bluezone.authority.episodes.stays import checks, protocols
from bluezone.authority.episodes.stays import rules as stay_rules
from bluezone.authority.episodes.stays.rules import Way
from bluezone.authority.episodes.words import Decision, Reached, Role
from bluezone.authority.messages.models import OutgoingMessage
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import encryption
from bluezone.authority.work.models import Task
from bluezone.rollout.documents import typeset

COMMUNE, NEXT_DOOR = "/63:93/63:930/63:31318/", "/63:93/63:930/63:31321/"
NAMES = ("Võ Văn Giả", "Lê Thị Nháp", "Đặng Thị Tạm")


@pytest.fixture
def lan(db: None, set_clock: Any) -> User:
    set_clock.now = NOW
    return User.objects.create(username="lan", full_name="Lan", role="commune", place=COMMUNE, may_confirm=True)


@pytest.fixture
def page(lan: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(lan, BACKEND)
    return client


@pytest.fixture
def three(lan: User) -> list[Episode]:
    """Three contacts of one case who live in the commune."""
    f0, by = case(COMMUNE, file_number="LM-001"), Issuer(officer=lan)
    who = [Identity(name, 1979, f"+8491234567{at}", "", f"Tổ {at}") for at, name in enumerate(NAMES)]
    return [services.enter(f0, each, met(relation="vợ"), by, NOW) for each in who]


def chosen(*rows: Episode) -> dict[str, Any]:
    tasks = Task.objects.filter(state="open", person__in=[row.person_id for row in rows]).order_by("pk")
    return {"tasks": [f"{task.pk}:" for task in tasks]}


def press(page: Client, action: str, *rows: Episode, **more: str) -> Any:
    return page.post(f"/officer/work/bulk/{action}", chosen(*rows) | more)


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the text data of each PDF that is drawn; the first PDF is really typeset."""
    said: list[str] = []

    def note(source: bytes, data: Any, made_on: dt.date) -> bytes:
        said.append(json.dumps(data, ensure_ascii=False))
        return typeset(source, data, made_on) if len(said) == 1 else b"%PDF"

    monkeypatch.setattr("bluezone.authority.episodes.stays.letters.typeset", note)
    monkeypatch.setattr("bluezone.authority.episodes.bulk.typeset", note)
    return said


@pytest.fixture
def text_of(drawn: list[str]) -> Callable[[Any], str]:
    def read(response: Any) -> str:
        assert response["Content-Type"] == "application/pdf", response.content.decode()
        assert (response.content[:4], "no-store" in response["Cache-Control"]) == (b"%PDF", True)
        return drawn[-1]

    return read


def begin_shift(page: Client) -> None:
    page.post("/officer/persons/shift", {"purpose": "letters", "next": "/officer/work/"})


def decided(rows: list[Episode], lan: User) -> None:
    for row in rows:
        services.call_in_short(row, Reached.YES, lan, NOW)


def test_one_press_notes_a_call_and_decides_another_calls_again(page: Client, three: list[Episode]) -> None:
    first, second, _third = three
    assert page.post(f"/officer/contacts/people/{first.pk}/call", {"short": "well"}).status_code == 302
    assert page.post(f"/officer/contacts/people/{second.pk}/call", {"short": "silent"}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.decision, first.events.get(kind="call").facts["answers"]) == (
        Decision.CONTACT,
        {"symptoms": ["none"]},
    )
    assert (second.decision, second.events.get(kind="call").what) == (Decision.WAITING, Reached.NO_ANSWER)
    assert second.call_again_at == NOW + dt.timedelta(hours=2)
    assert sorted(
        Task.objects.filter(state="open", person__in=[row.person_id for row in three]).values_list("kind", flat=True)
    ) == [
        "call",
        "call",
        "order",
    ]


@pytest.mark.parametrize(
    ("now", "again"),
    [((20, 12, 30), (20, 14)), ((20, 19, 0), (20, 21)), ((20, 19, 59), (20, 21)), ((20, 20, 0), (21, 8)),
     ((20, 23, 0), (21, 8)), ((20, 1, 0), (20, 6)), ((20, 4, 30), (20, 6))],
)  # fmt: skip
def test_who_did_not_answer_is_called_again_in_two_hours_and_never_at_night(now: Any, again: Any) -> None:
    assert next_try(dt.datetime(2020, 8, *now, tzinfo=dt.UTC)) == dt.datetime(2020, 8, *again, tzinfo=dt.UTC)


def test_orders_are_one_act_and_their_letters_name_whom_the_shift_opens(
    page: Client, three: list[Episode], lan: User, text_of: Any
) -> None:
    decided(three[:2], lan)
    asked = press(page, "orders", *three)
    assert "Decide first that this person is a contact." in asked.content.decode()
    assert len(asked.context["taken"]) == 2
    assert not Stay.objects.exists()
    after = page.post("/officer/work/bulk/orders", chosen(*three) | {"sure": "1"}, follow=True).content.decode()
    assert "2 orders are signed as one act." in after
    (act,) = set(Letter.objects.values_list("act", flat=True))
    address = f"/officer/isolation/acts/{act}"
    assert address in after
    stays = Stay.objects.values_list("kind", "place", "since", "until")
    assert set(stays) == {("home", COMMUNE, TODAY, TODAY + dt.timedelta(days=13))}
    assert not Task.objects.filter(state="open", kind="order", person=three[0].person_id).exists()
    bare = text_of(page.get(address))
    assert ("viết tay" in bare, any(name in bare for name in NAMES)) == (True, False)
    begin_shift(page)
    named = text_of(page.get(address))
    assert all(name in named for name in NAMES[:2])
    assert "viết tay" not in named
    opened = LogEntry.objects.filter(changes__has_key="opened in a shift")
    assert {each.object_pk for each in opened} >= {str(row.person_id) for row in three[:2]}
    other = User.objects.create(username="hoa", role="commune", place=NEXT_DOOR, may_confirm=True)
    page.force_login(other, BACKEND)
    assert page.get(address).status_code == 404


def test_an_order_wants_an_address_a_decision_and_the_own_commune(page: Client, lan: User) -> None:
    by, f0 = Issuer(officer=lan), case(COMMUNE)
    homeless = services.enter(f0, Identity("Ngô Văn Ẩn", telephone="+84912345670"), met(), by, NOW)
    decided([homeless], lan)
    second = services.enter(homeless, Identity("Chi", address="Tổ 1"), met(0), by, NOW)
    before = press(page, "orders", homeless, second).content.decode()
    assert "No address is known" in before
    assert "A contact of a contact (F2) is not ordered to isolate." in before
    district = User.objects.create(username="an", role="district", place="/63:93/63:930/", may_confirm=True)
    page.force_login(district, BACKEND)
    assert "The commune where the person lives orders it." in press(page, "orders", homeless).content.decode()
    assert press(page, "orders", homeless, sure="1").status_code == 200
    assert not Stay.objects.exists()


def test_letters_of_the_chosen_are_one_file_and_who_has_none_is_named(
    page: Client, three: list[Episode], lan: User, set_clock: Any, text_of: Any
) -> None:
    decided(three, lan)
    press(page, "orders", *three[:2], sure="1")
    set_clock.now = NOW + dt.timedelta(days=1)
    begin_shift(page)
    asked = press(page, "letters", *three)
    assert ("No letter is issued yet." in asked.content.decode(), len(asked.context["taken"])) == (True, 2)
    found = press(page, "letters", *three[:2])
    assert found["Content-Disposition"] == 'attachment; filename="letters.pdf"'
    assert all(name in text_of(found) for name in NAMES[:2])


def test_the_call_sheet_is_printed_in_a_shift_for_the_own_people_alone(
    page: Client, three: list[Episode], text_of: Any
) -> None:
    User.objects.create(username="hoa", role="commune", place=NEXT_DOOR, may_confirm=True)
    district = User.objects.create(username="an", role="district", place="/63:93/63:930/", may_confirm=True)
    assert "Names and numbers open in a shift alone" in press(page, "call-sheet", *three).content.decode()
    page.post("/officer/persons/shift", {"purpose": "follow-up", "next": "/officer/work/"})
    text = text_of(press(page, "call-sheet", *three))
    for said in (*NAMES, "+84912345671", "Tổ 2", "vợ of LM-001", "How are you?"):
        assert said in text, said
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
    translated = text_of(press(page, "call-sheet", *three))
    assert "Phiếu gọi" in translated
    assert "Người thực hiện" not in translated, "the column is of who is called, not of who did something"
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page.force_login(district, BACKEND)
    page.post("/officer/persons/shift", {"purpose": "follow-up", "next": "/officer/work/"})
    assert "Another office opens who this is." in press(page, "call-sheet", *three).content.decode()
    page.force_login(User.objects.create(username="no", role="commune", place=COMMUNE), BACKEND)
    assert press(page, "call-sheet", *three).status_code == 404, "without the right to read health data"


def test_codes_and_daily_links_go_by_message_to_whom_they_can(
    page: Client, three: list[Episode], lan: User, environment: Any
) -> None:
    assert press(page, "codes", *three).status_code == 404, "this server sends no messages"
    environment(sms="console")
    f0 = Case.objects.get()
    f0.person = persons.enter(Identity("Bệnh nhân", telephone="+84912345699"), COMMUNE, NOW)
    f0.save()
    ill = Episode.objects.get(case=f0)
    asked = press(page, "codes", *three, ill)
    assert "Only a case with a test’s result gets a code." in asked.content.decode()
    press(page, "codes", *three, ill, sure="1")
    assert list(CodeMessage.objects.values_list("case", "language")) == [(f0.pk, "vi")]
    decided(three, lan)
    press(page, "orders", *three[:2], sure="1")
    services.call(three[0], Said(Reached.YES, again_at=NOW), lan, NOW)
    services.call(three[1], Said(Reached.YES, again_at=NOW), lan, NOW)
    asked = press(page, "daily-links", *three).content.decode()
    assert "Only who is in isolation today declares." in asked
    for _twice in range(2):
        press(page, "daily-links", *three, sure="1")
    assert OutgoingMessage.objects.count() == 2
    assert "Was asked by a message already." in press(page, "daily-links", *three).content.decode()
    assert {row.role for row in three} == {Role.F1}


def test_a_case_at_home_is_asked_in_the_morning_and_in_the_evening(
    page: Client, three: list[Episode], lan: User, environment: Any, set_clock: Any
) -> None:
    environment(sms="console")
    decided(three[:2], lan)
    press(page, "orders", *three[:2], sure="1")
    case_at_home = next(each.name for each in protocols.known() if each.checks_a_day == 2)
    twice = Stay.objects.get(episode=three[0])
    Stay.objects.filter(pk=twice.pk).update(protocol=case_at_home)
    for row in three[:2]:
        services.call(row, Said(Reached.YES, again_at=NOW), lan, NOW)
    sent = []
    for hour in (1, 3, 8, 9):  # 08:00, 10:00, 15:00 and 16:00 in Vietnam
        set_clock.now = NOW.replace(day=19, hour=hour)
        press(page, "daily-links", *three[:2], sure="1")
        sent.append(OutgoingMessage.objects.count())
    assert sent == [2, 2, 3, 3]
    sealed = OutgoingMessage.objects.values_list("sealed", flat=True)
    texts = [str(json.loads(encryption.decrypt("outgoing message", bytes(each)))) for each in sealed]
    assert sorted(text.count("mỗi sáng và mỗi tối") for text in texts) == [0, 1, 1]
    set_clock.now = NOW.replace(day=20, hour=1)
    checks.store(twice, "1", stay_rules.Said(), Way.WEB, set_clock.now)
    assert "Has declared already: nothing is due now." in press(page, "daily-links", *three[:2]).content.decode()
    set_clock.now = NOW.replace(day=20, hour=8)
    assert len(press(page, "daily-links", *three[:2]).context["taken"]) == 2
