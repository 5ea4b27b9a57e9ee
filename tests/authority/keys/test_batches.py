"""From stored keys to signed files."""

from __future__ import annotations

import datetime as dt
import secrets
from itertools import pairwise

import pytest

from bluezone.authority.errors import AuthorityError, JobBusyError
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import ExportBatch, ExportFile, PublishedKey
from bluezone.authority.signing import services as signing
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.retention import purge
from bluezone.protocol.exports import TrustedKey, read_export, verify_export
from bluezone.protocol.keys import ReportType


@pytest.fixture(autouse=True)
def few_padded(environment):
    """Ten keys a file are enough padding for a test."""
    environment(export_min_keys=10, export_jitter_keys=0)


def utc(day: int, hour: int) -> int:
    return int(dt.datetime(2020, 8, day, hour, tzinfo=dt.UTC).timestamp())


def test_published_keys_go_out_with_the_batch_of_their_time(phone, issue, exported):
    keys = phone.keys(14)
    phone.publish(issue(onset_days_ago=3), keys)  # at 12:00
    assert exported() == []  # the batch of 12:00..16:00 is not over
    phone.clock.forward(hours=4)
    (export,) = exported()
    assert (export.region, export.start_s, export.end_s) == ("452", utc(18, 12), utc(18, 16))
    assert {key.key for key in keys} == {key.key for key in export.keys}
    assert {key.report_type for key in export.keys} == {ReportType.CONFIRMED_TEST}


def test_a_key_still_in_use_is_embargoed_until_it_expires(phone, issue, exported):
    today = phone.keys(1, ending_days_ago=0)[0]
    phone.publish(issue(), [today, *phone.keys(2)])
    phone.clock.forward(hours=4)
    assert today.key not in {key.key for export in exported() for key in export.keys}
    phone.clock.now = dt.datetime(2020, 8, 19, 0, 30, tzinfo=dt.UTC)
    assert today.key not in {key.key for export in exported() for key in export.keys}
    phone.clock.now = dt.datetime(2020, 8, 19, 4, 0, tzinfo=dt.UTC)
    assert today.key in {key.key for export in exported() for key in export.keys}


def test_small_files_are_padded_with_keys_that_look_alike(phone, issue, exported, environment):
    environment(export_min_keys=40)
    keys = phone.keys(3)
    phone.publish(issue(), keys)
    phone.clock.forward(hours=4)
    (export,) = exported()
    assert len(export.keys) == 40
    facts = {(key.rolling_start_interval, key.rolling_period, key.report_type) for key in export.keys}
    assert facts == {(key.rolling_start_interval, 144, ReportType.CONFIRMED_TEST) for key in keys}
    assert [key.key for key in export.keys] == sorted(key.key for key in export.keys)


def test_batches_follow_one_another_without_gap(phone, issue, exported):
    for hours in (0, 5, 1, 11, 30):
        phone.clock.forward(hours=hours)
        phone.publish(issue(), phone.keys(2))
        publish(phone.clock.now)
    spans = list(ExportBatch.objects.order_by("end_at").values_list("start_at", "end_at"))
    assert len(spans) == 5, "after a silence one batch has all that waited"
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_each_key_goes_out_once(phone, issue, exported):
    keys = []
    for _ in range(6):
        keys += phone.keys(2)
        phone.publish(issue(), keys[-2:])
        publish(phone.clock.forward(hours=3))
    phone.clock.forward(hours=8)
    real = {key.key for key in keys}
    out = [key.key for export in exported() for key in export.keys if key.key in real]
    assert sorted(out) == sorted(real)


def test_a_key_stored_late_comes_with_the_next_batch(phone, issue, exported):
    """A request that began before the batch was opened commits after it: its key must not be lost."""
    phone.publish(issue(), phone.keys(1))
    publish(phone.clock.forward(hours=4))
    late = PublishedKey.objects.get(made_up=False)
    late.pk, late.key, late.batch = None, secrets.token_bytes(16), None
    late.save(force_insert=True)
    phone.clock.forward(hours=4)
    assert late.key in {key.key for export in exported() for key in export.keys}


def test_nothing_new_makes_no_file(phone, exported):
    for _ in range(3):
        assert exported() == []
        phone.clock.forward(hours=4)
    assert ExportBatch.objects.count() == 3


def test_a_second_run_changes_nothing(phone, issue, exported, settings):
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    exported()
    folder = settings.BLUEZONE.exports
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}
    exported()
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}


