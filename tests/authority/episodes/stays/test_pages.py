from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from tests.authority.episodes.stays.conftest import (
    ADDRESS,
    COMMUNE,
    DAY,
    DISTRICT,
    MORNING,
    OTHER_COMMUNE,
    OTHER_PROVINCE,
    TELEPHONE,
)

from bluezone.authority.episodes.models import Event, Handover, Letter, Stay
from bluezone.authority.episodes.stays import checks, letters, services
from bluezone.authority.episodes.stays.rules import Ending, Said, Way
from bluezone.authority.episodes.stays.services import Ended, Entry, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.work.models import Task

SCRIPT = "<script>alert(1)</script>"


def said(**fields: Any) -> dict[str, Any]:
    """Return the fields of an officer's declaration form."""
    return {"declaration_id": str(uuid.uuid4()), **fields}


def new(**fields: Any) -> dict[str, Any]:
    """Return the fields of the form that enters a stay."""
    return {"role": "f1", "since": DAY.isoformat(), **fields}


def text(answer: Any) -> str:
    """An answer's page."""
    return str(answer.content.decode())


# --- who may what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("commune", COMMUNE, 200),
        ("district", DISTRICT, 200),
        ("province", "/63:93/", 200),
        ("commune", OTHER_COMMUNE, 404),
        ("province", OTHER_PROVINCE, 404),
        ("district", f"{OTHER_PROVINCE}63:941/", 404),
        ("ministry", "/", 403),
    ],
)
def test_a_stay_opens_to_its_jurisdiction_alone(client, officer, stay, role, place, status):
    officer(role, place)
    assert client.get(reverse("isolation:stay", args=[stay.pk]), follow=True).status_code == status
    code = stay.organisation.code
    assert client.get(reverse("isolation:place", args=[code])).status_code == status
    assert client.get(reverse("isolation:export", args=[code])).status_code == status


def test_a_site_opens_to_its_own_head_and_to_no_other(client, officer, stay, site):
    officer("unit-head", site.place)
    assert client.get(reverse("isolation:list"), follow=True).status_code == 200
    assert client.get(reverse("isolation:stay", args=[stay.pk]), follow=True).status_code == 200
    officer("unit-head", f"{COMMUNE}AAAA-AAAA/")
    assert client.get(reverse("isolation:list")).status_code == 403
    assert client.get(reverse("isolation:stay", args=[stay.pk]), follow=True).status_code == 403


@pytest.mark.parametrize(
    ("role", "place", "home", "at_site"),
    [
        ("commune", COMMUNE, 200, 200),
        ("district", DISTRICT, 404, 404),
        ("province", "/63:93/", 404, 404),
        ("commune", OTHER_COMMUNE, 404, 404),
    ],
)
def test_address_and_number_open_to_who_goes_there(client, officer, stay, at_home, role, place, home, at_site):
    officer(role, place)
    reason = {"reason": "to bring food"}
    for row, what, status in ((at_home, "address", home), (stay, "telephone", at_site)):
        answer = client.post(reverse("isolation:open", args=[row.pk, what]), reason)
        assert answer.status_code == status
        shown = {"address": "Trần Hưng Đạo", "telephone": TELEPHONE}[what] in text(answer)
        assert shown is (status == 200)


def test_without_a_reason_nothing_opens(client, officer, at_home):
    officer("commune", COMMUNE)
    answer = client.post(reverse("isolation:open", args=[at_home.pk, "address"]), {"reason": " "})
    assert answer.status_code == 400
    assert "Trần Hưng Đạo" not in text(answer)


def test_a_page_shows_neither_address_nor_number_by_itself(client, officer, stay, at_home):
    officer("commune", COMMUNE)
    pages = [reverse("persons:person", args=[row.episode.person.pseudonym]) for row in (stay, at_home)]
    pages += [reverse("isolation:place", args=[code]) for code in (stay.organisation.code, "63:31318")]
    pages += [reverse("isolation:export", args=[stay.organisation.code]), reverse("isolation:list")]
    for page in pages:
        shown = text(client.get(page))
        assert "Hưng Đạo" not in shown
        assert TELEPHONE[3:] not in shown


