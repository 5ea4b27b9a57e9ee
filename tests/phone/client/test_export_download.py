from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import httpx
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.phone.doubles import client_of

from bluezone.phone.client.downloads import download_exports
from bluezone.phone.client.http import ConnectionFailedError, RefusedError, checked_base_url
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportError, ExportLimits, ExportSigner, TrustedKey, verify_export
from bluezone.protocol.keys import TemporaryExposureKey

NOW = 1_597_276_800 + 86_400
HOUR = 3600


def keys(count: int, first: int = 0) -> list[TemporaryExposureKey]:
    start = 1_597_276_800 // 600
    return [TemporaryExposureKey((first + number).to_bytes(16, "big"), start) for number in range(count)]


def run(authority, exposure_store, now_s: float = NOW, client=None, **changes):
    arguments = {"base_url": authority.URL, "region": "452", "trusted_keys": authority.trusted} | changes
    return download_exports(client or authority.client(), exposure_store, now_s=now_s, **arguments)


def asked(authority) -> list[str]:
    return [request.url.path for request in authority.requests]


def test_only_files_not_yet_seen_are_fetched(authority, exposure_store):
    first = authority.export(keys(3))
    assert run(authority, exposure_store).stored == (first,)
    second = authority.export(keys(3), start_s=NOW - 7200)
    authority.requests.clear()
    report = run(authority, exposure_store)
    assert (report.stored, report.listed) == ((second,), 2)
    assert asked(authority) == ["/exports/452/index.txt", f"/exports/{second}"]
    assert exposure_store.unchecked_exports() == sorted([first, second])
    assert verify_export(exposure_store.export_content(first), authority.trusted).keys == tuple(keys(3))


def test_a_file_that_was_checked_is_not_fetched_again(authority, exposure_store):
    name = authority.export(keys(1))
    run(authority, exposure_store)
    exposure_store.mark_checked(name, NOW, 1, [], [])
    authority.requests.clear()
    run(authority, exposure_store)
    assert asked(authority) == ["/exports/452/index.txt"]


@pytest.mark.parametrize(("files", "listed"), [(0, 0), (1, 1), (28, 28), (29, 28), (60, 28)])
def test_of_the_index_the_end_can_be_asked_for_and_a_line_that_is_cut_is_passed_over(
    authority, exposure_store, files, listed
):
    names = [authority.export(keys(1), start_s=1_596_900_000 + 7_200 * at) for at in range(files)]
    assert run(authority, exposure_store, newest_only=True).stored == tuple(names[files - listed :])
    assert authority.requests[0].headers["Range"] == "bytes=-1024"
    assert len(run(authority, exposure_store).stored) == files - listed


def test_requests_carry_nothing_that_identifies(authority, exposure_store):
    authority.export(keys(1))
    client = authority.client()
    client.headers["User-Agent"] = "a rare phone, version 7"
    client.cookies.set("session", "abc")
    run(authority, exposure_store, client=client)
    for request in authority.requests:
        assert request.method == "GET"
        assert request.content == b""
        assert request.url.query == b""
        assert dict(request.headers).keys() == {
            "host", "user-agent", "accept", "accept-encoding", "accept-language", "connection",
        }  # fmt: skip
        assert request.headers["User-Agent"] == "Bluezone"


# --- files that cannot be trusted ------------------------------------------------------------------


def a_strangers(authority):
    authority.signer = ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "452", "v1")
    authority.export(keys(1))


def cut_off(authority):
    name = authority.export(keys(1))
    authority.files[name] = authority.files[name][:-30]


def altered(authority):
    name = authority.export(keys(1))
    content = bytearray(authority.files[name])
    content[60] ^= 1
    authority.files[name] = bytes(content)


def of_another_region(authority):
    authority.export(keys(1), region="84")


def old_under_a_new_name(authority):
    authority.export(keys(1), start_s=NOW - 90000, name=f"452/{NOW - 7200}-{NOW}-00001.zip")


def oddly_named(authority):
    authority.export(keys(1), name="452/latest.zip")


def of_the_future(authority):
    authority.export(keys(1), start_s=NOW + 90000)


def missing(authority):
    authority.files[f"452/{NOW}-{NOW + 1}-00001.zip"] = None


def too_large(authority):
    authority.files[f"452/{NOW}-{NOW + 1}-00001.zip"] = bytes(200_000)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (a_strangers, "signature is wrong"),
        (cut_off, "cut off"),
        (altered, "export"),
        (of_another_region, "region '84'"),
        (old_under_a_new_name, "another time or batch"),
        (oddly_named, "start-end-batch"),
        (of_the_future, "future"),
        (missing, "HTTP 404"),
        (too_large, "more than the 100000 bytes"),
    ],
)
def test_a_bad_file_is_reported_and_skipped_and_the_good_ones_are_kept(authority, exposure_store, spoil, what):
    good = authority.export(keys(2), start_s=NOW - 50000)
    spoil(authority)
    bad = next(name for name in authority.files if name != good)
    report = run(authority, exposure_store, limits=ExportLimits(file_bytes=100_000))
    assert report.stored == (good,)
    assert [name for name, _ in report.bad] == [bad]
    assert what in report.bad[0][1]
    assert exposure_store.known_exports() == {good}


