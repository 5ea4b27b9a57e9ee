from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.authority.documents.fetched import fetched

from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.keys import policies
from bluezone.authority.keys.policies import PolicyRefusedError
from bluezone.authority.signing import services as signing
from bluezone.cli.authority.documents import policy_command
from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS
from bluezone.exposure.policies.document import POLICY
from bluezone.protocol.documents import DocumentError

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def signing_keys(set_clock) -> None:
    signing.ensure(set_clock())


def test_phones_get_a_policy_for_as_long_as_it_was_published(set_clock, signing_keys):
    policies.publish(BLUEZONE, set_clock(), days=30)
    document = fetched(POLICY, set_clock())
    assert (document.content.policy, document.serial) == (BLUEZONE, 1)
    assert document.valid_until_s - document.valid_from_s == 30 * 86400


def test_a_new_policy_has_the_next_serial_and_rules_at_its_time(set_clock, signing_keys):
    policies.publish(BLUEZONE, set_clock(), days=30)
    policies.publish(EN_V1_BUCKETS, set_clock(), days=30, valid_from=set_clock() + DAY)
    assert fetched(POLICY, set_clock()).serial == 1
    set_clock.forward(days=1)
    assert fetched(POLICY, set_clock()).serial == 2


def test_a_policy_that_ran_out_rules_until_another_does(set_clock, signing_keys):
    policies.publish(BLUEZONE, set_clock(), days=1)
    set_clock.forward(days=40)
    assert Client().get(POLICY.address("452")).status_code == 200


def test_an_absurd_policy_is_not_published(set_clock, signing_keys):
    with pytest.raises(DocumentError, match="absurd"):
        policies.publish(policies.chosen("bluezone-3.0.3", None, {}), set_clock(), days=30)
    assert not SignedDocument.objects.exists()


# --- the table of phone models that goes with it ----------------------------------------------------------------------

TABLE = Calibration("2026-11", {"Redmi 9": -3.5}, {"Redmi 9": 4.25}, "a test")


def test_phones_get_the_table_of_models_with_the_policy_and_its_version_is_kept(set_clock, signing_keys):
    row = policies.publish(BLUEZONE, set_clock(), days=30, calibration=TABLE)
    content = fetched(POLICY, set_clock()).content
    assert (content.policy, content.calibration) == (BLUEZONE, TABLE)
    assert "with calibration 2026-11" in policies.title(row)
    assert policies.last_calibration() == TABLE


def test_an_absurd_table_is_not_published(set_clock, signing_keys):
    with pytest.raises(PolicyDocumentError, match="sane"):
        policies.publish(BLUEZONE, set_clock(), days=30, calibration=replace(TABLE, rx_db={"Redmi 9": 16.0}))
    assert not SignedDocument.objects.exists()


def test_a_version_of_a_table_is_one_table_only(set_clock, signing_keys):
    policies.publish(BLUEZONE, set_clock(), days=30, calibration=TABLE)
    policies.publish(EN_V1_BUCKETS, set_clock(), days=30, calibration=TABLE)
    other = replace(TABLE, rx_db={"Redmi 9": -3.0})
    with pytest.raises(PolicyRefusedError, match="a new version"):
        policies.publish(BLUEZONE, set_clock(), days=30, calibration=other)
    policies.publish(BLUEZONE, set_clock(), days=30, calibration=replace(other, version="2026-12"))


def test_the_table_published_last_goes_on_until_another_or_none_is_given(set_clock, signing_keys, tmp_path):
    table = tmp_path / "table.json"
    table.write_text(TABLE.to_json())

    def published(*arguments: str) -> str:
        return json.loads(run("publish", "bluezone", *arguments, "--json"))["calibration_version"]

    assert published() == ""
    assert published("--calibration", str(table)) == "2026-11"
    assert published() == "2026-11"
    assert published("--calibration", "package") == default_calibration().version
    assert published("--calibration", "none") == ""
    assert published() == ""


@pytest.mark.parametrize(("name", "body"), [("absent.json", None), ("table.json", "[]"), ("table.json", "{")])
def test_the_command_refuses_a_table_that_is_none(set_clock, signing_keys, tmp_path, name, body):
    if body is not None:
        (tmp_path / name).write_text(body)
    result = CliRunner().invoke(policy_command, ["publish", "bluezone", "--calibration", str(tmp_path / name)])
    assert isinstance(result.exception, OSError if body is None else PolicyDocumentError)
    assert not SignedDocument.objects.exists()


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "refused"),
    [
        (None, 1, ""),
        (None, 366, ""),
        (3, 10, ""),
        (-5, 10, ""),
        (None, 0, "run out"),
        (-10, 10, "run out"),
        (None, 367, "1 to"),
    ],
)
def test_a_policy_is_valid_from_a_day_to_a_year_and_not_already_over(now, start, days, refused):
    valid_from = None if start is None else now + start * DAY
    if refused:
        with pytest.raises(PolicyRefusedError, match=refused):
            policies.validity(now, valid_from, days)
    else:
        begin, end = policies.validity(now, valid_from, days)
        assert (begin, end - begin) == (valid_from or now, days * DAY)


def test_changed_parameters_need_a_version_of_their_own():
    stricter = policies.chosen("bluezone", "1-strict", {"even_minutes": 12})
    assert (stricter.version, stricter.threshold) == ("1-strict", pytest.approx(12.0))
    for version in (None, BLUEZONE.version):
        with pytest.raises(PolicyRefusedError, match="version of their own"):
            policies.chosen("bluezone", version, {"even_minutes": 12})


@pytest.mark.parametrize("changes", [{"surprise": 1}, {"even_minutes": "12"}, {"even_minutes": 0}])
def test_parameters_that_make_no_sense_are_refused(changes):
    with pytest.raises(ExposureError):
        policies.chosen("bluezone", "x", changes)


# --- the command line -------------------------------------------------------------------------------------------------


def run(*arguments: str):
    result = CliRunner().invoke(policy_command, arguments)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_the_command_publishes_and_lists(set_clock, signing_keys, tmp_path):
    assert "no policy has been published" in run("list")
    run("publish", "en-v1-buckets")
    changes = tmp_path / "changes.json"
    changes.write_text('{"even_minutes": 8}')
    facts = json.loads(run("publish", "bluezone", "--version", "1a", "--parameters", str(changes), "--json"))
    assert (facts["serial"], facts["version"]) == (2, "1a")
    rows = json.loads(run("list", "--json"))["policies"]
    assert [(row["name"], row["rules"]) for row in rows] == [("en-v1-buckets", False), ("bluezone", True)]
    assert "(in force)" in run("list")


def test_the_command_refuses_parameters_that_are_no_object(set_clock, signing_keys, tmp_path):
    changes = tmp_path / "changes.json"
    changes.write_text("[1]")
    result = CliRunner().invoke(policy_command, ["publish", "bluezone", "--parameters", str(changes)])
    assert "not a JSON object" in str(result.exception)
    assert not SignedDocument.objects.exists()
