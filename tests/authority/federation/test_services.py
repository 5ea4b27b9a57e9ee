"""Add, pause and remove sources of federation, and trust or distrust their public keys."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from bluezone.authority.federation import services
from bluezone.authority.federation.models import Source
from bluezone.authority.federation.rules import FederationError
from bluezone.authority.signing.models import SigningKey


def pem_of(key) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


GOOD = pem_of(ec.generate_private_key(ec.SECP256R1()))


def private_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture
def add(phone):
    def made(**changes: object) -> Source:
        facts = {"name": "", "index_url": "https://keys.example/66/index.txt", "pem": GOOD, "region": "66"} | changes
        return services.add(**facts, now=phone.clock.now)

    return made


def test_a_source_is_called_by_its_region_unless_it_has_a_name(add):
    source = add()
    assert (source.name, source.travellers) == ("66", False)
    assert add(index_url="https://keys.example/67/index.txt", name="hai", travellers=True).travellers


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pem": b"no key"}, "not one on P-256 in PEM"),
        ({"pem": private_pem()}, "not one on P-256 in PEM"),
        ({"pem": pem_of(ec.generate_private_key(ec.SECP384R1()))}, "P-256"),
        ({"pem": pem_of(ed25519.Ed25519PrivateKey.generate())}, "P-256"),
        ({"index_url": "http://keys.example/index.txt"}, "https://"),
        ({"index_url": "https://keys.example/" + "x" * 300}, "300 characters"),
        ({"export_root": "http://keys.example/"}, "https://"),
        ({"region": ""}, "region"),
        ({"region": "66/.."}, "region"),
        ({"region": "x" * 41}, "region"),
        ({"name": "x" * 81}, "80 characters"),
        ({"name": "two\nlines"}, "80 characters"),
        ({"index_url": "https://169.254.169.254/index.txt"}, "BLUEZONE_INTERNAL_HOSTS"),
        ({"index_url": "http://localhost/index.txt"}, "BLUEZONE_INTERNAL_HOSTS"),
        ({"export_root": "https://[fd00:ec2::254]/exports"}, "BLUEZONE_INTERNAL_HOSTS"),
        ({"keys_a_day": 0}, "at least one key"),
        ({"key_id": "x" * 65}, "id or version"),
    ],
)
def test_what_cannot_be_a_source_is_refused_in_a_sentence_and_nothing_is_stored(add, changes, said):
    with pytest.raises(FederationError, match=said):
        add(**changes)
    assert not Source.objects.exists()


def test_our_own_key_is_refused(add):
    own = SigningKey.objects.get(purpose="export").public_key_pem.encode()
    with pytest.raises(FederationError, match="this installation's own"):
        add(pem=own)


def test_an_index_is_read_once_and_again_after_it_was_removed(add, phone):
    first = add()
    with pytest.raises(FederationError, match="read already"):
        add()
    services.remove(first, phone.clock.now, withdraw=False)
    assert add().pk != first.pk


def test_the_last_key_stays(add, phone):
    source = add()
    first = source.public_keys.get()
    with pytest.raises(FederationError, match="only key"):
        services.distrust(source, first)
    services.trust(source, GOOD, phone.clock.now, key_version="v2")
    services.distrust(source, first)
    assert [key.key_version for key in services.trusted_keys(source)] == ["v2"]


def test_a_key_is_trusted_once(add, phone):
    with pytest.raises(FederationError, match="already"):
        services.trust(add(), GOOD, phone.clock.now)