# --- entering ---------------------------------------------------------------------------------------------------------


def test_a_stay_is_entered_at_a_site_and_at_home(client, officer, site):
    officer("commune", COMMUNE)
    answer = client.post(reverse("isolation:new"), new(where="site", site=site.code, telephone="0912 345 678"))
    made = Stay.objects.get()
    assert answer["Location"] == reverse("persons:person", args=[made.episode.person.pseudonym])
    assert persons.telephone_of(made.episode.person) == TELEPHONE
    client.post(reverse("isolation:new"), new(where="home", address=ADDRESS, vaccinated="on"))
    home = Stay.objects.exclude(pk=made.pk).get()
    assert (home.place, home.vaccinated) == (COMMUNE, True)


def test_a_full_site_is_refused_with_a_sentence(client, officer, site):
    officer("commune", COMMUNE)
    for _ in range(2):
        client.post(reverse("isolation:new"), new(where="site", site=site.code))
    answer = client.post(reverse("isolation:new"), new(where="site", site=site.code))
    assert answer.status_code == 400
    assert "2 / 2" in text(answer) or "2 trong" in text(answer) or "2 of 2" in text(answer)
    assert Stay.objects.count() == 2


def test_what_no_form_asks_for_is_not_taken(client, officer, site, someone):
    officer("commune", COMMUNE)
    sneaked = {
        "place": OTHER_PROVINCE,
        "until": "2030-01-01",
        "ended_on": "2020-08-20",
        "entered_by": someone.pk,
        "has_app": "1",
        "link_digest": "x",
        "kind": "home",
        "needs_second": "1",
        "id": "77",
    }
    client.post(reverse("isolation:new"), new(where="site", site=site.code, **sneaked))
    made = Stay.objects.get()
    assert made.place == site.place
    assert (made.until, made.ended_on, made.has_app, made.kind) == (dt.date(2020, 9, 2), None, False, "site")
    assert made.entered_by != someone
    assert made.pk != 77


def test_a_district_enters_nobody_at_home_and_a_neighbour_nobody_at_the_site(client, officer, site):
    officer("district", DISTRICT)
    assert client.post(reverse("isolation:new"), new(where="home", address=ADDRESS)).status_code == 400
    officer("commune", OTHER_COMMUNE)
    assert client.post(reverse("isolation:new"), new(where="site", site=site.code)).status_code == 400
    assert not Stay.objects.exists()


def test_a_pseudonym_of_another_province_is_as_unknown_as_none(client, officer, site):
    there = persons.enter(Identity(name="A"), OTHER_PROVINCE, MORNING)
    officer("commune", COMMUNE)
    answers = []
    for pseudonym in (there.pseudonym, "P-0000-000"):
        answer = client.post(reverse("isolation:new"), new(where="site", site=site.code, pseudonym=pseudonym))
        assert answer.status_code == 400
        answers.append(text(answer).split("errorlist")[1].split("</ul>")[0])
    assert answers[0] == answers[1]


def test_whoever_is_to_be_released_is_found_and_not_said_to_be_nobody(client, officer, set_clock):
    known = persons.enter(Identity(name="Mai", address="Ấp 3"), COMMUNE, MORNING)
    officer("commune", COMMUNE)
    client.post(reverse("isolation:new"), new(where="home", pseudonym=known.pseudonym))
    code = COMMUNE.strip("/").split("/")[-1]
    set_clock.now = MORNING + dt.timedelta(days=30)
    for address in (reverse("isolation:list"), reverse("isolation:place", args=[code])):
        page = text(client.get(address))
        assert "1 người đã qua ngày cuối" in page
        assert "Hiện không có ai cách ly" not in page
        assert known.pseudonym in page or reverse("isolation:place", args=[code]) in page
    Stay.objects.update(ended_on=DAY)
    page = text(client.get(reverse("isolation:list")))
    assert "Hiện không có ai cách ly" in page
    assert reverse("isolation:place", args=[code]) not in page


