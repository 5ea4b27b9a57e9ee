"""What a phone makes of an authority that cannot answer, and of a certificate of another time."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.phone.doubles import client_of

from bluezone.phone.client import http

KEY = ec.derive_private_key(7, ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
PAST, BEFORE, AFTER, LATER = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1999, 2001, 2098, 2099))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), http.UnavailableError),
        (httpx.Response(500), http.UnavailableError),
        (httpx.Response(429), http.UnavailableError),
        (httpx.ConnectError("no net"), http.ConnectionFailedError),
        (httpx.ReadTimeout("slow"), http.ConnectionFailedError),
    ],
)
def test_an_authority_that_is_down_is_not_a_net_that_is_gone(
    answer: httpx.Response | Exception, error: type[Exception]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise answer

    with client_of(fail if isinstance(answer, Exception) else answer) as client, pytest.raises(error) as failed:
        http.post(client, "https://authority.example/x", b"{}", 1_000)
    assert type(failed.value) is error


@pytest.mark.parametrize(
    ("date", "told"), [("Thu, 26 Nov 2026 12:00:00 GMT", [1_795_694_400.0]), ("soon", []), ("", []), (None, [])]
)
def test_the_authoritys_time_is_told_where_it_says_one(date: str | None, told: list[float]) -> None:
    headers = {} if date is None else {"Date": date}
    found: list[float] = []
    with client_of(httpx.Response(200, headers=headers, content=b"{}")) as client:
        http.post(client, "https://authority.example/x", b"{}", 1_000, on_date=found.append)
    assert found == told


def self_signed(first: dt.datetime, last: dt.datetime) -> x509.Certificate:
    """Return a certificate of this machine that is good from the one day to the other."""
    return (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(KEY, hashes.SHA256())
    )


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        pytest.param(AFTER, LATER, http.WrongClockError, id="not valid yet: this clock is behind"),
        pytest.param(PAST, BEFORE, http.WrongClockError, id="expired: this clock is ahead"),
        pytest.param(BEFORE, AFTER, http.ConnectionFailedError, id="of somebody else"),
    ],
)
def test_a_certificate_of_another_time_means_that_the_clock_is_wrong(
    tmp_path: Path, first: dt.datetime, last: dt.datetime, error: type[Exception]
) -> None:
    certificate = self_signed(first, last)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "server.pem").write_bytes(pem + private)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "server.pem")
    trusting = ssl.create_default_context()
    if error is http.WrongClockError:
        trusting.load_verify_locations(cadata=pem.decode())
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve_once() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError), serving.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=serve_once)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/x"
        with httpx.Client(verify=trusting, trust_env=False) as client, pytest.raises(error) as failed:
            http.post(client, url, b"{}", 1_000)
        thread.join(10)
    assert type(failed.value) is error


# --- whom to trust ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder_of_authorities(tmp_path, monkeypatch) -> Path:
    """Stand for the machine's own folder, with nothing named by the environment."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    known = ssl.get_default_verify_paths()._replace(openssl_capath=str(tmp_path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: known)
    return tmp_path


def kept_by(trust: ssl.SSLContext) -> int:
    """Return how many certificates are in memory; whoever is trusted, a server must show a good one of its name."""
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.check_hostname
    return trust.cert_store_stats()["x509"]


def test_of_the_machines_folder_no_certificate_is_read_before_it_is_needed(folder_of_authorities):
    (folder_of_authorities / "0a775a30.0").touch()
    assert kept_by(http._trust()) == 0


def test_a_machine_without_authorities_of_its_own_trusts_those_of_certifi(folder_of_authorities):
    assert kept_by(http._trust()) > 50


def test_the_authorities_that_the_environment_names_are_the_only_ones(folder_of_authorities, tmp_path, monkeypatch):
    (folder_of_authorities / "0a775a30.0").touch()
    named = tmp_path / "own.pem"
    named.write_bytes(self_signed(BEFORE, AFTER).public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    assert kept_by(http._trust()) == 1
