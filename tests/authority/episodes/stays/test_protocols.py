"""Test which protocol holds on a day, and what a ministry's signed file of them changes."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from tests.authority.episodes.stays.conftest import COMMUNE, DAY, MORNING

from bluezone.authority.episodes.models import ProtocolEdition
from bluezone.authority.episodes.stays import protocols, services
from bluezone.authority.episodes.stays.protocols import ProtocolFileError
from bluezone.authority.episodes.stays.rules import Ask, IsolationError
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.signing import services as signing
from bluezone.cli.authority.documents import protocols_command
from bluezone.disease.shipped import shipped
from bluezone.protocol.crypto.keys import pem_of
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner

SHIPPED = protocols.of_disease(shipped())

RULE = {
    "name": "site-2020-08",
    "place": "site",
    "cases": False,
    "vaccinated": None,
    "from": DAY.isoformat(),
    "until": None,
    "within": "",
    "days": 10,
    "checks_a_day": 1,
    "watch_days": 4,
    "test_days": [1, 10],
    "if_positive_days": None,
    "release": ["well", "tests"],
    "assumed": ["watch_days"],
    "source": "letter 1/BYT, an exercise",
}
END = {"name": "centralised-2020", "until": "2020-12-31", "source": "the same letter"}
#: a ministry whose server is another one
MINISTRY = SigningKey(ec.generate_private_key(ec.SECP256R1()))


def written(*rules: dict[str, Any], ends: Any = ()) -> bytes:
    return json.dumps({"protocols": list(rules), "ends": list(ends)}).encode()


def rule(**fields: Any) -> dict[str, Any]:
    return RULE | fields


@pytest.fixture
def signed(db):
    """Give a function that signs rules with this server's keys, as of a moment."""
    signing.ensure(MORNING)

    def sign(*rules: dict[str, Any], ends: Any = (), at: dt.datetime = MORNING) -> bytes:
        return protocols.sign(written(*rules, ends=ends), at, signing.export_signers(MORNING))

    return sign


def in_force(known, day=DAY, where=StayKind.SITE, vaccinated=False):
    return protocols.in_force(day, where, COMMUNE, vaccinated=vaccinated, known=known)


# --- which one holds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "where", "vaccinated", "days", "watch", "tests"),
    [
        ("2020-08-20", StayKind.SITE, False, 14, 0, (1, 14)),
        ("2021-05-04", StayKind.SITE, False, 14, 0, (1, 14)),
        ("2021-05-05", StayKind.SITE, True, 21, 7, (1, 7, 14, 20)),
        ("2021-07-14", StayKind.HOME, False, 14, 14, (1, 7, 14)),
        ("2021-12-15", StayKind.HOME, True, 7, 7, (1, 7)),
        ("2021-12-15", StayKind.HOME, False, 14, 14, (1, 7, 14)),
        ("2022-02-21", StayKind.HOME, True, 5, 5, (1, 5)),
        ("2022-02-21", StayKind.HOME, False, 7, 3, (1, 7)),
        ("2020-08-20", StayKind.HOSPITAL, False, 14, 0, (1, 14)),  # a contact in hospital: as at a site
    ],
)
def test_the_protocol_of_a_day_place_and_vaccination(day, where, vaccinated, days, watch, tests):
    first = dt.date.fromisoformat(day)
    found = protocols.in_force(first, where, COMMUNE, vaccinated=vaccinated, known=SHIPPED)
    assert (found.days, found.watch_days, found.test_days) == (days, watch, tests)


@pytest.mark.parametrize(
    ("day", "kind", "vaccinated", "days", "if_positive"),
    [
        ("2021-09-01", StayKind.HOME, False, 10, 14),
        ("2022-03-01", StayKind.HOME, True, 7, 10),
        ("2022-03-01", StayKind.HOME, False, 7, 14),
        ("2020-08-20", StayKind.HOSPITAL, False, 14, None),
        ("2020-08-20", StayKind.SITE, False, 14, None),
    ],
)
def test_the_protocol_of_a_case(day, kind, vaccinated, days, if_positive):
    first = dt.date.fromisoformat(day)
    found = protocols.in_force(first, kind, COMMUNE, vaccinated=vaccinated, known=SHIPPED, cases=True)
    assert (found.days, found.if_positive_days) == (days, if_positive)
    assert Ask.NEGATIVE in found.release


def test_no_case_stays_at_home_before_a_rule_allowed_it():
    with pytest.raises(IsolationError):
        protocols.in_force(DAY, StayKind.HOME, COMMUNE, vaccinated=False, known=SHIPPED, cases=True)