@pytest.mark.parametrize(
    ("place", "typed", "telephone", "address"),
    [
        pytest.param(COMMUNE, {}, "+84987654321", "Ấp 3", id="of the own office"),
        pytest.param(COMMUNE, {"telephone": "0912345678"}, "+84912345678", "Ấp 3", id="what is typed stands"),
        pytest.param(COMMUNE, {"address": "Ấp 9"}, "+84987654321", "Ấp 9", id="an address that is typed stands"),
        pytest.param(f"{COMMUNE}7K3M-Q2XD/", {"address": "Ấp 9"}, "+84987654321", "Ấp 9", id="of a site's office"),
    ],
)
def test_what_is_known_of_somebody_is_not_asked_again(client, officer, place, typed, telephone, address):
    known = persons.enter(Identity(name="Mai", telephone="+84987654321", address="Ấp 3"), place, MORNING)
    officer("commune", COMMUNE)
    answer = client.post(reverse("isolation:new"), new(where="home", pseudonym=known.pseudonym, **typed))
    assert answer.status_code == 302, text(answer)
    row = Stay.objects.get()
    page = text(client.get(reverse("isolation:stay", args=[row.pk]), follow=True))
    assert "987654321" not in page
    assert "Ấp" not in page
    for what, told in (("telephone", telephone), ("address", address)):
        opened = client.post(reverse("isolation:open", args=[row.pk, what]), {"reason": "to bring food"})
        assert told in text(opened)
        entry = LogEntry.objects.filter(content_type__model="stay").latest("pk")
        assert audit_log.typed(entry) == {what: "to bring food"}


def test_the_number_of_another_offices_person_is_not_replaced(client, officer):
    known = persons.enter(Identity(name="Mai", telephone="+84987654321"), f"{COMMUNE}7K3M-Q2XD/", MORNING)
    officer("commune", COMMUNE)
    fields = new(where="home", pseudonym=known.pseudonym, telephone="0912345678", address="Ấp 9")
    assert client.post(reverse("isolation:new"), fields).status_code == 400
    assert persons.telephone_of(known) == "+84987654321"
    assert not Stay.objects.exists()


def test_a_home_that_nobody_knows_is_asked_for(client, officer):
    known = persons.enter(Identity(name="Mai", telephone="+84987654321"), COMMUNE, MORNING)
    officer("commune", COMMUNE)
    answer = client.post(reverse("isolation:new"), new(where="home", pseudonym=known.pseudonym))
    assert answer.status_code == 400
    assert "errorlist" in text(answer), "no address is known, and none is written"
    assert not Stay.objects.exists()


@pytest.mark.parametrize("field", ["bed", "address", "telephone", "pseudonym", "role", "since", "where", "site"])
def test_a_script_in_any_field_is_text(client, officer, site, field):
    officer("commune", COMMUNE)
    fields = new(where="home", site=site.code, address=ADDRESS) | {field: SCRIPT}
    answer = client.post(reverse("isolation:new"), fields, follow=True)
    assert SCRIPT not in text(answer)
    if Stay.objects.exists():
        row = Stay.objects.get()
        opened = client.post(reverse("isolation:open", args=[row.pk, "address"]), {"reason": "to bring food"})
        assert SCRIPT not in text(opened)


# --- a stay's steps ---------------------------------------------------------------------------------------------------


def test_an_officer_notes_what_was_said_and_that_they_called(client, officer, stay):
    officer("commune", COMMUNE)
    address = reverse("isolation:declare", args=[stay.pk])
    assert client.post(address, said(symptoms=["cough"], well="on")).status_code == 400
    sent = said(symptoms=["breathless"], temperature="38,2", oxygen="93")
    assert client.post(address, sent).status_code == 302
    client.post(address, sent)
    row = Event.objects.get(kind="check")
    assert (row.what, row.answered_at) == ("call", None)
    client.post(reverse("isolation:answer", args=[stay.pk, row.pk]))
    row.refresh_from_db()
    assert row.answered_at == MORNING


