"""Read and write a phone's settings, a file in its folder: whom to trust, and what the device is like."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bluezone.exposure.policies import DEFAULT_POLICY
from bluezone.forms.country import Country
from bluezone.i18n import Language
from bluezone.phone.air.duty_cycle import linux_state
from bluezone.phone.app.engine import DEFAULT_HEALTH_AUTHORITY, PhoneSettings
from bluezone.phone.client.http import checked_base_url
from bluezone.phone.client.sender import real_pace
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.crypto.port import CryptoError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.text import json_object

FILE_NAME = "settings.json"

#: what an uncalibrated radio is taken to radiate: the power in the metadata of a mid-range telephone, not measured here
DEFAULT_TX_POWER_DBM = -20

_MAX_BYTES = 2**20
_TEXTS = ("authority_url", "region", "scheme", "policy", "health_authority_id", "api_key", "model", "link_host")
#: form of a text that the authority says of its country, and what is meant
_OF_COUNTRY = {
    "iso": (re.compile("([A-Z]{2})?"), "the two letters of a country"),
    "calling_code": (re.compile("([1-9][0-9]{0,2})?"), "the digits of a calling code"),
    "hotline": (re.compile("[0-9]{0,15}"), "digits only, as one dials them"),
    "language": (re.compile("|".join(each.value for each in Language)), "a language of the screens"),
}
_HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?)?", re.ASCII)
#: types, least and most of a number, and what it is called
_NUMBERS = {
    "tx_power_dbm": ((int,), -127, 20, "whole number"),
    "rx_correction_db": ((int, float), -60, 60, "number"),
    "utc_offset_min": ((int,), -720, 840, "whole number"),
}


class ConfigError(PhoneError):
    """Say that settings cannot be read. The text names the file and the field."""


@dataclass(frozen=True, slots=True)
class PinnedKey:
    """Hold a public key of the authority as written down: PEM, and the name under which it signs."""

    key_id: str
    key_version: str
    public_key_pem: str

    def trusted(self) -> TrustedKey:
        try:
            key = verifying_key(self.public_key_pem.encode())
        except CryptoError as error:
            raise ConfigError(f"export key {self.key_version}: {error}") from error
        return TrustedKey(key, self.key_id, self.key_version)


@dataclass(frozen=True, slots=True)
class Config:
    """Hold what `settings.json` has. `tx_power_dbm`: radiated power for the metadata; `rx_correction_db`: what to add
    to a reading of this device (both from its calibration); `model`: its name in the authority's table of models, which
    then takes the place of the latter; `link_host`: host of the authority's links and posters, by default of its
    address. The last five are the authority's country's; without an authority a phone knows none."""

    authority_url: str = ""
    region: str = ""
    scheme: str = "en"
    policy: str = DEFAULT_POLICY.name
    health_authority_id: str = DEFAULT_HEALTH_AUTHORITY
    api_key: str = ""
    tx_power_dbm: int = DEFAULT_TX_POWER_DBM
    rx_correction_db: float = 0.0
    export_keys: tuple[PinnedKey, ...] = field(default=())
    model: str = ""
    link_host: str = ""
    iso: str = ""
    calling_code: str = ""
    hotline: str = ""
    language: str = PhoneSettings(Path()).language
    utc_offset_min: int = 0

    @property
    def own_host(self) -> str:
        """Return the host, and port if any, of the links that are the authority's; "" without an authority."""
        return self.link_host or urlsplit(self.authority_url).netloc.lower()

    @property
    def zone(self) -> dt.tzinfo:
        """Return the zone by whose days the phone warns."""
        return dt.timezone(dt.timedelta(minutes=self.utc_offset_min))

    def settings(self, folder: Path) -> PhoneSettings:
        """Return the engine's settings. Raises PhoneError where a value makes no sense."""
        return PhoneSettings(
            directory=folder,
            authority_url=checked_base_url(self.authority_url) if self.authority_url else "",
            trusted_keys=tuple(key.trusted() for key in self.export_keys),
            region=self.region,
            scheme=self.scheme,
            policy=self.policy,
            health_authority_id=self.health_authority_id,
            api_key=self.api_key,
            sense=linux_state,
            pace=real_pace(),
            model=self.model,
            receiver=Receiver(self.rx_correction_db, self.tx_power_dbm),
            zone=self.zone,
            country=Country(self.iso, self.calling_code),
            hotline=self.hotline,
            language=self.language,
        )


