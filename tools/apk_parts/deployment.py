"""Read the settings that one deployment's app carries (`make apk SETTINGS=file`): whom its phones ask, and trust."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from apk_parts.inputs import ApkError
from bluezone.phone.app.config import config_from_json
from bluezone.phone.errors import PhoneError

_MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Deployment:
    """Hold a deployment's `settings.json` as it is, and the host of whose links the app is to be opened."""

    settings: bytes
    link_host: str


def read(path: Path) -> Deployment:
    """Read a file as `bluezone phone init` writes it. Raises ApkError where a phone could not use it."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ApkError(f"the settings {path} cannot be read: {error.strerror}") from error
    try:
        config = config_from_json(content, str(path))
        config.settings(Path())
    except PhoneError as error:
        raise ApkError(str(error)) from error
    if urlsplit(config.authority_url).scheme != "https":
        raise ApkError(f"{path}: authority_url is missing, or not one that telephones reach: https://... is meant")
    if not config.export_keys:
        raise ApkError(f"{path}: export_keys is empty, so that phones would believe no list of keys")
    return Deployment(content, config.own_host)