def test_a_declaration_of_another_stay_is_not_answered_here(client, officer, stay, at_home, link):
    checks.store(at_home, "1", Said(("cough",)), Way.WEB, MORNING)
    officer("commune", COMMUNE)
    row = Event.objects.get(kind="check")
    assert client.post(reverse("isolation:answer", args=[stay.pk, row.pk])).status_code == 404


def test_the_app_is_asked_and_changes_nothing_else(client, officer, stay):
    officer("commune", COMMUNE)
    before = Stay.objects.values("until", "ended_on", "protocol").get()
    client.post(reverse("isolation:fact", args=[stay.pk]), {"set": "has_app:1"})
    stay.refresh_from_db()
    assert (stay.has_app, stay.asked, stay.has_phone) == (True, True, True)
    assert Stay.objects.values("until", "ended_on", "protocol").get() == before
    assert client.post(reverse("isolation:fact", args=[stay.pk]), {"set": "place:/"}).status_code == 404


def test_a_test_is_noted_and_a_positive_one_opens_a_case(client, officer, stay):
    officer("commune", COMMUNE, may_confirm=True)
    test = stay.episode.tests.order_by("due_on").first()
    address = reverse("isolation:test", args=[stay.pk, test.pk])
    assert client.post(address, {"result": "maybe", "taken_on": DAY.isoformat()}).status_code == 400
    client.post(address, {"result": "positive", "taken_on": DAY.isoformat()})
    answer = client.post(reverse("isolation:case", args=[stay.pk]))
    stay.refresh_from_db()
    assert answer["Location"] == reverse("diagnosis:detail", args=[stay.episode.case_id])
    assert stay.ended_on is None


def test_a_sample_is_taken_and_its_result_awaited(client, officer, stay):
    officer("commune", COMMUNE)
    test = stay.episode.tests.order_by("due_on").first()
    address = reverse("isolation:test", args=[stay.pk, test.pk])
    client.post(address, {"result": "taken", "taken_on": DAY.isoformat()})
    test.refresh_from_db()
    assert (test.taken_on, test.result) == (DAY, "")
    assert "chờ kết quả" in text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))


def test_care_of_a_case_stands_on_the_page(client, officer, stay):
    user = officer("commune", COMMUNE)
    services.note_test(stay.episode.tests.first(), "positive", DAY, user, MORNING)
    for step, fields in (("owner", {"set": "1"}), ("medicine", {})):
        assert client.post(reverse(f"isolation:{step}", args=[stay.pk]), fields).status_code == 302
    page = text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))
    assert "túi thuốc" in page
    assert user.username in page