def load(folder: Path, built_in: bytes = b"") -> Config:
    """Read the settings of a phone's folder; where there are none yet those of its app, or the defaults."""
    path = folder / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return config_from_json(built_in, "the settings of this app") if built_in else Config()
    return config_from_json(content, str(path))


def save(config: Config, folder: Path) -> None:
    """Write the settings, whole or not at all, for the owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{FILE_NAME}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(config), file, indent=2, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE_NAME)


def config_from_json(content: bytes, where: str) -> Config:
    """Read settings. Raises ConfigError naming `where` and the field."""
    try:
        body = json_object(content, where, _MAX_BYTES)
    except ProtocolError as error:
        raise ConfigError(str(error)) from error
    values: dict[str, Any] = {field.name: body.get(field.name, field.default) for field in fields(Config)}
    for name in _TEXTS:
        if not isinstance(values[name], str):
            raise ConfigError(f"{where}: {name} is not text")
    for name in _NUMBERS:
        _checked_number(name, values[name], where)
    checked_link_host(values["link_host"], where)
    facts_of_country(values, where)
    return Config(**values | {"export_keys": pinned_keys(body.get("export_keys", []), where)})


def _checked_number(name: str, value: Any, where: str) -> None:
    kinds, least, most, what = _NUMBERS[name]
    if type(value) not in kinds or not least <= value <= most:
        raise ConfigError(f"{where}: {name} is not a {what} of {least}..{most}")


def facts_of_country(body: object, where: str) -> dict[str, Any]:
    """Return what an authority says of its country, by the names in `Config`: as stored, and as `bluezone authority
    public-keys --json` prints it under `country`. Raises ConfigError."""
    given = body if isinstance(body, Mapping) else {}
    _checked_number("utc_offset_min", given.get("utc_offset_min"), where)
    found = {name: checked_of_country(name, given.get(name), where) for name in _OF_COUNTRY}
    return found | {"utc_offset_min": given["utc_offset_min"]}


def checked_of_country(name: str, value: object, where: str) -> str:
    """Return a text that is said of the country. Raises ConfigError for what is none of its name."""
    form, meant = _OF_COUNTRY[name]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ConfigError(f"{where}: {name} is not {meant}")
    return value


def checked_link_host(text: str, where: str) -> str:
    """Return the host of the authority's links, with its port if any. Raises ConfigError for what is none."""
    if not _HOST.fullmatch(text):
        raise ConfigError(f"{where}: link_host is not the name of a host, as bluezone.example.vn")
    return text


def pinned_keys(rows: Any, where: str) -> tuple[PinnedKey, ...]:
    """Return the keys of a list of objects with `key_id`, `key_version`, `public_key_pem`: as stored, and as
    `bluezone authority public-keys --json` prints them under `export`."""
    if not isinstance(rows, list):
        raise ConfigError(f"{where}: the list of export keys is missing")
    keys = []
    for number, row in enumerate(rows, start=1):
        fields = row if isinstance(row, Mapping) else {}
        texts = [fields.get(name) for name in ("key_id", "key_version", "public_key_pem")]
        if not all(isinstance(text, str) and text for text in texts):
            raise ConfigError(f"{where}: export key {number} lacks key_id, key_version or public_key_pem")
        keys.append(PinnedKey(*map(str, texts)))
        keys[-1].trusted()  # refused here rather than at the first sync
    return tuple(keys)
