"""The graph's page: pseudonyms only, the own jurisdiction alone, any filter, the table behind the drawing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from click.testing import CliRunner
from django.test import Client

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.epidemiology import outbreaks, tables
from bluezone.authority.episodes import queries, services
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.rules import Wait
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.words import Decision, FoundBy, Reached, Setting
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons import vault
from bluezone.authority.persons.rules import Identity
from bluezone.cli.authority.people import line_list_command

NOW = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
GRAPH = "/officer/contacts/graph"


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def officers(db, set_clock) -> dict[str, User]:
    set_clock.now = NOW
    return {
        place: User.objects.create_user(f"officer {place}", role="province", place=place, may_confirm=True)
        for place in (HERE, THERE)
    }


@pytest.fixture
def page_of(officers) -> Callable[..., str]:
    def read(query: str = "", place: str = HERE, language: str = "en") -> str:
        client = Client(headers={"accept-language": language})
        client.force_login(officers[place], BACKEND)
        answer = client.get(f"{GRAPH}{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def drawn(page: str) -> dict[str, Any]:
    """Return the nodes and edges that the script of a graph page draws."""
    return json.loads(page.split('<script id="graph-data" type="application/json">')[1].split("</script>")[0])


class Outbreak:
    """A case, whom they met, and one of another office."""

    def __init__(self, officers: dict[str, User]) -> None:
        self.here, self.there = (Issuer(officer=officers[place]) for place in (HERE, THERE))
        self.f0 = self.case(Identity(name="Nguyễn Văn An"), 6, onset=8)
        self.theirs = self.case(Identity(name="Lê Bình"), 5, THERE)
        self.mai = self.near(self.f0, "Mai", 7, Setting.HOUSEHOLD)
        self.tu = self.near(self.theirs, "Tú", 5, found_by=FoundBy.APP)
        services.call(self.mai, Said(Reached.YES), self.here.officer, NOW)
        services.decide(self.mai, Decision.CONTACT, None, NOW)
        services.isolate(self.mai, ago(4), NOW)
        self.chi = self.near(self.mai, "Chi", 6)

    def case(self, who: Identity, tested: int, place: str = HERE, onset: int | None = None, **more: Any) -> Case:
        values = {"report_type": "confirmed", "status": "confirmed", "test_date": ago(tested)} | more
        values |= {"onset_date": None if onset is None else ago(onset), "person": persons.enter(who, place, NOW)}
        return Case.objects.create(place=place, created_at=NOW - dt.timedelta(days=tested), **values)

    def near(self, source: Any, name: str, days: int, setting: Setting = Setting.OTHER, **more: Any) -> Episode:
        by = self.there if more.pop("there", False) else self.here
        return services.enter(source, Identity(name=name), Met(ago(days), setting, **more), by, NOW)


@pytest.fixture
def outbreak(officers) -> Outbreak:
    return Outbreak(officers)


def test_the_page_says_who_met_whom_and_who_waits_for_what_by_pseudonym_alone(outbreak, page_of):
    page = page_of()
    assert "1 case, 2 F1, 1 F2." in page
    for each in (outbreak.f0, outbreak.mai, outbreak.tu, outbreak.chi):
        assert each.person.pseudonym in page
    for secret in ("Nguyễn", "Mai", "Chi", "Tú", outbreak.theirs.person.pseudonym, str(outbreak.theirs.episode.pk)):
        assert not re.search(rf"\b{secret}\b", page), secret
    label = f"F1 {outbreak.mai.person.pseudonym}, 13/8, near {outbreak.f0.person.pseudonym}, confirmed, waits: a test"
    (mai,) = [shape for shape in drawn(page)["shapes"] if shape["id"] == str(outbreak.mai.pk)]
    assert (mai["label"], mai["address"], mai["level"]) == (label, f"#r-{outbreak.mai.pk}", 1)
    assert f'id="r-{outbreak.mai.pk}"' in page
    assert "another office’s" in page


def test_the_other_province_sees_of_all_that_only_its_own_case(outbreak, page_of):
    page = page_of(place=THERE)
    assert outbreak.theirs.person.pseudonym in page
    for each in (outbreak.f0, outbreak.mai, outbreak.tu, outbreak.chi):
        assert each.person.pseudonym not in page
        assert str(each.pk) not in page
    assert "Another office follows 1 contact of these cases" in page


def test_there_is_nothing_to_see_in_an_empty_authority_and_nobody_is_left_by_a_choice(officers, page_of):
    assert "No case in these days" in page_of()
    Outbreak(officers)
    assert "Nobody is left by this choice" in page_of("?level=2&found=app")


@pytest.mark.parametrize(
    ("query", "seen", "gone"),
    [
        ("?level=0", "f0", "mai tu chi"),
        ("?level=2", "chi", "f0 mai tu"),
        ("?waits=call", "tu chi", "f0 mai"),
        ("?waits=test", "mai", "f0 tu chi"),
        ("?waits=any", "f0 mai tu chi", ""),
        ("?found=app", "tu", "mai chi f0"),
        ("?cluster=1", "f0 mai chi", "tu"),
        ("?day=2020-08-13", "mai", "f0 tu chi"),
        ("?from=2020-08-15&to=2020-08-16", "tu", "mai chi f0"),
        (f"?place={HERE}", "f0 mai tu chi", ""),
    ],
)
def test_a_filter_leaves_who_is_meant(outbreak, page_of, query, seen, gone):
    page = page_of(query)
    for name in seen.split():
        assert getattr(outbreak, name).person.pseudonym in page, name
    for name in gone.split():
        assert f'id="r-{getattr(outbreak, name).pk}"' not in page, name


@pytest.mark.parametrize(
    "query",
    ["level=9", "level=-1", "level=x", "waits=sleep", "cluster=0", "cluster=99999999", "place=/63:92/", "from=2020",
     "from=2020-09-01&to=2020-08-01", "to=0001-01-01", "from=0001-01-01", "to=9999-12-31", "day=<script>", "page=999",
     "who=P-0000-000", "who=%00", "found=%3Cscript%3E", "waits=%27%22%3E%3Cscript%3E"],
)  # fmt: skip
def test_what_is_no_filter_changes_nothing_and_breaks_nothing(outbreak, page_of, query):
    page = page_of(f"?{query}")
    assert "<script>" not in page.replace('<script src="', "").replace('<script id="', "")


def test_somebody_named_by_pseudonym_is_shown_with_their_cluster(outbreak, page_of):
    page = page_of(f"?who={outbreak.chi.person.pseudonym.lower()}")
    assert f'id="r-{outbreak.chi.pk}" class="me"' in page
    assert f'id="r-{outbreak.f0.episode.pk}"' in page
    assert f'id="r-{outbreak.tu.pk}"' not in page


def test_who_became_a_case_is_one_person_found_as_a_contact(outbreak, officers, page_of):
    ill = services.open_case(outbreak.mai, outbreak.here, NOW)
    ill.status, ill.onset_date = "confirmed", ago(3)
    ill.save()
    loaded = outbreaks.load(queries.visible(officers[HERE]), ago(27), TODAY).outbreak
    mai = str(outbreak.mai.pk)
    node = loaded.by_key()[mai]
    assert (node.level, node.found_as, node.followed, node.isolated) == (0, 1, True, ago(4))
    assert (node.case, len(loaded.lines)) == (str(ill.pk), 5)  # the other office's case is one
    assert {(tie.source, tie.target) for tie in loaded.ties} >= {
        (str(outbreak.f0.episode.pk), mai),
        (mai, str(outbreak.chi.pk)),
    }
    delay = tables.isolation_delays(loaded.lines)[1]
    assert (delay.people, delay.in_time, delay.median) == (1, 1, -1.0)
    rate = tables.attack_rates(loaded, lambda tie: tie.setting)[Setting.HOUSEHOLD]
    assert (rate.followed, rate.infected) == (1, 1)
    assert "as a contact, F1" in page_of()


def test_whoever_was_a_case_before_was_not_found_by_tracing(outbreak, officers):
    again = outbreak.case(Identity(name="Dung", document="093777777"), 3)
    services.enter(outbreak.f0, again.person, Met(ago(6), Setting.WORK), outbreak.here, NOW)
    node = outbreaks.load(queries.visible(officers[HERE]), ago(27), TODAY).outbreak.by_key()[str(again.episode.pk)]
    assert (node.level, node.found_as, node.followed) == (0, 0, False)


def test_a_case_taken_to_hospital_is_apart_since_the_first_such_day(outbreak, officers):
    for what, days in (("intensive", 2), ("admitted", 5), ("discharged", 6)):
        Event.objects.create(episode=outbreak.f0.episode, kind="course", what=what, day=ago(days), at=NOW)
    node = outbreaks.load(queries.visible(officers[HERE]), ago(27), TODAY).outbreak.by_key()[
        str(outbreak.f0.episode.pk)
    ]
    assert (node.isolated, node.waits) == (ago(5), Wait.NOTHING)


def test_withdrawn_cases_and_who_is_no_contact_are_not_in_it(outbreak, officers):
    services.decide(outbreak.tu, Decision.NOT, None, NOW)
    outbreak.f0.status = "withdrawn"
    outbreak.f0.save()
    loaded = outbreaks.load(queries.visible(officers[HERE]), ago(27), TODAY).outbreak
    assert {node.key for node in loaded.lines} == {str(outbreak.chi.pk), "other-1"}
    assert str(outbreak.mai.pk) not in loaded.by_key()


def test_a_case_that_was_merged_is_drawn_as_the_one_it_turned_out_to_be(outbreak, officers):
    gone = outbreak.case(Identity(name="An"), 6)
    tu = outbreak.near(gone, "Uyên", 6)
    gone.merged_into = outbreak.f0
    gone.save()
    loaded = outbreaks.load(queries.visible(officers[HERE]), ago(27), TODAY).outbreak
    assert (str(outbreak.f0.episode.pk), str(tu.pk)) in {(tie.source, tie.target) for tie in loaded.ties}
    assert str(gone.episode.pk) not in loaded.by_key()


def test_a_thousand_people_are_one_readable_drawing_and_nobody_is_left_out(outbreak, page_of):
    rows = [Episode(place=HERE, role="f1", contact_role="f1", opened_at=NOW, contact_since=NOW) for _ in range(1_000)]
    Episode.objects.bulk_create(rows)
    Exposure.objects.bulk_create(
        Exposure(episode=row, source=outbreak.f0.episode, day=ago(8 - at % 7), setting="other", found_by="hand")
        for at, row in enumerate(rows)
    )
    page = page_of()
    assert "More than 120 people cannot be read in one drawing" in page
    assert "1 case, 1,002 F1, 1 F2." in page
    shapes = drawn(page)["shapes"]
    assert len(shapes) <= 120
    (day,) = {day for shape in shapes for day in re.findall(r"^\?level=1&day=(2020-08-12)#people$", shape["address"])}
    shown = page_of(f"?level=1&day={day}")
    assert "1,002" not in shown
    assert shown.count('<tr id="r-') == 100
    assert "Page 1 of 2" in shown


def test_vietnamese_says_it_too(outbreak, page_of):
    page = page_of(language="vi")
    assert "1 ca bệnh, 2 F1, 1 F2." in page
    assert "Ai gần ai, ngày nào" in page
    assert "chờ" in page


# --- the line list ----------------------------------------------------------------------------------------------------


def line_list(officer: User, kind: str = "csv", query: str = "") -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer, BACKEND)
    return client.get(f"/officer/contacts/line-list.{kind}{query}")


def test_the_line_list_holds_the_own_people_by_pseudonym_and_the_audit_log_who_took_it(outbreak, officers):
    person = outbreak.mai.person
    person.sealed = vault.seal(Identity(name="Mai", birth_year=1991, sex="female", occupation="vợ"), person.pseudonym)
    person.save()
    answer = line_list(officers[HERE])
    assert answer["Content-Disposition"] == f'attachment; filename="bluezone-line-list-{ago(27)}-{TODAY}.csv"'
    text = answer.content.decode()
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows.keys() == {each.person.pseudonym for each in (outbreak.f0, outbreak.mai, outbreak.tu, outbreak.chi)}
    for secret in ("Nguyễn", "Mai", outbreak.theirs.person.pseudonym):
        assert secret not in text
    mai = rows[person.pseudonym]
    assert (mai["gender"], mai["age_group"], mai["role"]) == ("female", "20-29", "f1")
    assert (mai["source_id"], mai["setting"]) == (outbreak.f0.person.pseudonym, "household")
    assert (mai["date_isolation"], mai["location"]) == (str(ago(4)), "Hậu Giang")
    entry = LogEntry.objects.filter(actor=officers[HERE]).latest("id")
    assert entry.changes_dict == {"line list": ["None", f"{ago(27)} – {TODAY}: 4"]}


def test_the_line_list_is_of_the_days_asked_for_and_parquet_says_the_same(outbreak, officers):
    parquet = pytest.importorskip("pyarrow.parquet")
    everything, few = (line_list(officers[HERE], query=each).content for each in ("", f"?from={ago(5)}&to={TODAY}"))
    assert everything.count(b"\n") == 5
    assert few.count(b"\n") == 2  # whom the other office's case met; of the case itself nothing
    found = parquet.read_table(io.BytesIO(line_list(officers[HERE], "parquet").content)).to_pylist()
    assert [row["id"] for row in found] == [row["id"] for row in csv.DictReader(io.StringIO(everything.decode()))]


def test_who_may_not_read_health_data_gets_no_line_list(outbreak, officers):
    User.objects.update(may_confirm=False)
    assert line_list(officers[HERE]).status_code == 403
    assert not LogEntry.objects.filter(changes__has_key="line list").exists()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["line.csv"], ""),
        (["line.csv", "--from", "2020-08-21"], "--from lies after --to"),
        (["line.csv", "--officer", "nobody"], "there is no active officer 'nobody'"),
        (["line.csv", "--officer", "clerk"], "officer 'clerk' may not read health data"),
    ],
)
def test_the_command_writes_the_line_list_of_an_officer_who_may_read_health_data(outbreak, tmp_path, wanted, said):
    User.objects.create_user("clerk", role="province", place=HERE)
    name, *options = wanted
    asked = [str(tmp_path / name), "--officer", f"officer {HERE}", *options]
    ended = CliRunner().invoke(line_list_command, asked)
    assert (ended.exit_code, said in str(ended.exception or "")) == (1 if said else 0, True)
    assert (tmp_path / name).exists() is not bool(said)
    if not said:
        assert (tmp_path / name).read_text().count("\n") == 5