def test_the_first_day_is_day_one():
    found = protocols.in_force(DAY, StayKind.SITE, COMMUNE, vaccinated=False, known=SHIPPED)
    assert found.until(DAY) == dt.date(2020, 9, 2)
    assert found.tests(DAY) == [DAY, dt.date(2020, 9, 2)]


def test_a_day_before_every_rule_is_refused():
    with pytest.raises(IsolationError):
        protocols.in_force(dt.date(2019, 1, 1), StayKind.SITE, COMMUNE, vaccinated=False, known=SHIPPED)


def test_the_rule_of_a_nearer_place_goes_before_the_countrys():
    country = protocols.in_force(DAY, StayKind.SITE, COMMUNE, vaccinated=False, known=SHIPPED)
    fields = {name: getattr(country, name) for name in country.__slots__}
    province = protocols.Protocol(**{**fields, "name": "province", "within": "/63:93/", "days": 16})
    known = (province, country)
    assert protocols.in_force(DAY, StayKind.SITE, COMMUNE, vaccinated=False, known=known) is province
    assert protocols.in_force(DAY, StayKind.SITE, "/63:94/", vaccinated=False, known=known) is country


def test_every_protocol_names_its_source_and_what_no_text_was_found_for():
    for each in SHIPPED:
        assert each.source
        assert each.days > 0
        assert all(1 <= day <= each.days for day in each.test_days)
        assert each.assumed <= {"from", "days", "test_days", "watch_days", "if_positive_days"}


# --- signed files -----------------------------------------------------------------------------------------------------


def test_a_signed_file_adds_a_rule_and_says_what_it_changes(signed):
    data = signed(RULE, ends=[END])
    found, changes = protocols.preview(data)
    assert [each.name for each in found.protocols] == ["site-2020-08"]
    assert changes[0].startswith(
        "new    site-2020-08: site, everybody, from 2020-08-20 until further notice: 10 days, "
    )
    assert changes[0].endswith("assumed: watch_days); before: centralised-2020, 14 days, 0 of watching")
    assert changes[1:] == ["ends   centralised-2020 on 2020-12-31 (the same letter)"]
    assert not ProtocolEdition.objects.exists()
    assert in_force(protocols.known()).name == "centralised-2020"
    assert protocols.add(data, MORNING)[1] == changes
    assert in_force(protocols.known()).days == 10
    assert protocols.by_name("centralised-2020").last == dt.date(2020, 12, 31)
    assert in_force(protocols.known(), dt.date(2019, 12, 31) + dt.timedelta(days=60)).name == "centralised-2020"


def test_a_rule_of_a_province_holds_there_alone(signed):
    protocols.add(signed(rule(within="63:93")), MORNING)
    known = protocols.known()
    assert in_force(known).name == "site-2020-08"
    assert protocols.in_force(DAY, StayKind.SITE, "/63:94/", vaccinated=False, known=known).name == "centralised-2020"