def test_many_keys_are_split_into_numbered_files(phone, issue, exported, environment):
    environment(export_max_keys=5, export_min_keys=0)
    for _ in range(3):
        phone.publish(issue(), phone.keys(4))
    phone.clock.forward(hours=4)
    exports = exported()
    assert [(export.batch_num, export.batch_size, len(export.keys)) for export in exports] == [
        (1, 3, 5),
        (2, 3, 5),
        (3, 3, 2),
    ]
    assert len({key.key for export in exports for key in export.keys}) == 12


def test_a_lost_index_is_written_anew(phone, issue, exported, settings):
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    exported()
    (settings.BLUEZONE.exports / "452" / "index.txt").unlink()
    assert len(exported()) == 1


def test_after_a_long_silence_all_that_waited_comes_out(phone, issue, exported):
    phone.publish(issue(), phone.keys(1))
    publish(phone.clock.now)
    phone.clock.forward(days=20)
    keys = phone.keys(2)
    phone.publish(issue(), keys)
    phone.clock.forward(hours=4)
    assert {key.key for key in keys} <= {key.key for export in exported() for key in export.keys}
    assert ExportBatch.objects.count() == 2


def test_a_changed_period_still_joins_on(phone, issue, exported, environment):
    publish(phone.clock.now)
    environment(export_period_s=3_600)
    publish(phone.clock.forward(hours=1))
    environment(export_period_s=6 * 3_600)
    publish(phone.clock.forward(hours=6))
    spans = list(ExportBatch.objects.order_by("end_at").values_list("start_at", "end_at"))
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert spans[-1][1].hour == 18


# --- revisions --------------------------------------------------------------------------------------------------------


def test_a_revision_goes_out_among_the_revised_keys(phone, issue, exported):
    keys = phone.keys(2)
    token = phone.publish(issue("clinical"), keys).revision_token
    phone.clock.forward(hours=4)
    exported()
    phone.publish(issue("confirmed"), keys, revision_token=token)
    phone.clock.forward(hours=4)
    first, second = exported()
    assert not first.revised
    assert not second.keys
    assert {key.key for key in keys} <= {key.key for key in second.revised}
    assert {key.report_type for key in second.revised} == {ReportType.CONFIRMED_TEST}


def test_a_few_revisions_hide_among_made_up_keys_of_earlier_files(phone, issue, exported, environment):
    environment(export_min_keys=40)
    keys = phone.keys(2)
    token = phone.publish(issue("clinical"), keys).revision_token
    phone.clock.forward(hours=4)
    exported()
    phone.publish(issue("confirmed"), keys, revision_token=token)
    phone.clock.forward(hours=4)
    first, second = exported()
    assert {key.key for key in second.revised} == {key.key for key in first.keys}
    assert len(second.revised) == 40
    phone.clock.forward(hours=4)
    assert len(exported()) == 2  # and once only


def test_keys_confirmed_before_anybody_was_warned_go_out_as_confirmed(phone, issue, exported):
    keys = phone.keys(2)
    token = phone.publish(issue("clinical"), keys).revision_token
    phone.publish(issue("confirmed"), keys, revision_token=token)
    phone.clock.forward(hours=4)
    (export,) = exported()
    assert not export.revised
    assert {key.report_type for key in export.keys} == {ReportType.CONFIRMED_TEST}


def revoke(phone, issue, keys, token) -> None:
    from bluezone.authority.diagnosis import codes
    from bluezone.authority.diagnosis.models import Case

    case = Case.objects.create(report_type="negative", test_date=phone.clock.now.date(), created_at=phone.clock.now)
    code, _ = codes.issue_code(case, phone.clock.now)
    assert phone.publish(code.short, keys, revision_token=token).code == ""


def test_keys_withdrawn_before_anybody_was_warned_never_go_out(phone, issue, exported):
    keys = phone.keys(2)
    revoke(phone, issue, keys, phone.publish(issue("clinical"), keys).revision_token)
    phone.clock.forward(hours=4)
    assert exported() == []
    assert not PublishedKey.objects.exists()


def test_a_withdrawal_reaches_those_who_were_warned(phone, issue, exported):
    keys = phone.keys(2)
    token = phone.publish(issue("clinical"), keys).revision_token
    phone.clock.forward(hours=4)
    exported()
    revoke(phone, issue, keys, token)
    phone.clock.forward(hours=4)
    assert {key.report_type for key in exported()[1].revised} == {ReportType.REVOKED}


def test_a_withdrawal_of_unknown_keys_stores_nothing(phone, issue):
    revoke(phone, issue, phone.keys(2), "")
    assert not PublishedKey.objects.exists()


# --- signing keys -----------------------------------------------------------------------------------------------------


