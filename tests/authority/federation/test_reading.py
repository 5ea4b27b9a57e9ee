"""Read another authority's index and key files: which keys are stored or refused, what is recorded of each file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.authority.errors import JobBusyError
from bluezone.authority.federation import queries, reading, services
from bluezone.authority.federation.models import Source, SourceFile
from bluezone.authority.federation.reading import ReadReport
from bluezone.authority.federation.rules import Trouble, UnfitError
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.retention import purge
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.export_archive import pack, unpack
from bluezone.protocol.exports import Export, ExportSigner, build_export
from bluezone.protocol.keys import ReportType

CLINICAL, CONFIRMED = ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.CONFIRMED_TEST


def stored(source: Source | None = None) -> set[bytes]:
    rows = PublishedKey.objects.filter(made_up=False, source=source and source.pk)
    return {bytes(key) for key in rows.values_list("key", flat=True)}


def of(keys) -> set[bytes]:
    return {each.key for each in keys}


def bad_file() -> SourceFile:
    return SourceFile.objects.get(state=SourceFile.State.BAD)


def test_keys_are_stored_with_where_they_came_from(other, source, read):
    keys = other.keys(3, days_since_onset=1, transmission_risk=4) + other.keys(2, report=ReportType.UNKNOWN)
    other.publish(keys)
    assert read() == ReadReport(files=1, keys=5)
    assert stored(source) == of(keys)
    row = PublishedKey.objects.get(key=keys[0].key)
    assert (row.region, row.source, row.traveler, row.transmission_risk, row.days_since_onset, row.report_type) == (
        "452", source.pk, False, 4, 1, CONFIRMED,
    )  # fmt: skip
    assert PublishedKey.objects.get(key=keys[4].key).report_type == CONFIRMED


def test_a_file_is_fetched_once_and_only_what_is_new_after_that(other, source, read, web):
    other.publish(other.keys(2))
    read()
    other.publish(other.keys(2))
    web.asked.clear()
    assert read() == ReadReport(files=1, keys=2)
    assert [url.rpartition("-")[2] for url in web.asked[1:]] == ["00002.zip"]
    assert read() == ReadReport()


def test_keys_of_a_source_of_travellers_are_marked(other, source, read):
    Source.objects.update(travellers=True)
    other.publish(other.keys(2))
    read()
    assert set(PublishedKey.objects.values_list("traveler", flat=True)) == {True}


def test_keys_that_cannot_be_taken_are_counted_by_why_and_the_others_are_taken(other, source, read):
    good = other.keys(3)
    old, revoked = other.keys(2, days_ago=16), other.keys(1, report=ReportType.REVOKED)
    other.publish(good + old + revoked + other.keys(1, report=ReportType.RECURSIVE))
    read()
    assert stored(source) == of(good)
    row = SourceFile.objects.get()
    assert row.refused == {"too old": 2, "withdrawn": 1, "second order": 1}
    assert (row.state, row.position, row.taken, row.known) == ("read", 7, 3, 0)


def test_a_key_still_on_the_air_is_held_back_like_our_own(other, source, read, phone):
    other.publish(other.keys(1, days_ago=0))
    read()
    assert PublishedKey.objects.get().embargoed_until == dt.datetime(2020, 8, 19, 2, tzinfo=dt.UTC)


def test_first_keys_change_nothing_that_is_there(other, source, read, phone, issue):
    """Neither a key of ours nor one of another source is overwritten by who publishes it again."""
    ours = phone.keys(2)
    phone.publish(issue(), ours)
    before = list(PublishedKey.objects.order_by("id").values())
    other.publish([replace(key, report_type=CLINICAL, transmission_risk=8) for key in ours])
    assert read() == ReadReport(files=1)
    assert list(PublishedKey.objects.order_by("id").values()) == before
    assert SourceFile.objects.get().known == 2


def test_a_revised_key_revises_what_came_from_that_source(other, source, read, revised):
    keys = other.keys(3, report=CLINICAL, days_since_onset=0)
    other.publish(keys)
    read()
    other.publish([], [revised(keys[0], CONFIRMED), revised(keys[1], ReportType.REVOKED)])
    assert read() == ReadReport(files=1, revised=2)
    types = dict(PublishedKey.objects.values_list("key", "revised_report_type"))
    assert {bytes(key): kind for key, kind in types.items()} == {
        keys[0].key: CONFIRMED, keys[1].key: ReportType.REVOKED, keys[2].key: None,
    }  # fmt: skip


def test_one_file_may_bring_a_key_and_its_revision(other, source, read, revised):
    (key,) = other.keys(1, report=CLINICAL)
    other.publish([key], [revised(key, CONFIRMED)])
    assert read() == ReadReport(files=1, keys=1, revised=1)


@pytest.mark.parametrize("whose", ["ours", "another source's", "nobody's"])
def test_a_revised_key_touches_nothing_of_others_and_inserts_nothing(
    other, source, read, phone, issue, revised, whose, web
):
    key = phone.keys(1)[0]
    if whose == "ours":
        phone.publish(issue("clinical"), [key])
    elif whose == "another source's":
        (key,) = other.keys(1, report=CLINICAL)
        other.publish([key])
        read()
        PublishedKey.objects.update(source=source.pk + 1)
    before = list(PublishedKey.objects.values())
    other.publish([], [revised(key, ReportType.REVOKED)])
    assert read().revised == 0
    assert list(PublishedKey.objects.values()) == before
    assert SourceFile.objects.latest("id").refused == {"not revisable": 1}


@pytest.mark.parametrize(
    ("first", "then"),
    [(CONFIRMED, CLINICAL), (CLINICAL, ReportType.SELF_REPORT), (ReportType.SELF_REPORT, CLINICAL)],
)
def test_a_revision_that_ours_could_not_make_others_cannot_either(other, source, read, revised, first, then):
    (key,) = other.keys(1, report=first)
    other.publish([key], [revised(key, then)])
    assert read() == ReadReport(files=1, keys=1)


def test_a_revision_of_another_span_is_none(other, source, read):
    (key,) = other.keys(1, report=CLINICAL)
    other.publish([key], [replace(key, report_type=CONFIRMED, rolling_period=100)])
    assert read() == ReadReport(files=1, keys=1)


def wrong_signature(other):
    stranger = ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "66", "v1")
    return build_export(Export(other.region, 0, 10, keys=tuple(other.keys(2))), [stranger])


def other_key_id(other):
    named = ExportSigner(other.signer.private_key, "67", "v1")
    return build_export(Export(other.region, 0, 10, keys=tuple(other.keys(2))), [named])


def altered(other):
    content, signatures = unpack(build_export(Export(other.region, 0, 10, keys=tuple(other.keys(2))), [other.signer]))
    return pack(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:], signatures)


def other_region(other):
    return build_export(Export("67", 0, 10, keys=tuple(other.keys(2))), [other.signer])


def of_the_future(other):
    end_s = int((other.now + dt.timedelta(days=3)).timestamp())
    return build_export(Export(other.region, 0, end_s, keys=tuple(other.keys(2))), [other.signer])


def no_zip(other):
    return b"<html>Not found</html>"


def not_there(other):
    return UnfitError(Trouble.ANSWER, "HTTP 404")


def too_large(other):
    return UnfitError(Trouble.TOO_LARGE, "more than the 33554432 bytes allowed")


@pytest.mark.parametrize(
    ("make", "trouble"),
    [
        (wrong_signature, Trouble.SIGNATURE),
        (other_key_id, Trouble.SIGNATURE),
        (altered, Trouble.SIGNATURE),
        (other_region, Trouble.REGION),
        (of_the_future, Trouble.FUTURE),
        (no_zip, Trouble.DAMAGED),
        (not_there, Trouble.ANSWER),
        (too_large, Trouble.TOO_LARGE),
    ],
)
def test_a_bad_file_is_noted_and_the_rest_goes_on(other, source, read, phone, make, trouble):
    other.put("66/1-2-00001.zip", make(other))
    good = other.keys(2)
    other.publish(good)
    assert read() == ReadReport(files=1, keys=2, bad=1)
    assert stored(source) == of(good)
    row = bad_file()
    assert (row.trouble, row.retry_at) == (trouble, phone.clock.now + dt.timedelta(hours=6))
    assert row.detail
    assert Source.objects.get().trouble == ""


def test_a_bad_file_is_tried_again_after_six_hours_and_no_sooner(other, source, read, phone, web):
    name = other.put("66/1-2-00001.zip", no_zip(other))
    read()
    other.put(name, build_export(Export(other.region, 0, 10, keys=tuple(other.keys(2))), [other.signer]))
    phone.clock.forward(hours=5, minutes=59)
    web.asked.clear()
    assert read() == ReadReport()
    assert web.asked == [other.index_url]
    phone.clock.forward(minutes=1)
    assert read() == ReadReport(files=1, keys=2)
    row = SourceFile.objects.get()
    assert (row.state, row.trouble, row.detail, row.retry_at) == ("read", "", "", None)


def test_one_key_that_is_none_makes_its_file_bad_and_none_of_it_is_taken(other, source, read):
    from bluezone.protocol import export_pb2 as wire
    from bluezone.protocol.exports import HEADER

    message = wire.TemporaryExposureKeyExport(region="66", start_timestamp=0, end_timestamp=10)
    for size in [16] * 1_500 + [15]:
        message.keys.add(key_data=other.keys(1)[0].key[:size], rolling_start_interval_number=2_662_000)
    content = HEADER + message.SerializeToString()

    signature = other.signer.private_key.sign(content)
    info = wire.SignatureInfo(
        verification_key_id="66", verification_key_version="v1", signature_algorithm="1.2.840.10045.4.3.2"
    )
    listed = wire.TEKSignatureList(
        signatures=[wire.TEKSignature(signature_info=info, batch_num=1, batch_size=1, signature=signature)]
    )
    other.put("66/1.zip", pack(content, listed.SerializeToString()))
    assert read() == ReadReport(bad=1)
    assert stored(source) == set()
    assert bad_file().trouble == Trouble.DAMAGED


@pytest.mark.parametrize(
    ("index", "trouble"),
    [
        (UnfitError(Trouble.UNREACHABLE, "no answer"), Trouble.UNREACHABLE),
        (UnfitError(Trouble.ANSWER, "HTTP 302"), Trouble.ANSWER),
        (b"66/1.zip\n../../etc/passwd.zip", Trouble.DAMAGED),
        (b"https://elsewhere.example/1.zip", Trouble.DAMAGED),
        (b"66/1.zip\n" * 5_001, Trouble.DAMAGED),
        (b"66/" + b"x" * 250 + b".zip", Trouble.DAMAGED),
        ("66/tệp.zip".encode(), Trouble.DAMAGED),
    ],
)
def test_an_index_that_cannot_be_read_is_noted_at_its_source_and_other_sources_are_read(
    other, source, read, web, phone, index, trouble
):
    web.found[other.index_url] = index
    second = "https://second.example/66/index.txt"
    services.add(name="hai", index_url=second, pem=other.pem, region="66", now=phone.clock.now)
    web.found[second] = b""
    assert read() == ReadReport(troubled=1)
    source.refresh_from_db()
    assert (source.trouble, source.read_at, source.tried_at) == (trouble, None, phone.clock.now)
    assert Source.objects.get(name="hai").read_at == phone.clock.now


def test_a_file_whose_server_does_not_answer_is_no_bad_file(other, source, read, web):
    """The net was away: after it is back nothing waits for six hours."""
    name = other.publish(other.keys(1))
    whole = web.found[f"https://keys.example/exports/{name}"]
    other.put(name, UnfitError(Trouble.UNREACHABLE, "no answer"))
    assert read() == ReadReport(troubled=1)
    other.put(name, whole)
    assert read() == ReadReport(files=1, keys=1)


def test_a_file_signed_by_old_and_new_key_is_believed_by_either(other, source, read, phone):
    new = ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "66", "v2")
    content = build_export(Export("66", 0, 10, keys=tuple(other.keys(2))), [new, other.signer])
    other.put("66/1.zip", content)
    assert read().keys == 2


def test_a_new_key_is_trusted_and_what_it_signed_is_tried_at_once(other, source, read, phone):
    other.signer = ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "66", "v2")
    other.publish(other.keys(2))
    assert read().bad == 1
    services.trust(source, other.pem, phone.clock.now, key_id="66", key_version="v2")
    assert read() == ReadReport(files=1, keys=2)


def test_a_paused_source_is_not_asked_and_goes_on_when_it_is_resumed(other, source, read, web, phone):
    other.publish(other.keys(1))
    services.pause(source, phone.clock.now)
    assert read() == ReadReport()
    assert web.asked == []
    services.resume(source)
    assert read().keys == 1


def test_a_source_paused_while_it_is_read_gives_no_key_more(other, source, read, web, phone, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    other.publish(other.keys(6))
    real, calls = reading.foreign.insert, []

    def insert(*args, **kwargs):
        done = real(*args, **kwargs)
        calls.append(done)
        services.pause(source, phone.clock.now)
        return done

    monkeypatch.setattr(reading.foreign, "insert", insert)
    read()
    assert calls == [2]
    assert SourceFile.objects.get().state == "reading"
    services.resume(source)
    monkeypatch.setattr(reading.foreign, "insert", real)
    assert read() == ReadReport(files=1, keys=4)


def test_after_as_many_keys_as_a_day_may_bring_the_rest_waits_for_the_next(other, source, read, phone):
    Source.objects.update(keys_a_day=3)
    for _ in range(3):
        other.publish(other.keys(2))
    assert read() == ReadReport(files=2, keys=4)
    assert Source.objects.get().trouble == Trouble.DAY_FULL
    phone.clock.forward(hours=11)
    assert read() == ReadReport()
    phone.clock.forward(hours=2)
    assert read() == ReadReport(files=1, keys=2)
    assert Source.objects.get().trouble == ""


def test_a_slow_source_takes_no_turn_of_the_others(other, source, read, web, phone):
    second = "https://second.example/66/index.txt"
    services.add(name="hai", index_url=second, pem=other.pem, region="66", now=phone.clock.now)
    web.found[second] = b""
    for _ in range(3):
        other.publish(other.keys(1))
    seconds = iter(range(0, 100_000, 250))
    reading.read_all(phone.clock.now, web, lambda: float(next(seconds)))
    assert SourceFile.objects.filter(state="read").count() < 3
    assert second in web.asked


def test_a_source_of_which_nothing_was_read_gave_nothing(source):
    assert queries.sums(source) == queries.Sums(files=0, bad=0, taken=0, known=0, revised=0, refused={})


def test_two_never_read_at_once(other, source, read):
    with job_lock("federation"), pytest.raises(JobBusyError):
        read()


def test_a_removed_source_is_kept_until_its_last_key_is_gone(other, source, read, phone):
    from bluezone.authority.federation.retention import purge as purge_sources

    other.publish(other.keys(1))
    read()
    services.remove(source, phone.clock.now, withdraw=False)
    phone.clock.forward(days=13)
    purge_sources(phone.clock.now)
    assert Source.objects.exists()
    phone.clock.forward(days=4)
    purge(phone.clock.now)
    purge_sources(phone.clock.now)
    assert not Source.objects.exists()
    assert not SourceFile.objects.exists()


def test_a_file_is_forgotten_16_days_after_the_index_named_it_last(other, source, read, phone, web):
    other.publish(other.keys(1))
    read()
    phone.clock.forward(days=17)
    read()
    assert SourceFile.objects.count() == 1  # still named
    web.found[other.index_url] = b""
    read()
    assert SourceFile.objects.count() == 0


def test_taking_back_a_source_deletes_what_waits_and_revokes_what_phones_have(other, source, read, phone):
    from bluezone.authority.keys.batches import publish

    out, waiting = other.keys(2), other.keys(1)
    other.publish(out)
    read()
    phone.clock.forward(hours=4)
    publish(phone.clock.now)
    other.publish(waiting)
    read()
    assert services.remove(source, phone.clock.now, withdraw=True) == 3
    rows = PublishedKey.objects.filter(source=source.pk)
    assert {bytes(row.key) for row in rows} == of(out)
    assert {row.revised_report_type for row in rows} == {ReportType.REVOKED}


def test_our_phone_that_publishes_what_came_from_abroad_is_answered_and_changes_nothing(
    other, source, read, phone, issue
):
    """Accept an upload of keys that came by federation before: a patient may give the same keys to two countries."""
    abroad, new = phone.keys(1), phone.keys(2, ending_days_ago=3)
    other.publish([replace(abroad[0], report_type=CLINICAL)])
    read()
    answer = phone.publish(issue(), abroad + new)
    assert (answer.error, answer.inserted_exposures) == ("", 3)
    row = PublishedKey.objects.get(key=abroad[0].key)
    assert (row.source, row.report_type, row.revised_report_type) == (source.pk, CLINICAL, None)
    assert stored() == of(new)