def test_a_stay_keeps_the_rule_it_was_decided_under(stay, signed, someone, site):
    later = MORNING + dt.timedelta(hours=1)
    protocols.add(signed(RULE, at=later), later)
    stay.refresh_from_db()
    assert (stay.protocol, stay.until) == ("centralised-2020", DAY + dt.timedelta(days=13))
    moved = services.move(stay, Spot.at(site), later)  # another bed, the same site
    assert (moved.protocol, moved.until) == ("centralised-2020", DAY + dt.timedelta(days=13))
    entered = services.enter(Entry(Spot.at(site), Role.F1, DAY), someone, later)
    assert (entered.protocol, entered.until) == ("site-2020-08", DAY + dt.timedelta(days=9))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "centralised-2020"}, "there is a rule 'centralised-2020' already: take another name"),
        ({"name": "Số 1"}, "a name has 3 to 60 small letters, digits and hyphens"),
        ({"place": "hotel"}, "site-2020-08: place is home, site or hospital"),
        ({"cases": None}, "cases is true (for cases) or false"),
        ({"if_positive_days": 9}, "if_positive_days is null, or 10 to 60"),
        ({"if_positive_days": "11"}, "if_positive_days is null, or 10 to 60"),
        ({"release": ["kindness"]}, "release names some of well, alarms, tests, negative"),
        ({"release": "well"}, "release names some of"),
        ({"release": [["well"]]}, "release names some of"),
        ({"days": "x"}, "days are 1 to 60"),
        ({"vaccinated": 1}, "vaccinated is true, false or null"),
        ({"from": "20/8/2020"}, "from is no day such as 2026-11-26"),
        ({"from": "2020-02-30"}, "from is no day"),
        ({"until": "2020-08-01"}, "until lies before from"),
        ({"within": "34:99"}, "within is empty (the whole country) or the code of a unit"),
        ({"within": "/"}, "within is empty"),
        ({"days": 0}, "days are 1 to 60"),
        ({"days": True}, "days are 1 to 60"),
        ({"watch_days": 61}, "watch_days 0 to 60"),
        ({"checks_a_day": 3}, "checks_a_day is 1, or 2 for morning and evening"),
        ({"checks_a_day": True}, "checks_a_day is 1, or 2 for morning and evening"),
        ({"test_days": [1, 11]}, "test_days are days 1 to 10 in order, at most 10"),
        ({"test_days": [7, 1]}, "test_days are days 1 to 10 in order"),
        ({"test_days": "1, 7"}, "test_days are days 1 to 10 in order"),
        ({"assumed": ["source"]}, "assumed names some of"),
        ({"source": ""}, "source names the decision or letter in 3 to 300 characters"),
        ({"penalty": "1"}, "has 'penalty', which is no field"),
    ],
)
def test_a_rule_that_is_not_as_it_should_be_is_one_sentence_and_nothing_is_stored(signed, fields, sentence):
    good = rule(name="another-rule")
    with pytest.raises(ProtocolFileError) as raised:
        protocols.add(signed(good, rule(**fields)), MORNING)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not ProtocolEdition.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "isolation protocols"),
        (b"[]", "not a JSON object"),
        (b"{}", "lacks protocols, ends"),
        (written(), "the file has no rule and ends none"),
        (written(RULE, RULE), "'site-2020-08' stands in the file twice"),
        (json.dumps({"protocols": {}, "ends": []}).encode(), "protocols is no list of at most 50"),
        (written(ends=["x"]), "each of ends has name, until and source"),
    ],
)
def test_what_is_no_file_of_rules_is_not_signed(signed, data, sentence):
    with pytest.raises(ProtocolFileError) as raised:
        protocols.sign(data, MORNING, signing.export_signers(MORNING))
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ({"name": "nobody"}, "'nobody' is to end, and no earlier rule is called so"),
        ({"until": "2019-01-01"}, "holds from 2020-01-23 until 2021-05-04, and cannot end on 2019-01-01"),
        ({"until": "2021-05-05"}, "cannot end on 2021-05-05"),
    ],
)
def test_only_a_rule_that_holds_can_end_and_only_earlier(signed, end, sentence):
    with pytest.raises(ProtocolFileError) as raised:
        protocols.add(signed(ends=[END | end]), MORNING)
    assert sentence in str(raised.value)


def test_a_file_that_nobody_trusted_signed_or_somebody_changed_is_refused(signed):
    data = signed(RULE)
    stranger = ExportSigner(MINISTRY, "452", "v1")
    strange = protocols.sign(written(RULE), MORNING, [stranger])
    for bad in (strange, data.replace(b"10", b"11"), written(RULE), b"\xff\xfe", data[:-30]):
        with pytest.raises(ProtocolFileError):
            protocols.add(bad, MORNING)
    assert not ProtocolEdition.objects.exists()
    pem = pem_of(MINISTRY.public_key()).encode()
    protocols.add(strange, MORNING, [protocols.trusted_key(pem)])
    with pytest.raises(ProtocolFileError, match="none of P-256"):
        protocols.trusted_key(b"-----BEGIN NOTHING-----")


def test_an_older_file_or_the_same_cannot_be_played_back(signed):
    old = signed(rule(name="old-rule"), at=MORNING - dt.timedelta(days=1))
    data = signed(RULE)
    protocols.add(data, MORNING)
    for each in (old, data):
        with pytest.raises(ProtocolFileError, match="no newer than the one that was added last"):
            protocols.add(each, MORNING)


def test_the_example_is_one_that_is_taken(signed):
    text = resources.files("bluezone.authority.episodes.stays").joinpath("protocols-example.json").read_bytes()
    protocols.add(protocols.sign(text, MORNING, signing.export_signers(MORNING)), MORNING)
    found = in_force(protocols.known(), dt.date(2027, 1, 2), StayKind.HOME, vaccinated=True)
    assert found.name == "home-vaccinated-2027"


def test_the_example_is_signed_previewed_added_and_listed(db, set_clock, tmp_path: Path):
    signing.ensure(set_clock.now)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(protocols_command, arguments)
        assert done.exit_code == 0, done.exception
        return done.output

    rules, signed = tmp_path / "rules.json", tmp_path / "rules.signed"
    rules.write_text(run("example"), "utf-8")
    before = json.loads(run("list", "--json"))
    run("sign", str(rules), str(signed))
    assert json.loads(run("add", str(signed), "--dry-run", "--json"))["stored"] is False
    assert json.loads(run("list", "--json")) == before
    assert json.loads(run("add", str(signed), "--json"))["stored"] is True
    assert json.loads(run("list", "--json")) != before