def test_a_stay_is_released_early_with_the_reason_and_who(client, officer, stay, someone):
    services.note_test(stay.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    user = officer("commune", COMMUNE)
    address = reverse("isolation:end", args=[stay.pk])
    assert client.post(address, {"ending": "early"}).status_code == 400
    assert client.post(address, {"ending": "done"}).status_code == 400
    client.post(address, {"ending": "early", "because": "hardship"})
    stay.refresh_from_db()
    assert (stay.ending, stay.because, stay.ended_by) == (Ending.EARLY, "hardship", user)


def test_a_release_says_what_is_missing_and_prints_once_a_second_officer_agrees(client, officer, at_home, link):
    checks.store(at_home, "1", Said(("breathless",), Decimal("38.5")), Way.WEB, MORNING)
    officer("commune", COMMUNE)
    address, early = reverse("isolation:end", args=[at_home.pk]), {"ending": "early", "because": "hardship"}
    refused = client.post(address, early)
    assert refused.status_code == 400
    for sentence in ("dấu hiệu nguy hiểm", "sốt", "chưa có ai gọi", "đến hạn"):
        assert sentence in text(refused)
    client.post(address, early | {"reason": "Bác sĩ Mai đã khám: hen"})
    release = reverse("isolation:letter", args=[at_home.pk, "release"])
    assert client.post(release).status_code == 400
    assert client.post(reverse("isolation:agree", args=[at_home.pk])).status_code == 400
    officer("district", DISTRICT)
    assert "Bác sĩ Mai đã khám: hen" in text(client.get(reverse("isolation:stay", args=[at_home.pk]), follow=True))
    assert client.post(reverse("isolation:agree", args=[at_home.pk])).status_code == 302
    officer("commune", COMMUNE)
    assert client.post(release)["Content-Type"] == "application/pdf"


def test_an_end_of_today_is_taken_back(client, officer, stay):
    user = officer("commune", COMMUNE)
    services.end(stay, Ended(Ending.DIED), user, MORNING)
    assert client.post(reverse("isolation:take-back-end", args=[stay.pk])).status_code == 302
    stay.refresh_from_db()
    assert stay.ended_on is None


def test_another_commune_is_asked_accepts_and_only_it_can(client, officer, at_home, site):
    officer("commune", COMMUNE)
    asked = client.post(reverse("isolation:ask-move", args=[at_home.pk]), {"to_place": "63:31321"})
    assert asked.status_code == 302
    move = Handover.objects.get()
    accept = reverse("episodes:decide-handover", args=[move.pk, "accepted"])
    assert client.get(accept).status_code == 404
    officer("province", OTHER_PROVINCE)
    assert client.get(accept).status_code == 404
    officer("commune", OTHER_COMMUNE)
    assert client.get(reverse("isolation:stay", args=[at_home.pk]), follow=True).status_code == 404
    assert client.get(reverse("episodes:handovers")).status_code == 200
    client.post(accept, {"where": "home", "address": "3 Lê Lợi"})
    assert client.get(reverse("isolation:stay", args=[at_home.pk]), follow=True).status_code == 200
    officer("commune", COMMUNE)
    gone = client.get(reverse("isolation:stay", args=[at_home.pk]), follow=True)
    assert "Đã chuyển giao cho" in gone.context["standing"].said
    officer("province", OTHER_PROVINCE)
    assert client.get(reverse("isolation:stay", args=[at_home.pk]), follow=True).status_code == 404


def test_a_move_that_asks_for_no_commune_is_refused(client, officer, at_home):
    officer("commune", COMMUNE)
    for name in ("63:930", "nowhere at all", COMMUNE.split("/")[-2]):
        assert client.post(reverse("isolation:ask-move", args=[at_home.pk]), {"to_place": name}).status_code == 400


def test_beds_are_added_and_a_free_one_removed(client, officer, site, stay):
    officer("commune", COMMUNE)
    client.post(reverse("isolation:beds", args=[site.code]), {"number": "B1", "up_to": "B3"})
    assert site.beds.count() == 5
    taken, free = stay.bed, site.beds.get(number="B3")
    assert client.post(reverse("isolation:remove-bed", args=[site.code, taken.pk])).status_code == 400
    client.post(reverse("isolation:remove-bed", args=[site.code, free.pk]))
    assert site.beds.count() == 4
    assert client.post(reverse("isolation:beds", args=[site.code]), {"number": "Nguyen"}).status_code == 400


def test_an_export_has_no_formula_and_no_private_word(client, officer, stay):
    bed = stay.bed
    bed.number = "=1+1"
    bed.save()
    officer("commune", COMMUNE)
    lines = client.get(reverse("isolation:export", args=[stay.organisation.code])).content.decode("utf-8-sig")
    assert ",'=1+1," in lines
    assert ",=1+1," not in lines


# --- letters ----------------------------------------------------------------------------------------------------------


def released(stay: Stay) -> None:
    """Release somebody whose test of today is negative."""
    officer = User.objects.first()
    services.note_test(stay.episode.tests.order_by("due_on")[0], "negative", DAY, officer, MORNING)
    services.end(stay, Ended(Ending.EARLY, "no-contact"), officer, MORNING)


def test_orders_of_chosen_people_are_one_act_in_one_pdf(client, officer, site, stay, at_home, someone):
    other = services.enter(Entry(Spot.at(site), Role.F1, DAY), someone, MORNING)
    officer("commune", COMMUNE)
    address = reverse("isolation:orders", args=[site.code])
    assert client.post(address).status_code == 400
    assert client.post(address, {"stay": [at_home.pk]}).status_code == 400, "not of this site"
    answer = client.post(address, {"stay": [stay.pk, other.pk, "x", at_home.pk]})
    assert answer.content.startswith(b"%PDF-")
    issued = list(Letter.objects.all())
    assert {each.stay_id for each in issued} == {stay.pk, other.pk}
    assert len({each.act for each in issued}) == 1
    assert not Task.objects.filter(kind="order", state="open", source_key__in=[stay.pk, other.pk]).exists()
    officer("unit-head", f"{COMMUNE}AAAA-AAAA/")
    assert client.post(address, {"stay": [stay.pk]}).status_code == 403


def test_an_order_is_a_pdf_and_its_code_names_nobody(client, officer, site):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    user = officer("commune", COMMUNE)
    made = services.enter(Entry(Spot.at(site), Role.F1, DAY, person=person), user, MORNING)
    answer = client.post(reverse("isolation:letter", args=[made.pk, "order"]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    letter = Letter.objects.get()
    client.logout()
    page = text(client.get(reverse("letter", args=[letter.code.lower()])))
    assert "20/8/2020" in page
    for private_word in (person.pseudonym, "Nguyễn", site.name, "A1", made.episode.link_code):
        assert private_word not in page


def test_a_letter_that_a_later_one_replaced_says_so(client, officer, stay):
    officer("commune", COMMUNE)
    first, second = (letters.issue(stay, letters.ORDER, User.objects.first(), MORNING) for _ in range(2))
    genuine, withdrawn = (text(client.get(reverse("letter", args=[row.code]))) for row in (second, first))
    assert "notice safe" in genuine
    assert "notice watch" in withdrawn
    assert "notice safe" not in withdrawn


def test_before_a_letter_is_made_again_the_page_says_what_becomes_of_the_one_before(client, officer, stay):
    officer("commune", COMMUNE)
    warned = "giấy trước bị thu hồi"
    assert warned not in text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))
    assert client.post(reverse("isolation:letter", args=[stay.pk, "order"])).status_code == 200
    assert warned in text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))
    released(stay)
    shown = text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))
    assert warned not in shown, "the first release replaces no release"


