"""Which keys other authorities can fetch, and that the files of no region tell how few patients there are."""

from __future__ import annotations

import secrets

import pytest

from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.site.retention import purge
from bluezone.protocol.exports import Export
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import ReportType

LEAST = 20


@pytest.fixture(autouse=True)
def few_padded(environment):
    environment(export_min_keys=LEAST, export_jitter_keys=0, federation_out="all")


@pytest.fixture
def abroad(phone):
    """Stores keys that came from a source."""

    def store(count: int, report: ReportType = ReportType.CONFIRMED_TEST, source: int = 7) -> list[bytes]:
        now = phone.clock.now
        start = interval_number(now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY - 2 * INTERVALS_PER_DAY
        keys = [secrets.token_bytes(16) for _ in range(count)]
        PublishedKey.objects.bulk_create(
            PublishedKey(
                key=key, rolling_start_interval=start, rolling_period=144, transmission_risk=0, report_type=report,
                region="452", source=source, traveler=True, embargoed_until=now,
            )
            for key in keys
        )  # fmt: skip
        return keys

    return store


def of(exports: list[Export], field: str = "keys") -> set[bytes]:
    return {key.key for export in exports for key in getattr(export, field)}


def test_our_phones_get_every_key_and_other_authorities_those_of_our_own(phone, issue, exported, abroad):
    ours, theirs = phone.keys(3), abroad(5)
    phone.publish(issue(), ours)
    phone.clock.forward(hours=4)
    out, own = exported("452-out"), exported("452")
    assert {export.region for export in out} == {"452-out"}
    assert of(own) >= {key.key for key in ours} | set(theirs)
    assert of(out) >= {key.key for key in ours}
    assert of(out).isdisjoint(theirs)
    assert of(out) == of(own) - set(theirs)  # whoever compares both learns nothing of the made-up ones


@pytest.mark.parametrize("theirs", [0, 5, 500])
def test_keys_from_abroad_hide_nobody_so_our_own_are_padded_without_them(phone, issue, exported, abroad, theirs):
    known = set(abroad(theirs))
    phone.publish(issue(), phone.keys(2))
    phone.clock.forward(hours=4)
    assert len(of(exported("452")) - known) == LEAST
    assert len(of(exported("452-out"))) == LEAST


def test_a_batch_of_keys_from_abroad_alone_makes_no_file_for_others(phone, exported, abroad):
    theirs = abroad(5)
    phone.clock.forward(hours=4)
    assert exported("452-out") == []
    assert of(exported("452")) == set(theirs)


def test_travellers_only_go_out_and_are_padded_by_themselves(phone, issue, exported, environment):
    environment(federation_out="travellers")
    home, away = phone.keys(3), phone.keys(2)
    phone.publish(issue(), home)
    phone.publish(issue(), away, traveler=True)
    phone.clock.forward(hours=4)
    out = of(exported("452-out"))
    assert out >= {key.key for key in away}
    assert out.isdisjoint({key.key for key in home})
    assert len(out) == LEAST
    assert out < of(exported("452"))


def test_a_batch_without_travellers_makes_no_file_for_others(phone, issue, exported, environment):
    environment(federation_out="travellers")
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    assert exported("452-out") == []


def test_off_makes_neither_files_nor_an_index(phone, issue, exported, environment, settings):
    environment(federation_out="off")
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    assert exported("452-out") == []
    assert not (settings.BLUEZONE.exports / "452-out").exists()


@pytest.mark.parametrize(("setting", "ours"), [("all", "all"), ("travellers", "travellers"), ("off", "")])
def test_batches_of_contacts_keys_never_go_out_and_ours_as_the_setting_says(phone, abroad, environment, setting, ours):
    conf = environment(federation_out=setting)
    abroad(3)
    PublishedKey.objects.update(region=conf.second_order_region)
    publish(phone.clock.forward(hours=4))
    found = set(ExportBatch.objects.values_list("region", "out"))
    assert found == {(conf.region, ours), (conf.second_order_region, "")}


def test_turned_on_later_it_tells_nothing_of_before(phone, issue, exported, environment):
    environment(federation_out="off")
    phone.publish(issue(), phone.keys(3))
    publish(phone.clock.forward(hours=4))
    environment(federation_out="all")
    later = phone.keys(3)
    phone.publish(issue(), later)
    phone.clock.forward(hours=4)
    out = of(exported("452-out"))
    assert len(out) == LEAST
    assert out >= {key.key for key in later}


def revise(phone, keys, to: ReportType) -> None:
    PublishedKey.objects.filter(key__in=[key.key for key in keys]).update(
        revised_report_type=to, revised_transmission_risk=0, revised_at=phone.clock.now
    )


def test_whoever_got_a_key_learns_that_it_was_taken_back_also_after_it_was_turned_off(
    phone, issue, exported, environment
):
    keys = phone.keys(3)
    phone.publish(issue("clinical"), keys)
    publish(phone.clock.forward(hours=4))
    environment(federation_out="off")
    revise(phone, keys, ReportType.REVOKED)
    phone.clock.forward(hours=4)
    revised = of(exported("452-out"), "revised")
    assert revised >= {key.key for key in keys}
    assert len(revised) == LEAST
    assert of(exported("452"), "revised") == revised


def test_revisions_of_keys_from_abroad_stay_here(phone, issue, exported, abroad):
    theirs = abroad(3, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS)
    phone.publish(issue("clinical"), phone.keys(3))
    publish(phone.clock.forward(hours=4))
    PublishedKey.objects.filter(source=7).update(
        revised_report_type=ReportType.REVOKED, revised_transmission_risk=0, revised_at=phone.clock.now
    )
    phone.clock.forward(hours=4)
    assert of(exported("452-out"), "revised") == set()
    assert of(exported("452"), "revised") == set(theirs)  # and no made-up key of ours is revised along with them


def test_revisions_of_travellers_are_padded_by_made_up_travellers(phone, issue, exported, environment):
    environment(federation_out="travellers")
    home, away = phone.keys(3), phone.keys(2)
    phone.publish(issue("clinical"), home)
    phone.publish(issue("clinical"), away, traveler=True)
    publish(phone.clock.forward(hours=4))
    first = of(exported("452-out"))
    revise(phone, [*home, *away], ReportType.REVOKED)
    phone.clock.forward(hours=4)
    revised = of(exported("452-out"), "revised")
    assert revised == first  # two real ones among twenty that went out


def test_files_for_others_go_with_their_time(phone, issue, exported, settings):
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    assert len(exported("452-out")) == 1
    phone.clock.forward(days=15)
    purge(phone.clock.now)
    assert exported("452-out") == []
    assert [path.name for path in (settings.BLUEZONE.exports / "452-out").iterdir()] == ["index.txt"]


def test_many_keys_make_several_files_for_others(phone, issue, exported, environment):
    environment(export_max_keys=8)
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    assert [(each.batch_num, each.batch_size, len(each.keys)) for each in exported("452-out")] == [
        (1, 3, 8), (2, 3, 8), (3, 3, 4),
    ]  # fmt: skip


def test_the_index_for_others_is_served(phone, issue, exported, client):
    phone.publish(issue(), phone.keys(3))
    phone.clock.forward(hours=4)
    exported("452-out")
    index = client.get("/exports/452-out/index.txt")
    assert index.status_code == 200
    name = b"".join(index.streaming_content).decode()
    file = client.get(f"/exports/{name}")
    assert (file.status_code, file["Content-Type"]) == (200, "application/zip")
    file.close()


@pytest.mark.parametrize("kind", ["clinical", "confirmed"])
def test_keys_that_are_taken_back_are_hidden_among_made_up_ones_of_their_kind(phone, issue, exported, kind):
    keys = phone.keys(3)
    phone.publish(issue(kind), keys)
    publish(phone.clock.forward(hours=4))
    revise(phone, keys, ReportType.REVOKED)
    phone.clock.forward(hours=4)
    revised = of(exported("452"), "revised")
    assert len(revised) == LEAST
    assert revised > {key.key for key in keys}
