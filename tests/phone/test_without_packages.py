"""A whole phone in processes that can import nothing but what the extra `phone` brings, as on a telephone.

Its screens are agreed to over HTTP, and its commands run against an authority on a socket. What it is given to read
(exports, contacts, settings) is written here with the package cryptography, and what it writes is read here: so the
two libraries meet in the same files, too.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.phone.settings import OF_VIET_NAM, phone_settings

from bluezone import extras
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.host import DeviceUptime
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.encryption import device_cipher
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.crypto.keys import pem_of
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

ABSENT = sorted({"scipy", *(name for name, brought_by in extras.PACKAGES.items() if "phone" not in brought_by)})
ALONE = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT!r}))  # importing one of them raises
"""
COMMAND = f"""{ALONE}
from bluezone.cli.main import main
sys.argv[0] = "bluezone"
main()
"""
REFUSED = """
for name in ("numpy", "cryptography", "jwt", "bumble"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        print(name)
from bluezone.protocol.crypto.default import crypto
print(crypto().name)
"""
TODAY = day_start_s(time.time())  # noqa: TID251 (the command takes the real time)
EN = scheme_named("en")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "phone"


@pytest.fixture
def alone(folder):
    """`bluezone phone --folder FOLDER ...`, which must work; what it printed, as JSON."""

    def run(*arguments: object) -> dict:
        words = [sys.executable, "-c", COMMAND, "phone", "--folder", folder, *arguments]
        ended = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended
        return json.loads(ended.stdout) if "--json" in arguments else {}

    return run


def agree(folder: Path) -> None:
    """Go through the welcome as an owner does: bluetooth yes, counted yes, and the last yes of all."""
    serve = ["phone", "--folder", str(folder), "serve", "--port", "0", "--notify", "none", "--json"]
    with subprocess.Popen([sys.executable, "-c", COMMAND, *serve], stdout=subprocess.PIPE, text=True) as screens:
        try:
            assert screens.stdout is not None
            url = json.loads(screens.stdout.readline())["url"]
            origin = url.partition("/enter")[0]
            with httpx.Client(follow_redirects=True, headers={"Origin": origin}, timeout=30) as owner:
                assert owner.get(url).is_success
                assert str(owner.get(f"{origin}/").url).startswith(f"{origin}/welcome")
                for path, answer in (("/welcome/permissions", "all"), ("/welcome/counted", "yes"), ("/welcome", "")):
                    owner.post(f"{origin}{path}", data={"answer": answer}).raise_for_status()
                assert str(owner.get(f"{origin}/").raise_for_status().url) == f"{origin}/"
        finally:
            screens.send_signal(signal.SIGTERM)
    assert screens.returncode == 0


def test_the_packages_are_refused_and_libcrypto_serves():
    ended = subprocess.run([sys.executable, "-c", ALONE + REFUSED], capture_output=True, text=True, check=True)
    *refused, library = ended.stdout.splitlines()
    assert refused == ["numpy", "cryptography", "jwt", "bumble"]
    assert library.startswith("libcrypto, OpenSSL 3")


def test_what_only_a_terminal_or_a_server_wants_is_not_in_a_phones_memory():
    """Megabytes each: rich and pygments of httpx's command line and of reports, segno before a code is drawn."""
    modules = "bluezone.cli.phone.running, bluezone.cli.phone.screens, bluezone.cli.phone.sharing"
    asked = f"import sys, {modules}, bluezone.phone.web.server"
    named = "print({'rich', 'pygments', 'segno', 'babel', 'websockets', 'httptools', 'uvloop'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", f"{asked}; {named}"], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"


def test_a_phone_joins_agrees_fetches_matches_warns_and_publishes(alone, authority, folder, tmp_path, virtual):
    met = TemporaryExposureKey(b"a case of today.", TODAY // 600 - 144)
    pinned = {"key_id": "452", "key_version": "v1", "public_key_pem": pem_of(authority.private_key.public_key())}
    public_keys = tmp_path / "public-keys.json"
    public_keys.write_text(json.dumps({"region": "452", "country": OF_VIET_NAM, "export": [pinned]}))
    with authority.served() as url:
        alone("init", "--authority-url", url, "--public-keys", public_keys)
        agree(folder)

        book = ContactStore(open_database(CONTACTS, folder, device_cipher(folder, os.urandom)), EN)
        virtual.meet(book, met, TODAY - 43_200, minutes=20, swing_db=4)
        book.database.close()
        name = authority.export([met], start_s=TODAY - 7_200)

        assert alone("sync", "--json")["stored"] == [name]
        found = alone("check", "--json")
        assert found["keys_matched"] == 1
        assert [alert["policy"] for alert in found["new_alerts"]] == ["bluezone"]
        assert len(alone("status", "--json")["alerts"]) == 1

        settings = phone_settings(folder, cipher=device_cipher(folder, os.urandom))
        phone = Phone(settings, None, time.time, os.urandom, None, uptime=DeviceUptime())  # noqa: TID251
        own = phone.stores.keys.key_at(TODAY)
        phone.close()
        authority.codes.add("12345678")
        assert alone("publish", "12345678", "--consent", "--json")["keys_sent"] == 1
    assert set(authority.stored) == {own.key}


def test_an_export_that_nobody_trusted_signed_is_refused_in_one_sentence(alone, authority, tmp_path, folder):
    stranger = type(authority)()
    pinned = {"key_id": "452", "key_version": "v1", "public_key_pem": pem_of(stranger.private_key.public_key())}
    public_keys = tmp_path / "public-keys.json"
    public_keys.write_text(json.dumps({"region": "452", "country": OF_VIET_NAM, "export": [pinned]}))
    with authority.served() as url:
        alone("init", "--authority-url", url, "--public-keys", public_keys)
        name = authority.export([TemporaryExposureKey(b"of a stranger...", TODAY // 600 - 144)])
        words = [sys.executable, "-c", COMMAND, "phone", "--folder", str(folder), "sync", "--json"]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    facts = json.loads(ended.stdout)
    assert facts["stored"] == []
    assert "signature is wrong" in str(facts)
    assert name in str(facts)