def test_a_test_that_nobody_took_in_time_is_not_called_failed(client, officer, stay, set_clock):
    officer("commune", COMMUNE)
    set_clock.now += dt.timedelta(days=2)
    shown = text(client.get(reverse("isolation:stay", args=[stay.pk]), follow=True))
    assert "quá hạn, chưa lấy mẫu" in shown
    assert "không đạt" not in shown


def test_a_release_is_issued_only_to_who_was_released(client, officer, stay, someone):
    officer("commune", COMMUNE)
    address = reverse("isolation:letter", args=[stay.pk, "release"])
    assert client.post(address).status_code == 400
    released(stay)
    assert client.post(address)["Content-Type"] == "application/pdf"
    assert client.post(reverse("isolation:letter", args=[stay.pk, "order"])).status_code == 400


@pytest.mark.parametrize("code", ["0000000000000000", SCRIPT[:8], "A" * 16, "1"])
def test_a_letter_that_nobody_issued_is_not_known(client, db, morning, code):
    answer = client.get(f"/letter/{code}")
    assert answer.status_code == 404
    assert "notice safe" not in text(answer)


def test_who_tries_letters_is_slowed_down(client, db, morning):
    statuses = {client.get("/letter/0000000000000000").status_code for _ in range(320)}
    assert statuses == {404, 429}


@pytest.mark.parametrize("reads", [True, False])
def test_the_list_of_work_says_of_an_alarm_that_it_is_one_and_not_what_was_declared(client, officer, at_home, reads):
    checks.store(at_home, "1", Said(("breathless", "cough"), Decimal("38.5")), Way.WEB, MORNING)
    officer("commune", COMMUNE, may_read_health=reads)
    page = client.get("/officer/work/", headers={"accept-language": "en"})
    assert [row.line.title for row in page.context["rows"] if row.task.kind == "alarm"] == ["Alarm"]
    said = page.content.decode().lower()
    assert [word for word in ("danger", "symptom", "breath", "cough", "38.5") if word in said] == []
