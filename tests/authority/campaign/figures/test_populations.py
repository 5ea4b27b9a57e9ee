"""Counts of people: one or a list, shown with what they change, stored as decided; the past stays as it was."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import Population
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.site.models import Upload
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import FIRST_DAY, Count

HERE = "/officer/rollout/populations/"
DAY = dt.date(2020, 8, 18)
HEADER = "Đơn vị;Dân số;Ngày;Nguồn\n"
GOOD = HEADER + "Châu Thành;85.000;1/4/2020;CTK-12\nChâu Thành A;102.000;1/4/2020;CTK-12\n"
ONE_GOOD = HEADER + "Châu Thành A;102.000;1/4/2020;CTK-12\n"


@pytest.fixture
def counts(db):
    """120,000 installations in the province, 5,000 and 4,000 in two of its districts."""
    for code, installs in (("63:93", 120_000), ("63:933", 5_000), ("63:932", 4_000)):
        store([Count(UnitCode.parse(code), DAY, installs=installs, source="report")])


@pytest.fixture
def brought(signed_in):
    """An officer brings a list: gives the client and the address of its preview."""

    def bring(text: str, name: str = "province", **fields: str):
        client = signed_in(name)
        answer = client.post(f"{HERE}upload", {"file": SimpleUploadedFile("dân số.csv", text.encode()), **fields})
        return client, answer

    return bring


def shown_of(page) -> str:
    return re.search(r'name="shown" value="(\w+)"', page.content.decode())[1]


def decide(client, address: str, **fields):
    return client.post(f"{address}/store", {"shown": shown_of(client.get(address))} | fields)


def stored() -> set[tuple[str, str, int, dt.date]]:
    return set(Population.objects.values_list("key", "measure", "people", "counts_from"))


def share_of(code: str, day: dt.date) -> int:
    figure = reader.people_of(catalogue.all_units().unit(UnitCode.parse(code), day), day)
    return figure.value if figure else 0


def test_one_is_typed_in_shown_with_what_it_changes_and_stored_only_then(signed_in, counts, text_of):
    client = signed_in("province")
    typed = {"unit": "Hậu Giang", "people": "800.000", "as_of": "1/7/2020", "source": "CTK-12"}
    answer = client.post(f"{HERE}new", typed)
    page = text_of(client.get(answer.url))
    assert "16,37" in page  # of 733,017 in the census of 2019
    assert "15" in page
    assert re.search(r"1 trên 1<", page)  # of those that have a figure, as on every page
    assert not Population.objects.exists()
    decide(client, answer.url)
    row = Population.objects.get()
    assert (row.key, row.measure, row.people, row.as_of, row.source, row.counts_from) == (
        "63:93", "population", 800_000, dt.date(2020, 7, 1), "CTK-12", DAY,
    )  # fmt: skip
    entry = LogEntry.objects.get(content_type__model="population")
    assert (entry.actor.username, entry.changes["people"]) == ("province", ["None", "800000"])
    log = text_of(client.get("/officer/changes"))
    for said in ("<ins>800.000</ins>", "<ins>1/7/2020</ins>", "<ins>dân số</ins>", "đã lưu</ins>", ": Hậu Giang<"):
        assert said in log
    assert not re.search(r"import of|pending|2020-07-01|options", log)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "Atlantis"}, "Atlantis"),
        ({"unit": "Cần Thơ"}, "Thành phố Cần Thơ nằm ngoài địa bàn"),
        ({"people": "many"}, "không có số liệu"),
        ({"as_of": "1/4/2031"}, "tương lai"),
    ],
)
def test_one_typed_in_wrongly_is_refused_at_its_field_and_waits_for_no_decision(signed_in, text_of, change, said):
    typed = {"unit": "Hậu Giang", "people": "800.000", "as_of": "1/7/2020", "source": "CTK-12"}
    answer = signed_in("province").post(f"{HERE}new", typed | change)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not Upload.objects.exists()


def test_a_neighbour_whose_rank_changes_is_shown_too(signed_in, counts, text_of):
    store([Count(UnitCode.parse("63:92"), DAY, installs=200_000, source="a")])
    typed = {"unit": "Cần Thơ", "people": "900.000", "as_of": "1/7/2020", "source": "CTK-12"}
    client = signed_in("ministry")
    page = text_of(client.get(client.post(f"{HERE}new", typed).url))
    assert 'data-label="Cột">số người<' in page  # what is asked about: it is very different
    rows = re.findall(r'data-label="Hạng (?:trước|sau)">([^<]+)<', page)
    assert rows == ["2 trên 2", "1 trên 2", "1 trên 2", "2 trên 2"]  # Cần Thơ and, below it, Hậu Giang


def test_a_census_added_later_does_not_change_a_share_of_a_day_gone_by(brought, counts):
    client, answer = brought(HEADER + "Hậu Giang;800.000;1/7/2020;CTK-12\n")
    decide(client, answer.url)
    assert share_of("63:93", DAY) == 800_000
    assert share_of("63:93", DAY - dt.timedelta(days=1)) == 733_017


def test_a_unit_that_nobody_had_counted_gets_shares_of_days_gone_by_too(brought, counts, text_of):
    store([Count(UnitCode.parse("63:31318"), DAY, installs=500, source="report")])
    client, answer = brought(HEADER + "Phường I, Vị Thanh;8.500;1/4/2020;CTK-12\n")
    assert "5,88" in text_of(client.get(answer.url))  # 500 of 8,500, and no share before
    decide(client, answer.url)
    assert stored() == {("63:31318", "population", 8_500, FIRST_DAY)}
    assert share_of("63:31318", dt.date(2020, 8, 1)) == 8_500


def test_the_same_list_again_changes_nothing(brought):
    for _ in range(2):
        client, answer = brought(GOOD)
        decide(client, answer.url)
    assert Population.objects.count() == 2
    assert sorted(Upload.objects.values_list("added", flat=True)) == [0, 2]


def test_a_correction_of_days_gone_by_and_a_surprising_count_are_stored_only_if_confirmed(brought, set_clock, text_of):
    client, answer = brought(GOOD)
    decide(client, answer.url)
    set_clock.forward(days=2)
    corrected = GOOD.replace("85.000", "86.000") + "Hậu Giang;300.000;1/7/2020;CTK-12\n"
    client, answer = brought(corrected)
    page = text_of(client.get(answer.url))
    assert "thay cho 85.000" in page
    assert "733.017" in page
    assert page.count("chỉ khi bạn chọn lấy") == 2  # two rows of what is stored; no figure, so no share changes
    decide(client, answer.url)
    assert share_of("63:933", DAY) == 85_000
    client, answer = brought(corrected)
    decide(client, answer.url, confirm_all="yes")
    assert share_of("63:933", DAY) == 86_000
    assert share_of("63:93", DAY + dt.timedelta(days=2)) == 300_000
    entry = LogEntry.objects.get(content_type__model="population", action=LogEntry.Action.UPDATE)
    assert entry.changes == {"people": ["85000", "86000"]}


def test_a_schools_headcount_is_counted_by_the_code_on_its_poster(brought, school, text_of):
    client, answer = brought(HEADER + f"{school.code};950;1/8/2020;the head\n")
    assert "950" in text_of(client.get(answer.url))
    decide(client, answer.url)
    school.refresh_from_db()
    assert school.headcount == 950
    assert stored() == {(school.code, "headcount", 950, DAY)}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("Atlantis;5000;1/4/2020;a", "Atlantis"),
        (";5000;1/4/2020;a", "đã có ở dòng 2"),
        ("Cần Thơ;5000;1/4/2020;a", "Thành phố Cần Thơ nằm ngoài địa bàn"),
        ("7K3M-Q2XD;50;1/4/2020;a", "7K3M-Q2XD"),
        ("Châu Thành;;1/4/2020;a", "không có số liệu"),
        ("Châu Thành;many;1/4/2020;a", "many"),
        ("Châu Thành;0;1/4/2020;a", "số nguyên từ 1"),
        ("Châu Thành;9999999999;1/4/2020;a", "số nguyên từ 1"),
        ("Châu Thành;5000;1/4/2031;a", "tương lai"),
        ("Châu Thành;5000;1/4/1820;a", "đã quá lâu"),
        ("Châu Thành;5000;soon;a", "soon"),
        ("Châu Thành;5000;1/4/2020;", "không có nguồn"),
        ("Châu Thành;5000;1/4/2020;=1+1", "không được bắt đầu"),
        ("Châu Thành;5000;1/4/2020;devices", "devices"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_the_others_are_stored(brought, text_of, row, text):
    client, answer = brought(ONE_GOOD + row + "\n")
    page = text_of(client.get(answer.url))
    assert text in page
    assert '<tr id="d3"' in page
    decide(client, answer.url, confirm_all="yes")
    assert {key for key, *_ in stored()} == {"63:932"}


def test_date_and_source_can_be_given_once_for_all_rows(brought):
    text = "Đơn vị;Dân số\nChâu Thành;85.000\n"
    client, answer = brought(text, as_of="1/4/2020", source="CTK-12")
    decide(client, answer.url)
    assert (Population.objects.get().as_of, Population.objects.get().source) == (dt.date(2020, 4, 1), "CTK-12")


def test_the_same_unit_twice_is_a_problem(brought, text_of):
    client, answer = brought(GOOD + "Châu Thành;85.000;1/4/2020;CTK-12\n")
    assert "đã có ở dòng 2" in text_of(client.get(answer.url))


@pytest.mark.parametrize(
    "text", ["", "a;b\n1;2\n", "đơn vị;dân số\n", HEADER + "x;1;1/4/2020;a\n" * 2_001, "PK\x03\x04garbage"]
)
def test_what_is_no_list_of_populations_is_refused_in_a_sentence(brought, text):
    _, answer = brought(text)
    assert answer.status_code == 400
    assert not Upload.objects.exists()


def test_a_form_without_date_or_source_is_refused(signed_in):
    client = signed_in("province")
    for missing in ("unit", "people", "as_of", "source"):
        typed = {"unit": "Hậu Giang", "people": "800.000", "as_of": "1/7/2020", "source": "CTK-12"} | {missing: ""}
        assert client.post(f"{HERE}new", typed).status_code == 400, missing
    assert client.post(f"{HERE}new", typed | {"source": "x", "as_of": "the 30th of May"}).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ministry", {"63:93", "63:92", "63:930"}),
        ("province", {"63:93", "63:930"}),
        ("neighbour", {"63:92"}),
        ("district", {"63:930"}),
        ("commune", set()),
    ],
)
def test_counts_of_the_own_jurisdiction_only_are_taken(brought, places, name, taken):
    rows = "".join(f"{code};700.000;1/4/2020;a\n" for code in ("63:93", "63:92", "63:930"))
    client, answer = brought(HEADER + rows, name)
    decide(client, answer.url, confirm_all="yes")
    assert {key for key, *_ in stored()} == taken


@pytest.mark.parametrize("name", ["head", "without a role"])
def test_who_directs_nobody_gets_no_page(signed_in, name):
    client = signed_in(name)
    for path in ("", "new", "upload"):
        assert client.get(f"{HERE}{path}").status_code == 403, path
    assert client.post(f"{HERE}new", {}).status_code == 403


def test_nothing_is_posted_without_a_token_and_nobody_gets_in_without_login(officer, db):
    strict = Client(enforce_csrf_checks=True)
    for path in ("", "new", "upload"):
        assert strict.get(f"{HERE}{path}").status_code == 302
    strict.force_login(officer("province"))
    for path in ("new", "upload"):
        assert strict.post(f"{HERE}{path}", {}).status_code == 403


def test_the_list_says_which_counts_are_in_force_and_where_one_is_missing(signed_in, brought, text_of):
    client, answer = brought(GOOD)
    decide(client, answer.url)
    page = text_of(client.get(HERE))
    assert "733.017" in page
    assert "85.000" in page
    assert "CTK-12" in page
    client = signed_in("district")
    assert "chưa biết" in text_of(client.get(HERE))  # nobody has counted its communes
    client.cookies["django_language"] = "en"
    assert "not known" in text_of(client.get(HERE))


def test_the_command_shows_what_it_would_change_and_shares_the_checks(officer, run_bluezone, tmp_path, counts):
    officer("province")
    file = tmp_path / "people.csv"
    file.write_text(GOOD + "Atlantis;5;1/4/2020;a\n", encoding="utf-8")
    command = ("authority", "import-populations", file, "--officer", "province")
    looked = run_bluezone(*command, "--look", "--json")
    effects = {each["unit"]: each for each in json.loads(looked.out)["effects"]}
    assert [round(effects["63:933"][name], 4) for name in ("share_before", "share_after")] == [0.0568, 0.0588]
    assert "Atlantis" in looked.err
    assert not Upload.objects.exists()
    refused = run_bluezone(*command, "--yes")
    assert refused.code == 2
    assert "Line 4, “Atlantis”" in refused.err
    assert not Population.objects.exists()
    done = run_bluezone(*command, "--leave-out-problems", "--yes")
    assert "2 new" in done.out
    assert "5.68% (1 of 2) -> 5.88% (1 of 2)" in done.err
    assert Population.objects.count() == 2
    assert {entry.actor.username for entry in LogEntry.objects.filter(content_type__model="upload")} == {"province"}


COMMUNES = [unit.full_name for unit in catalogue.all_units().children(UnitCode.parse("63:935"), DAY)]


def communes(*people: int) -> str:
    rows = "".join(f"{name};{number}\n" for name, number in zip(COMMUNES, people, strict=False))
    return f"Đơn vị;Dân số\n{rows}"


def test_parts_that_do_not_add_up_to_the_whole_are_asked_about(brought, text_of):
    """Vị Thủy has 90,126 people by the census of 2019, in ten communes."""
    when = {"as_of": "1/4/2019", "source": "NGTK"}
    client, answer = brought(communes(*[9_000] * 10), "vi_thuy", **when)
    assert "cộng lại có" not in text_of(client.get(answer.url))
    decide(client, answer.url)
    assert Population.objects.count() == 10
    client, answer = brought(communes(*[20_000] * 10), "vi_thuy", **(when | {"source": "khác"}))
    page = text_of(client.get(answer.url))
    assert "các nơi thuộc Huyện Vị Thủy, Tỉnh Hậu Giang cộng lại có 200.000 người" in page
    client.post(f"{answer.url}/store", {"shown": shown_of(client.get(answer.url))})
    assert Population.objects.count() == 10


def test_a_commune_of_more_people_than_its_district_is_refused(brought, text_of):
    client, answer = brought(communes(91_000, 9_000), "vi_thuy", as_of="1/4/2019", source="NGTK")
    page = text_of(client.get(answer.url))
    assert "91.000 người, nhiều hơn dân số của Huyện Vị Thủy" in page
    decide(client, answer.url)
    assert [row.people for row in Population.objects.all()] == [9_000]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "danh sách không có cột nguồn"),
        ({"as_of": "1/4/2020"}, "danh sách không có cột nguồn"),
    ],
)
def test_a_list_without_sources_is_refused_once_not_row_by_row(brought, text_of, fields, said):
    _, answer = brought("Đơn vị;Dân số\nChâu Thành;85.000\nChâu Thành A;102.000\n", **fields)
    assert said in text_of(answer).lower()
    assert not Upload.objects.exists()


def test_a_list_that_changes_no_share_says_so_instead_of_a_table_of_dashes(brought, text_of):
    client, answer = brought(GOOD)
    page = text_of(client.get(answer.url))
    assert "Hôm nay chưa tỷ lệ, thứ hạng nào thay đổi" in page
    assert "Hạng trước" not in page
