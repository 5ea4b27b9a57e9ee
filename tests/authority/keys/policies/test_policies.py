from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.test import Client

from bluezone.authority.errors import JobBusyError
from bluezone.authority.keys.policies import rules, services
from bluezone.authority.keys.policies.models import PublishedPolicy
from bluezone.authority.keys.policies.rules import PolicyRefusedError
from bluezone.authority.signing import services as signing
from bluezone.cli.authority import command
from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS
from bluezone.exposure.policies.document import verify_document
from bluezone.protocol.exports import TrustedKey

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def signing_keys(set_clock) -> None:
    signing.ensure(set_clock())


def trusted() -> list[TrustedKey]:
    return [
        TrustedKey(signing.public_key(key), "452", key.version)
        for key in signing.SigningKey.objects.filter(purpose=signing.EXPORT)
    ]


def served(region: str = "452"):
    return Client().get(f"/policies/{region}.json")


def test_phones_get_a_document_that_the_export_keys_confirm(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=30)
    response = served()
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=300"
    document = verify_document(response.content, trusted(), "452", set_clock().timestamp())
    assert (document.policy, document.serial) == (BLUEZONE, 1)
    assert document.valid_until_s - document.valid_from_s == 30 * 86400


def test_a_new_policy_has_the_next_serial_and_rules_at_its_time(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=30)
    services.publish(EN_V1_BUCKETS, set_clock(), days=30, valid_from=set_clock() + DAY)
    assert json.loads(json.loads(served().content)["policy"])["serial"] == 1
    set_clock.forward(days=1)
    assert json.loads(json.loads(served().content)["policy"])["serial"] == 2


def test_a_policy_that_ran_out_rules_until_another_does(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=1)
    set_clock.forward(days=40)
    assert served().status_code == 200


def test_while_keys_rotate_the_document_carries_both_signatures(set_clock, signing_keys):
    signing.create(signing.EXPORT, set_clock())
    services.publish(BLUEZONE, set_clock(), days=30)
    for key in trusted():
        assert verify_document(served().content, [key], "452", set_clock().timestamp()).serial == 1


def test_an_unchanged_policy_is_not_sent_twice(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=30)
    first = served()
    again = Client().get("/policies/452.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/policies/452.json", "/policies/262.json", "/policies/..%2f452.json", "/policies/"])
def test_where_there_is_no_policy_nothing_is_served(set_clock, path):
    assert Client().get(path).status_code == 404


def test_only_reading_is_allowed(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=30)
    assert Client().post("/policies/452.json").status_code == 405
    assert Client().head("/policies/452.json").status_code == 200


def test_an_absurd_policy_is_not_published(set_clock, signing_keys):
    with pytest.raises(PolicyDocumentError, match="absurd"):
        services.publish(rules.chosen("bluezone-3.0.3", None, {}), set_clock(), days=30)
    assert not PublishedPolicy.objects.exists()


def test_two_cannot_publish_at_once(set_clock, signing_keys, monkeypatch):
    from bluezone.authority.site.locks import job_lock

    with job_lock("policy"), pytest.raises(JobBusyError):
        services.publish(BLUEZONE, set_clock(), days=30)


# --- the table of phone models that goes with it ----------------------------------------------------------------------

TABLE = Calibration("2026-11", (57.1, 61.39, 64.77), {"Redmi 9": -3.5}, {"Redmi 9": 4.25}, "a test")


def test_phones_get_the_table_of_models_with_the_policy_and_its_version_is_kept(set_clock, signing_keys):
    row = services.publish(BLUEZONE, set_clock(), days=30, calibration=TABLE)
    document = verify_document(served().content, trusted(), "452", set_clock().timestamp())
    assert (document.policy, document.calibration) == (BLUEZONE, TABLE)
    assert (row.calibration_version, "with calibration 2026-11" in str(row)) == ("2026-11", True)
    assert services.last_calibration("452") == TABLE


def test_an_absurd_table_is_not_published(set_clock, signing_keys):
    with pytest.raises(PolicyDocumentError, match="sane"):
        services.publish(BLUEZONE, set_clock(), days=30, calibration=replace(TABLE, rx_db={"Redmi 9": 16.0}))
    assert not PublishedPolicy.objects.exists()


def test_a_version_of_a_table_is_one_table_only(set_clock, signing_keys):
    services.publish(BLUEZONE, set_clock(), days=30, calibration=TABLE)
    services.publish(EN_V1_BUCKETS, set_clock(), days=30, calibration=TABLE)
    other = replace(TABLE, rx_db={"Redmi 9": -3.0})
    with pytest.raises(PolicyRefusedError, match="a new version"):
        services.publish(BLUEZONE, set_clock(), days=30, calibration=other)
    services.publish(BLUEZONE, set_clock(), days=30, calibration=replace(other, version="2026-12"))


def test_the_table_published_last_goes_on_until_another_or_none_is_given(set_clock, signing_keys, tmp_path):
    table = tmp_path / "table.json"
    table.write_text(TABLE.to_json())

    def published(*arguments: str) -> str:
        return json.loads(run("policy", "publish", "bluezone", *arguments, "--json"))["calibration_version"]

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
    result = CliRunner().invoke(command, ["policy", "publish", "bluezone", "--calibration", str(tmp_path / name)])
    assert isinstance(result.exception, OSError if body is None else PolicyDocumentError)
    assert not PublishedPolicy.objects.exists()


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
            rules.validity(now, valid_from, days)
    else:
        begin, end = rules.validity(now, valid_from, days)
        assert (begin, end - begin) == (valid_from or now, days * DAY)


def test_changed_parameters_need_a_version_of_their_own():
    stricter = rules.chosen("bluezone", "1-strict", {"threshold_probability": 0.5})
    assert (stricter.version, stricter.threshold) == ("1-strict", 0.5)
    for version in (None, BLUEZONE.version):
        with pytest.raises(PolicyRefusedError, match="version of their own"):
            rules.chosen("bluezone", version, {"threshold_probability": 0.5})


@pytest.mark.parametrize("changes", [{"surprise": 1}, {"threshold_probability": "0.5"}, {"threshold_probability": 2}])
def test_parameters_that_make_no_sense_are_refused(changes):
    with pytest.raises(ExposureError):
        rules.chosen("bluezone", "x", changes)


# --- the command line -------------------------------------------------------------------------------------------------


def run(*arguments: str):
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_the_command_publishes_and_lists(set_clock, signing_keys, tmp_path):
    assert "no policy has been published" in run("policy", "list")
    run("policy", "publish", "en-v1-buckets")
    changes = tmp_path / "changes.json"
    changes.write_text('{"threshold_probability": 0.3}')
    facts = json.loads(run("policy", "publish", "bluezone", "--version", "1a", "--parameters", str(changes), "--json"))
    assert (facts["serial"], facts["version"]) == (2, "1a")
    rows = json.loads(run("policy", "list", "--json"))["policies"]
    assert [(row["name"], row["rules"]) for row in rows] == [("en-v1-buckets", False), ("bluezone", True)]
    assert "(in force)" in run("policy", "list")


def test_the_command_refuses_parameters_that_are_no_object(set_clock, signing_keys, tmp_path):
    changes = tmp_path / "changes.json"
    changes.write_text("[1]")
    result = CliRunner().invoke(command, ["policy", "publish", "bluezone", "--parameters", str(changes)])
    assert "not a JSON object" in str(result.exception)
    assert not PublishedPolicy.objects.exists()
