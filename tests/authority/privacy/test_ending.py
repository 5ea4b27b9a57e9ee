"""The end of the service: announced, refused from that day on, deleted whole, proved; killed half-way it goes on."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.keys.models import ExportBatch, ExportFile, PublishedKey
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.privacy import ending, rules, services
from bluezone.authority.privacy.ending import EndingError
from bluezone.authority.project import worker
from bluezone.authority.project.edge import routes, views
from bluezone.authority.signing import services as signing
from bluezone.authority.site.registries import Job, Trust
from bluezone.cli.authority import law
from bluezone.protocol.documents import DocumentError

pytestmark = pytest.mark.django_db
COMMUNE = "/63:93/63:930/63:31318/"
DAY = dt.date(2026, 9, 1)
#: midnight in Viet Nam
END = dt.datetime(2026, 8, 31, 17, tzinfo=dt.UTC)
BEFORE, AFTER = END - dt.timedelta(seconds=1), END + dt.timedelta(hours=1)


@pytest.mark.parametrize(("ends_at", "now", "ended"), [(None, END, False), (END, BEFORE, False), (END, END, True)])
def test_new_data_are_refused_from_the_day_on(ends_at: dt.datetime | None, now: dt.datetime, ended: bool) -> None:
    assert rules.has_ended(ends_at, now) is ended


@pytest.fixture
def full(environment: Any, set_clock: Any) -> Any:
    """An authority with an officer, a case, an identity, a published key and its file."""
    conf = environment()
    set_clock.now = BEFORE
    signing.ensure(BEFORE)
    lan = User.objects.create_user("lan", full_name="Lê Thị Lan", role="commune", place=COMMUNE, may_confirm=True)
    person = persons.enter(Identity("Trần Thị Mai", 1980, "+84912345678", "092180001234", "ấp 3"), COMMUNE, BEFORE)
    first, second = (
        Case.objects.create(report_type="confirmed", test_date=DAY, created_at=BEFORE, created_by=lan, place=COMMUNE)
        for _ in range(2)
    )
    Case.objects.filter(pk=first.pk).update(person=person, merged_into=second)
    batch = ExportBatch.objects.create(
        region=conf.region, start_at=BEFORE - dt.timedelta(hours=1), end_at=BEFORE, state=ExportBatch.State.DONE
    )
    path = f"{conf.region}/1-2-00001.zip"
    ExportFile.objects.create(batch=batch, path=path, key_count=1)
    PublishedKey.objects.create(
        key=bytes(16), rolling_start_interval=0, rolling_period=144, region=conf.region, embargoed_until=BEFORE,
        batch=batch, report_type=1, transmission_risk=0, upload_digest="",
    )  # fmt: skip
    (conf.exports / conf.region).mkdir(parents=True)
    (conf.exports / path).write_bytes(b"keys")
    return conf


def rows_left() -> list[str]:
    personal = [model for model in services.personal_models() if model is not User]
    return [model._meta.label for model in personal if model._base_manager.exists()]


def test_it_is_announced_moved_and_withdrawn(full: Any, client: Client) -> None:
    ending.announce(DAY, BEFORE)
    ending.announce(DAY + dt.timedelta(days=30), BEFORE)
    assert ending.announced() == END + dt.timedelta(days=30)
    assert "1/10/2026" in client.get("/privacy").content.decode()
    assert ending.go_on(BEFORE) is None
    assert Person.objects.exists()
    ending.withdraw()
    assert ending.announced() is None
    with pytest.raises(EndingError):
        ending.withdraw()


@pytest.mark.parametrize("address", ["/v1/publish", "/api/verify", "/my-data", "/officer/login"])
def test_from_the_day_on_nothing_new_is_taken_and_pages_can_be_read(
    full: Any, client: Client, set_clock: Any, address: str
) -> None:
    ending.announce(DAY, BEFORE)
    assert client.post(address, {}, content_type="application/json").status_code != 410
    set_clock.now = END
    answer = client.post(address, {}, content_type="application/json")
    assert answer.status_code == 410
    if address.startswith(("/v1", "/api")):
        assert answer.json()["errorCode"] == "service_ended"
    assert client.get("/privacy").status_code == 200


@pytest.mark.parametrize("address", sorted(routes.DIRECT - {routes.READY}))
def test_phones_whose_requests_pass_no_middleware_are_told_so_too(full: Any, set_clock: Any, address: str) -> None:
    ending.announce(DAY, BEFORE)
    set_clock.now = END
    sent = RequestFactory().post(address, {}, content_type="application/json")
    assert views.direct(address, sent.environ).status == 410


def test_all_that_is_personal_is_deleted_and_the_proof_verifies(full: Any, client: Client, run_bluezone: Any) -> None:
    ending.announce(DAY, BEFORE)
    assert "proof" in (ending.go_on(AFTER) or "")
    assert rows_left() == []
    assert not list(full.exports.rglob("*.zip"))
    account = User.objects.get()
    assert (account.full_name, account.is_active, account.has_usable_password()) == ("", False, False)
    address = f"/v1/documents/ending/{full.region}.json"
    assert address in client.get("/privacy").content.decode()
    answer = client.get(address)
    content = ending.opened(answer.content, signing.trusted_export_keys()).content
    assert content["deleted"]["persons.Person"] == 1
    assert content["deleted"]["diagnosis.Case"] == 2
    assert content["accounts_erased"] == 1
    forged = json.loads(answer.content)
    forged["document"] = forged["document"].replace('"diagnosis.Case":2', '"diagnosis.Case":3')
    with pytest.raises(DocumentError):
        ending.opened(json.dumps(forged).encode(), signing.trusted_export_keys())
    assert ending.go_on(AFTER) is None  # once
    with pytest.raises(EndingError):
        ending.announce(DAY, AFTER)


def test_killed_after_any_model_it_goes_on_and_counts_each_row_once(full: Any, monkeypatch: Any) -> None:
    ending.announce(DAY, BEFORE)
    empty, calls = ending._empty, []

    def killed(model: Any, row: Any) -> None:
        calls.append(model)
        empty(model, row)
        if len(calls) % 7 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(ending, "_empty", killed)
    kills = 0
    while ending.proof() is None:
        try:
            ending.go_on(AFTER)
        except KeyboardInterrupt:
            kills += 1
            if kills == 3:
                monkeypatch.setattr(ending, "_empty", empty)
    proof = ending.proof()
    assert proof is not None
    content = ending.opened(proof.document.encode(), signing.trusted_export_keys()).content
    assert (kills, content["deleted"]["diagnosis.Case"], content["deleted"]["keys.PublishedKey"]) == (3, 2, 1)
    assert rows_left() == []


def test_jobs_that_make_something_new_rest(full: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(worker.clock_guard, "require", lambda _now, _trust: None)
    ran: list[str] = []
    jobs = [
        Job(name, dt.timedelta(minutes=1), lambda _now, name=name: ran.append(name), trust=trust)
        for name, trust in (("probe", Trust.PUBLISHES), ("purge", Trust.DELETES))
    ]
    for now in (BEFORE, AFTER):
        ending.announce(DAY, BEFORE)
        for job in jobs:
            worker.run_job(job, now)
    assert ran == ["probe", "purge", "purge"]


def test_the_command_announces_deletes_and_verifies(
    full: Any, run_bluezone: Any, set_clock: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(law, "believed_now", lambda _trust: set_clock.now)  # days behind the real one
    refused = run_bluezone("authority", "sunset", "2026-08-31")  # a slip of the pen
    assert (refused.code, "--at-once" in refused.err, ending.announced()) == (2, True, None)
    assert "announced" in run_bluezone("authority", "sunset", "2026-09-01").out
    assert Person.objects.exists()
    set_clock.now = AFTER
    run_bluezone("authority", "sunset", "2026-09-01")
    proof = ending.proof()
    assert proof is not None
    (tmp_path / "proof.json").write_text(proof.document)
    assert "genuine" in run_bluezone("authority", "law", "verify-proof", str(tmp_path / "proof.json")).out