# --- the schema, and the page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"until": None, "vaccinated": True, "within": "34:92", "place": "home", "test_days": []},
        {"within": "34:31471", "days": 60, "watch_days": 60},
        {"name": "X"},
        {"name": "a b c"},
        {"place": "hotel"},
        {"vaccinated": "yes"},
        {"from": "20/8/2020"},
        {"from": None},
        {"until": "soon"},
        {"within": "Hà Nội"},
        {"days": 0},
        {"days": 61},
        {"days": "14"},
        {"watch_days": -1},
        {"test_days": [1, 1]},
        {"test_days": 1},
        {"assumed": ["place"]},
        {"source": ""},
        {"source": "x" * 301},
        {"more": 1},
    ],
)
def test_the_schema_takes_what_is_taken_and_nothing_else(fields):
    file = {"issued_at": 1, "protocols": [rule(**fields)], "ends": []}
    fits = jsonschema.Draft202012Validator(protocols.schema()).is_valid(file)
    try:
        protocols.read(json.dumps(file))
    except ProtocolFileError:
        assert not fits
    else:
        assert fits


def test_the_schema_wants_a_rule_or_an_end():
    validator = jsonschema.Draft202012Validator(protocols.schema())
    assert not validator.is_valid({"protocols": [], "ends": []})
    assert validator.is_valid({"protocols": [], "ends": [END]})
    assert not validator.is_valid({"protocols": [RULE]})


NO_CASES = [("site", None, None), ("home", None, None), ("hospital", None, None)]


@pytest.mark.parametrize(
    ("day", "place", "found", "cases"),
    [
        (dt.date(2019, 12, 31), COMMUNE, [("site", None, None), ("home", None, None)], NO_CASES),
        (
            DAY,
            COMMUNE,
            [("site", None, "centralised-2020"), ("home", None, "home-2020")],
            [("home", None, None), ("site", None, "site-f0-2020"), ("hospital", None, "hospital-f0-2020")],
        ),
        (
            dt.date(2022, 3, 1),
            "/",
            [
                ("site", None, "centralised-2021-07"),
                ("home", False, "home-unvaccinated-2022-02"),
                ("home", True, "home-vaccinated-2022-02"),
            ],
            [
                ("home", False, "home-f0-unvaccinated-2022-01"),
                ("home", True, "home-f0-vaccinated-2022-01"),
                ("site", None, "site-f0-2020"),
                ("hospital", None, "hospital-f0-2020"),
            ],
        ),
    ],
)
def test_what_holds_somewhere_on_a_day(day, place, found, cases):
    held = protocols.held_in(day, place, SHIPPED)
    for wanted, of_cases in ((found, False), (cases, True)):
        told = [(each.kind.value, each.vaccinated, each.protocol) for each in held if each.cases is of_cases]
        named = [(kind, vaccinated, rule.name if rule else None) for kind, vaccinated, rule in told]
        assert sorted(named, key=str) == sorted(wanted, key=str)


@pytest.mark.parametrize(
    ("role", "place"), [("commune", COMMUNE), ("province", "/63:93/"), ("province", "/63:94/"), ("ministry", "/")]
)
def test_officers_see_what_holds_where_from_when_and_by_which_decision(officer, client, signed, role, place):
    protocols.add(signed(rule(within="63:93"), ends=[END]), MORNING)
    officer(role, place)
    page = client.get("/officer/isolation/rules", headers={"accept-language": "en"}).content.decode()
    here, rest = page.split("All rules that are known here")
    is_there = place != "/63:94/"
    assert ("letter 1/BYT, an exercise" in rest) is is_there
    assert ("letter 1/BYT, an exercise" in here) is (is_there and place != "/")
    assert "31/12/2020" in rest.replace("2020-12-31", "31/12/2020") or "Dec" in rest  # the end that the file set
    assert ("bluezone authority protocols" in rest) is (role == "ministry")
    assert "A file signed" in rest
    later = client.get("/officer/isolation/rules?date=2022-03-01", headers={"accept-language": "vi"}).content.decode()
    assert "người tiếp xúc đã tiêm chủng 5 ngày" in later
    assert "không phải là ngày" in client.get("/officer/isolation/rules?date=x").content.decode()
    assert client.get("/officer/isolation/rules?date=1/3/2022").status_code == 200