def test_during_a_rotation_both_keys_sign(phone, issue, settings):
    now = phone.clock.now
    old = signing.active(signing.EXPORT, now).get()
    new = signing.create(signing.EXPORT, now + dt.timedelta(hours=1))
    phone.publish(issue(), phone.keys(3))
    publish(phone.clock.forward(hours=4))
    data = (settings.BLUEZONE.exports / ExportFile.objects.get().path).read_bytes()
    assert [info.key_version for info in read_export(data).signature_infos] == ["v1", "v2"]
    for key in (old, new):
        verify_export(data, [TrustedKey(signing.public_key(key), "452", key.version)])


def test_a_retired_key_signs_no_more(phone, issue, settings):
    now = phone.clock.now
    signing.create(signing.EXPORT, now)
    signing.retire(signing.EXPORT, "v1", now + dt.timedelta(hours=1))
    phone.publish(issue(), phone.keys(3))
    publish(phone.clock.forward(hours=4))
    data = (settings.BLUEZONE.exports / ExportFile.objects.get().path).read_bytes()
    assert [info.key_version for info in read_export(data).signature_infos] == ["v2"]


def test_the_last_key_cannot_be_retired(phone):
    with pytest.raises(AuthorityError, match="last that signs"):
        signing.retire(signing.EXPORT, "v1", phone.clock.now)


def test_an_unknown_key_cannot_be_retired(phone):
    with pytest.raises(AuthorityError, match="there are: v1"):
        signing.retire(signing.EXPORT, "v7", phone.clock.now)


def test_certificates_of_a_key_just_retired_are_still_good(phone, issue):
    from bluezone.protocol.verification import tek_mac

    now, keys = phone.clock.now, phone.keys(2)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    signing.create(signing.CERTIFICATE, now)
    signing.retire(signing.CERTIFICATE, "v1", now + dt.timedelta(minutes=1))
    phone.clock.forward(minutes=10)
    assert phone.upload(keys, certificate).inserted_exposures == 2


def test_private_keys_are_for_us_alone(phone, settings):
    files = sorted(settings.BLUEZONE.secrets_folder.iterdir())
    assert [path.name for path in files] == ["certificate-v1.pem", "export-v1.pem", "pass-v1.pem"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_key_file_of_another_key_is_noticed(phone, settings):
    (settings.BLUEZONE.secrets_folder / "certificate-v1.pem").replace(
        settings.BLUEZONE.secrets_folder / "export-v1.pem"
    )
    with pytest.raises(AuthorityError, match="not the private half"):
        publish(phone.clock.now)


# --- one writer, retention --------------------------------------------------------------------------------------------


def test_two_never_publish_at_once(phone):
    with job_lock("publish"), pytest.raises(JobBusyError, match="another process"):
        publish(phone.clock.now)
    publish(phone.clock.now)


def test_after_14_days_keys_files_and_index_lines_are_gone(phone, issue, exported, settings):
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    assert len(exported()) == 1
    (path,) = (settings.BLUEZONE.exports / "452").glob("*.zip")
    purge(phone.clock.forward(days=13))
    assert path.exists()
    report = purge(phone.clock.forward(days=2))
    assert (report["keys"], report["files"]) == (3, 1)
    assert not path.exists()
    assert not PublishedKey.objects.exists()
    assert (settings.BLUEZONE.exports / "452" / "index.txt").read_text() == ""


def test_purge_removes_what_a_killed_run_left_but_not_an_open_batch(phone, settings):
    publish(phone.clock.now)
    folder = settings.BLUEZONE.exports / "452"
    batch = ExportBatch.objects.create(
        region="452", start_at=phone.clock.now, end_at=phone.clock.now + dt.timedelta(hours=4)
    )
    of_open = folder / f"{utc(18, 12)}-{utc(18, 16)}-00001.zip"
    for path in (of_open, folder / ".x.zip.partial", folder / "5-6-00001.zip"):
        path.write_bytes(b"")
    assert purge(phone.clock.forward(hours=4))["files"] == 2
    assert [path.name for path in folder.iterdir() if path.suffix == ".zip"] == [of_open.name]
    batch.delete()


def test_codes_tries_and_tokens_are_forgotten(phone, issue):
    from bluezone.authority.diagnosis.models import OneTimeCode, VerificationToken, WrongTry

    used, _unused = issue(), issue()
    phone.verify(used)
    phone.verify("00000000")
    assert WrongTry.objects.exists()
    purge(phone.clock.forward(hours=25))
    assert not WrongTry.objects.exists()
    purge(phone.clock.forward(hours=22))
    assert OneTimeCode.objects.count() == 2
    purge(phone.clock.forward(hours=2))
    assert OneTimeCode.objects.count() == 1  # the used one: the officer sees that it was used
    purge(phone.clock.forward(days=14))
    assert not OneTimeCode.objects.exists()
    assert not VerificationToken.objects.exists()
