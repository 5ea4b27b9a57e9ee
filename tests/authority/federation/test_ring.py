"""Three installations of ours that read one another in a ring, over real HTTP."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from bluezone.protocol.exports import index_from_text, read_export
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.verification import tek_mac

NOON = 1_597_752_000
REGIONS = ("452", "456", "457")
LEAST = 20
PERIOD_S = 4 * 3_600


class Ring:
    """Three authorities, a clock for all, and the keys that phones of each have published."""

    def __init__(self, authorities: list[Any]) -> None:
        self.authorities, self.now_s = authorities, NOON
        self.own = [self._publish(authority) for authority in authorities]

    def _publish(self, authority: Any) -> set[bytes]:
        """Let a phone publish three keys with a code, over HTTP."""
        today = interval_number(self.now_s) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
        keys = [TemporaryExposureKey(secrets.token_bytes(16), today - day * INTERVALS_PER_DAY) for day in (1, 2, 3)]
        hmac_key = secrets.token_bytes(32)
        with authority.client() as client:
            code = authority.code(client)
            token = VerifyResponse.from_json(client.post("/api/verify", content=VerifyRequest(code).to_json()).content)
            asked = CertificateRequest(token.token, tek_mac(keys, hmac_key)).to_json()
            vouched = CertificateResponse.from_json(client.post("/api/certificate", content=asked).content)
            request = PublishRequest(tuple(keys), "vn.bluezone", vouched.certificate, hmac_key)
            answer = PublishResponse.from_json(client.post("/v1/publish", content=request.to_json()).content)
        assert answer.inserted_exposures == 3, answer
        return {key.key for key in keys}

    def read_one_another(self, suffix: str) -> None:
        """Let each read the one before it, in place of what it read."""
        for at, authority in enumerate(self.authorities):
            before = self.authorities[at - 1]
            region = REGIONS[at - 1]
            for known in authority.json("federation", "list")["sources"]:
                authority.json("federation", "remove", str(known["number"]))
            pem = authority.var / "other.pem"
            pem.write_text(before.json("public-keys")["export"][0]["public_key_pem"])
            authority.json(
                "federation", "add", "--index-url", f"{before.url}/exports/{region}{suffix}/index.txt",
                "--public-key", str(pem), "--region", f"{region}{suffix}", "--key-id", region, "--key-version", "v1",
            )  # fmt: skip

    def turn(self) -> None:
        """Let a period pass: all publish, then all read."""
        self.now_s += PERIOD_S
        for authority in self.authorities:
            authority.set_clock(self.now_s)
        for authority in self.authorities:
            authority.json("publish")
        for authority in self.authorities:
            assert authority.json("federation", "read")["troubled"] == 0

    def found(self, at: int, suffix: str = "") -> set[bytes]:
        """The keys in an authority's files, as anybody fetches them."""
        region = REGIONS[at] + suffix
        with self.authorities[at].client() as client:
            names = index_from_text(client.get(f"/exports/{region}/index.txt").text, f"{region}/")
            files = [read_export(client.get(f"/exports/{name}").content).export for name in names]
        return {key.key for export in files for key in export.keys}


@pytest.fixture
def make(tmp_path: Path, installation_at: Callable[..., Any], on_sqlite: Any) -> Iterator[Callable[..., Any]]:
    """Makes a running authority with an export key of its own."""
    with ExitStack() as stack:

        def run(region: str) -> Any:
            authority = installation_at(shutil.copytree(on_sqlite.var, tmp_path / region))
            authority.token = on_sqlite.token
            authority.settings = {
                "BLUEZONE_INTERNAL_HOSTS": "127.0.0.1",
                "BLUEZONE_REGION": region, "BLUEZONE_FEDERATION_OUT": "all", "BLUEZONE_EXPORT_MIN_KEYS": str(LEAST),
                "BLUEZONE_EXPORT_JITTER_KEYS": "0", "BLUEZONE_ANSWER_AT_MS": "0",
            }  # fmt: skip
            renew_export_key(authority)
            authority.start()
            stack.callback(authority.stop)
            return authority

        yield run


def renew_export_key(authority: Any) -> None:
    """Give a copied installation a signing key that no other has."""
    with closing(sqlite3.connect(authority.var / "db.sqlite3")) as database, database:
        database.execute("DELETE FROM signing_signingkey WHERE purpose = 'export'")
    (authority.var / "secrets" / "export-v1.pem").unlink()
    done = authority.run("keys", "create", "export", "--from", "2020-01-01")
    assert done.returncode == 0, done.stderr


@pytest.mark.thorough
def test_what_came_from_a_source_never_goes_back_to_it_over_two_hops_either(make):
    ring = Ring([make(region) for region in REGIONS])
    ring.read_one_another("-out")
    for _ in range(4):
        ring.turn()
    for at in range(3):
        before, after = ring.own[at - 1], ring.own[(at + 1) % 3]
        assert ring.found(at) >= ring.own[at] | before, "our phones get what was read"
        out = ring.found(at, "-out")
        assert out >= ring.own[at]
        assert len(out) == LEAST
        assert out.isdisjoint(before | after)
        assert ring.found(at).isdisjoint(after), "nobody hands on what came from the one before"
        (source,) = ring.authorities[at].json("federation", "list")["sources"]
        assert (source["keys"], source["known"], source["bad_files"]) == (LEAST, 0, 0)

    # Whoever reads the files that are meant for phones gets keys over two hops; and still no own key comes back.
    ring.read_one_another("")
    for _ in range(4):
        ring.turn()
    everywhere = set().union(*ring.own)
    for at in range(3):
        assert ring.found(at) >= everywhere
        out = ring.found(at, "-out")
        assert len(out) == LEAST
        assert out & everywhere == ring.own[at]
        (source,) = ring.authorities[at].json("federation", "list")["sources"]
        assert source["known"] >= LEAST, "its own keys were offered to it"
