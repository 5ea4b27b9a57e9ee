from __future__ import annotations

import datetime as dt
import json
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.settings import OF_LAOS, OF_VIET_NAM

from bluezone.phone.app.config import Config, ConfigError, PinnedKey, config_from_json, load, save
from bluezone.phone.errors import PhoneError


def pem(private_key) -> str:
    return private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def keys_of(public_key_pem: str) -> dict:
    return {"export_keys": [{"key_id": "452", "key_version": "v1", "public_key_pem": public_key_pem}]}


GOOD = PinnedKey("452", "v1", pem(ec.generate_private_key(ec.SECP256R1())))


def test_settings_are_read_as_they_were_written_and_are_the_owners_only(tmp_path):
    config = Config(
        authority_url="https://a.example", tx_power_dbm=-12, rx_correction_db=3.5, export_keys=(GOOD,), api_key="k"
    )
    save(config, tmp_path / "new")
    assert load(tmp_path / "new") == config
    assert stat.S_IMODE((tmp_path / "new" / "settings.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["settings.json"]


def test_a_folder_without_settings_has_the_defaults(tmp_path):
    assert load(tmp_path) == Config()


def test_the_apps_settings_hold_until_the_folder_has_its_own(tmp_path):
    built_in = json.dumps({"authority_url": "https://a.example", "region": "704"}).encode()
    assert load(tmp_path, built_in) == Config(authority_url="https://a.example", region="704")
    save(Config(region="452"), tmp_path)
    assert load(tmp_path, built_in) == Config(region="452")
    with pytest.raises(ConfigError, match="the settings of this app"):
        load(tmp_path / "none", b"[]")


@pytest.mark.parametrize(
    ("config", "host"),
    [
        (Config(), ""),
        (Config(authority_url="https://A.example/api"), "a.example"),
        (Config(authority_url="https://a.example:8443"), "a.example:8443"),
        (Config(authority_url="https://api.example", link_host="www.example"), "www.example"),
    ],
)
def test_the_authoritys_links_are_of_its_host_or_of_the_one_that_is_named(config, host):
    assert config.own_host == host


def test_settings_become_the_engines(tmp_path):
    settings = Config(authority_url="https://a.example/", export_keys=(GOOD,), tx_power_dbm=-12).settings(tmp_path)
    assert (settings.authority_url, settings.directory) == ("https://a.example", tmp_path)
    assert [(key.key_id, key.key_version) for key in settings.trusted_keys] == [("452", "v1")]
    assert settings.receiver.assumed_tx_power_dbm == -12


@pytest.mark.parametrize(
    ("facts", "number", "day"),
    [
        (OF_VIET_NAM, "+842055512345", "2020-08-21"),
        (OF_LAOS, "+8562055512345", "2020-08-21"),
        (OF_LAOS | {"utc_offset_min": -180}, "+8562055512345", "2020-08-20"),
        ({}, None, "2020-08-20"),
    ],
)
def test_what_the_authority_says_of_its_country_becomes_the_engines(tmp_path, facts, number, day):
    settings = config_from_json(json.dumps(facts).encode(), "settings.json").settings(tmp_path)
    assert settings.country.telephone("020 5551 2345") == number
    assert dt.datetime(2020, 8, 20, 18, tzinfo=dt.UTC).astimezone(settings.zone).date().isoformat() == day
    assert (settings.hotline, settings.language) == (facts.get("hotline", ""), facts.get("language", "vi"))


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ({"region": 452}, "region is not text"),
        ({"link_host": "https://a.example"}, "link_host"),
        ({"link_host": "a.example/v"}, "link_host"),
        ({"tx_power_dbm": 21}, "tx_power_dbm"),
        ({"tx_power_dbm": True}, "tx_power_dbm"),
        ({"tx_power_dbm": -20.5}, "tx_power_dbm"),
        ({"rx_correction_db": "5"}, "rx_correction_db"),
        ({"rx_correction_db": 61}, "rx_correction_db"),
        ({"iso": "vn"}, "iso is not the two letters of a country"),
        ({"calling_code": "+84"}, "calling_code is not the digits of a calling code"),
        ({"hotline": "tel:1"}, "hotline is not digits only"),
        ({"language": "fr"}, "language is not a language of the screens"),
        ({"utc_offset_min": 841}, "utc_offset_min is not a whole number of -720..840"),
        ({"utc_offset_min": "+7"}, "utc_offset_min is not a whole number"),
        ({"export_keys": {}}, "list of export keys"),
        ({"export_keys": [{"key_id": "452"}]}, "export key 1 lacks"),
        ({"export_keys": ["x"]}, "export key 1 lacks"),
        (keys_of("x"), "not a public key in PEM"),
        (keys_of(pem(rsa.generate_private_key(65537, 1024))), "not on the curve P-256"),
        (keys_of(pem(ec.generate_private_key(ec.SECP384R1()))), "P-256"),
    ],
)
def test_bad_settings_are_one_clear_error(document, what):
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(ConfigError, match=what):
        config_from_json(text.encode(), "settings.json")


@given(st.binary(max_size=200))
def test_garbage_is_a_config_error_and_nothing_else(data):
    with pytest.raises(ConfigError):
        config_from_json(b"\xff" + data, "settings.json")


@pytest.mark.parametrize("changes", [{"authority_url": "http://a.example"}])
def test_values_that_make_no_sense_together_are_refused(tmp_path, changes):
    with pytest.raises(PhoneError):
        Config(**changes).settings(tmp_path)
