"""A package of a disease: signed, added, chosen by the setting; its windows, texts and rules are the installation's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.authority.episodes.stays.conftest import COMMUNE, DAY, MORNING
from tests.disease.test_packages import changed

from bluezone.authority.diagnosis.forms import NewCaseForm, ResultForm
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes.calls import in_force
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.queries import standing_of
from bluezone.authority.episodes.rules import Wait, waits_for
from bluezone.authority.episodes.stays import letters, services
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.errors import ConfigurationError
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.authority.site.configuration import read_disease_of
from bluezone.cli.authority.documents import disease_command
from bluezone.cli.disease import disease_group
from bluezone.disease.shipped import shipped


def run(*arguments: str, group=disease_command):
    return CliRunner().invoke(group, arguments)


def test_a_package_is_signed_added_and_chosen(signs, environment, set_clock, tmp_path: Path):
    package = tmp_path / "fever-q"
    run("copy", "measles", str(package), group=disease_group)
    assert "not signed" in str(run("add", str(package)).exception)
    assert run("sign", str(package)).exit_code == 0
    assert json.loads(run("add", str(package), "--dry-run", "--json").output)["stored"] is False
    assert not signs.diseases.exists()
    assert run("add", str(package)).output == "added: BLUEZONE_DISEASE=fever-q\n"
    assert read_disease_of(environment(var=signs.var, disease="fever-q")).code == "fever-q"
    assert "raise the version" in str(run("add", str(package)).exception)

    text = package.joinpath("disease.toml").read_text()
    package.joinpath("disease.toml").write_text(text.replace("version = 1", "version = 2"))
    assert "not as it was signed" in str(run("add", str(package)).exception)
    assert "(changed since it was signed)" in run("check", str(package), group=disease_group).output
    run("sign", str(package))
    key = signing.active(signing.EXPORT, MORNING).get()
    signing.create(signing.EXPORT, MORNING)
    signing.retire(signing.EXPORT, key.version, MORNING + dt.timedelta(hours=1))
    set_clock.now = MORNING + dt.timedelta(days=1)  # the key that signed is yesterday's
    assert "no trusted key confirms it" in str(run("add", str(package)).exception)
    run("sign", str(package))
    assert run("add", str(package)).exit_code == 0
    assert read_disease_of(environment(var=signs.var, disease="fever-q")).version == 2


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("days_before = 4", "days_before = -2", "days_before is -2"),
        ('name = "en-v1-buckets"', 'name = "no-such"', "no-such"),
        ('"days": 21', '"days": 61', "days are 1 to 60"),
        ('"watch_days": 21', '"watch_days": -1', "watch_days is missing or no whole number"),
    ],
)
def test_a_package_that_lacks_something_is_not_added(db, environment, set_clock, tmp_path, before, after, sentence):
    environment(var=tmp_path)
    package = tmp_path / "fever-q"
    package.mkdir()
    name = {'"days"': "protocols.json", '"watch': "guidance.json"}.get(before[:6], "disease.toml")
    for each, data in changed(before, after, name).items():
        package.joinpath(each).write_bytes(data)
    assert sentence in str(run("add", str(package)).exception)
    if sentence.startswith("days_before"):
        assert sentence in str(run("sign", str(package)).exception)


def test_a_setting_that_names_no_package_is_refused_with_those_there_are(environment, tmp_path):
    with pytest.raises(ConfigurationError, match="there are sars-cov-2, measles, disease-x; add another by"):
        read_disease_of(environment(var=tmp_path, disease="plague"))


# --- another disease in the same installation -------------------------------------------------------------------------


@pytest.fixture
def someone(db) -> User:
    return User.objects.create(username="someone", role="commune", place=COMMUNE)


@pytest.mark.parametrize(
    ("code", "last", "window", "tests", "word"),
    [
        ("sars-cov-2", dt.date(2020, 9, 2), (2, 10), 2, "COVID-19"),
        ("measles", dt.date(2020, 9, 9), (4, 8), 0, "mắc sởi"),
        ("disease-x", dt.date(2020, 9, 9), (1, 14), 0, "bệnh X"),
    ],
)
def test_windows_stays_letters_and_follow_up_are_those_of_the_disease(
    settings, set_clock, someone, code, last, window, tests, word
):
    set_clock.now = MORNING
    settings.DISEASE = of = shipped(code)
    case = Case(onset_date=DAY)
    assert ((DAY - case.window.first).days, (case.window.last - DAY).days) == window
    stay = services.enter(Entry(Spot(COMMUNE, address="12 Trần Hưng Đạo"), Role.F1, DAY), someone, MORNING)
    assert (stay.until, stay.episode.tests.count()) == (last, tests)
    order = " ".join(letters._order_text(stay))
    assert word in order
    assert of.texts["help"]["vi"] in order
    asked = in_force(DAY).questions[0].words
    assert list(asked) == ["none", *of.signs.asked["call"], "unknown"]


def test_without_a_test_a_physician_confirms_and_nobody_waits_for_one(settings, set_clock, someone):
    set_clock.now = MORNING
    settings.DISEASE = shipped("disease-x")
    offered = dict(NewCaseForm()["report_type"].field.choices)
    assert list(offered) == ["clinical", "suspected"]
    assert "bác sĩ" in str(offered["suspected"])  # no test's result is awaited
    suspected = Case(status=Case.Status.SUSPECTED, report_type="clinical", onset_date=DAY)
    assert "bác sĩ" in str(ResultForm(case=suspected)["report_type"].label)
    stay = services.enter(Entry(Spot(COMMUNE, address="12 Trần Hưng Đạo"), Role.F1, DAY), someone, MORNING)
    assert waits_for(standing_of(Episode.objects.get(pk=stay.episode_id))) is not Wait.TEST