def test_a_bad_file_is_tried_again_later_and_later_and_never_forgotten_for_good(authority, exposure_store):
    name = authority.export(keys(1))
    good = authority.files[name]
    authority.files[name] = good[:-1]
    assert [bad for bad, _ in run(authority, exposure_store).bad] == [name]
    tried_at, now = [], NOW
    for _ in range(96):
        now += HOUR
        report = run(authority, exposure_store, now)
        if report.bad:
            tried_at.append((now - NOW) // HOUR)
        else:
            assert report.resting == (name,)
    assert tried_at == [1, 3, 7, 15, 31, 55, 79]
    authority.files[name] = good
    assert run(authority, exposure_store, now + 24 * HOUR).stored == (name,)
    assert run(authority, exposure_store, now + 24 * HOUR).resting == ()


def test_a_clock_put_back_does_not_make_a_bad_file_wait_for_years(authority, exposure_store):
    name = authority.export(keys(1))
    good = authority.files[name]
    authority.files[name] = good[:-1]
    run(authority, exposure_store, NOW + 365 * 86400)
    authority.files[name] = good
    assert run(authority, exposure_store, NOW).stored == (name,)


def test_a_key_that_is_not_pinned_is_not_trusted_and_one_of_several_is(authority, exposure_store):
    authority.export(keys(1))
    other = TrustedKey(SigningKey(ec.generate_private_key(ec.SECP256R1())).public_key(), "452", "v1")
    assert run(authority, exposure_store, trusted_keys=(other,)).stored == ()
    assert len(run(authority, exposure_store, NOW + HOUR, trusted_keys=(other, *authority.trusted)).stored) == 1
    with pytest.raises(PhoneError, match="pinned"):
        run(authority, exposure_store, trusted_keys=())


# --- an index or a network that cannot be trusted ---------------------------------------------------


def test_an_index_that_leads_elsewhere_is_refused_whole(authority, exposure_store):
    lines = "452/1-2-00001.zip\nhttps://elsewhere.example/1-2-1.zip"
    with pytest.raises(ExportError, match="index"):
        run(authority, exposure_store, client=client_of(httpx.Response(200, text=lines)))


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(500), ConnectionFailedError),
        (httpx.Response(429), ConnectionFailedError),
        (httpx.Response(404), RefusedError),
        (httpx.Response(302, headers={"Location": "http://elsewhere.example/"}), RefusedError),
        (httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"bomb")), RefusedError),
        (httpx.Response(200, content=bytes(2**20 + 1)), RefusedError),
    ],
    ids=["500", "429", "404", "redirect", "compressed", "endless"],
)
def test_an_answer_that_is_not_an_index_is_one_clear_error(authority, exposure_store, response, error):
    with pytest.raises(error):
        run(authority, exposure_store, client=client_of(response))


def test_a_network_that_fails_keeps_what_was_fetched_and_the_next_sync_goes_on(authority, exposure_store):
    names = [authority.export(keys(1), start_s=NOW - HOUR * number) for number in range(5, 0, -1)]
    count = 0

    def flaky(request):
        nonlocal count
        count += 1
        if count == 4:
            raise httpx.ReadTimeout("slow", request=request)
        return authority.handle(request)

    with pytest.raises(ConnectionFailedError, match="ReadTimeout"):
        run(authority, exposure_store, client=client_of(flaky))
    assert sorted(exposure_store.known_exports()) == names[:2]
    assert run(authority, exposure_store).stored == tuple(names[2:])


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/base/", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("http://a.example", False),
        ("http://127.0.0.1.a.example", False),
        ("https://user@a.example", False),
        ("https://a.example/?q", False),
        ("ftp://a.example", False),
        ("a.example", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_the_authority_is_spoken_to_over_https_only(url, good):
    if good:
        assert checked_base_url(url) == url.rstrip("/")
    else:
        with pytest.raises(PhoneError, match="address"):
            checked_base_url(url)


def test_a_sync_killed_at_any_moment_goes_on_where_it_was(authority, tmp_path, virtual):
    """A real process over a real socket, killed by SIGKILL again and again: no file is stored half, none twice."""
    names = [authority.export(keys(40, first=100 * n), start_s=NOW - 9000 - 60 * n) for n in range(60)]
    path = tmp_path / PHONE
    rng = np.random.default_rng(8)
    kills = 0
    with authority.served() as url:

        def work(pipe_end: int) -> None:
            child = ExposureStore(open_database(PHONE, tmp_path))
            with httpx.Client(verify=False) as client:  # not to load certificates that plain http does not need
                os.write(pipe_end, b".")
                run(authority, child, client=client, base_url=url)

        ExposureStore(open_database(PHONE, tmp_path)).database.close()
        while True:
            exposure_store = ExposureStore(open_database(PHONE, tmp_path))
            stored = exposure_store.known_exports()
            for name in stored:
                assert len(verify_export(exposure_store.export_content(name), authority.trusted).keys) == 40
            assert exposure_store.resting_exports(NOW) == {}
            exposure_store.database.close()
            with closing(sqlite3.connect(path)) as db, db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            db.close()
            if len(stored) == len(names):
                break
            virtual.kill_child(work, rng.uniform(0, 0.03 * (1 + kills / 5)))
            kills += 1
    assert kills > 3
    fetched = [path for path in asked(authority) if path.endswith(".zip")]
    assert len(fetched) <= len(names) + kills  # at most the one under way at each kill is fetched again


def test_limits_of_the_caller_hold(authority, exposure_store):
    authority.export(keys(400))
    report = run(authority, exposure_store, limits=replace(ExportLimits(), bin_bytes=1000))
    assert "more than the 1000 allowed" in report.bad[0][1]
