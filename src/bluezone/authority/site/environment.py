"""What an operator can set: environment variables, read once, checked, with the reason for each default.

The table in docs/reference/settings.md is this file in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bluezone.authority.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Environment:
    """An installation's settings. Field `x_y` comes from the variable `BLUEZONE_X_Y` (`database_url`: DATABASE_URL)."""

    #: holds the database, exports, signing keys and secret
    var: Path = Path("var")
    database_url: str | None = None
    #: None: a random one is made and kept in `var/secret_key` (0600)
    secret_key: str | None = None
    #: secrets of before a rotation: still accepted, never used for anything new
    secret_key_fallbacks: tuple[str, ...] = ()
    debug: bool = False
    #: names under which the server may be addressed
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    #: where people reach this server, if not where officers do: posters lead there
    public_url: str | None = None
    #: where people get the app: the page a poster leads to names it
    app_url: str | None = None
    #: served over https: secure cookies, HSTS, redirect of http
    tls: bool = False
    #: how many proxies of ours stand in front; as many entries of X-Forwarded-For are believed, from the right
    trusted_proxies: int = 0
    #: mobile country code of Viet Nam
    region: str = "452"
    #: `iss` and `aud` of verification certificates
    issuer: str = "vn.bluezone.verification"
    audience: str = "vn.bluezone.keys"
    #: app names whose uploads are taken; empty: any (a certificate is needed all the same)
    health_authorities: tuple[str, ...] = ()
    #: X-API-Key values of apps; empty: not asked for
    device_api_keys: tuple[str, ...] = ()
    #: upload times are cut to this, so that a file does not tell when somebody pressed the button
    truncate_window_s: int = 3_600
    #: one export file covers this long: six files a day cost a phone some 250 kB, and a warning waits 4 h at most
    export_period_s: int = 4 * 3_600
    #: smaller files are padded to this many keys (as the reference server), plus a random 0..jitter
    export_min_keys: int = 1_000
    export_jitter_keys: int = 100
    export_max_keys: int = 100_000
    #: requests of one caller to one device endpoint in ten minutes: load protection (codes have their own)
    rate_limit: int = 300
    #: the same for being counted: carriers put tens of thousands of phones behind one address
    counting_rate_limit: int = 30_000
    #: dotted name of a function (registration, X-Attestation header) -> bool that says whether a real app registers
    attestation: str | None = None
    #: which class of sources a unit's figure is taken from: the first with a figure of the last week (rollout.series)
    figure_sources: tuple[str, ...] = ("ministry", "reported", "counted")
    #: so long a bulletin is kept as it was issued; later it is made from the figures again
    bulletin_days: int = 400
    #: wrong codes of one caller that burn the code it then presents
    code_tries: int = 5
    #: where text messages go: off, console, file, an https address or a function's dotted name (phone_numbers.sms)
    sms: str = "off"
    sms_token: str | None = None
    sms_sender: str = "Bluezone"
    #: codes for people's numbers in an hour, all together: a bound to what they may cost
    sms_per_hour: int = 1_000
    #: calling codes of the numbers that are taken
    sms_countries: tuple[str, ...] = ("84",)
    #: officers log in with a password and a code from their phone
    second_factor: bool = True
    #: a rehearsal's clock: a file that holds Unix seconds
    rehearsal_clock: Path | None = None

    @property
    def asks_second_factor(self) -> bool:
        """A rehearsal asks for the password only: no real officers, and its clock is not that of their phones."""
        return self.second_factor and self.rehearsal_clock is None

    @property
    def exports(self) -> Path:
        return self.var / "exports"

    @property
    def bulletins(self) -> Path:
        return self.var / "bulletins"

    @property
    def keys(self) -> Path:
        return self.var / "keys"


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
#: not to be repeated in a message
_SECRET = {"database_url", "secret_key", "secret_key_fallbacks", "device_api_keys", "sms_token"}
_ADDRESS = (re.compile(r"|https?://[^\s/]\S*", re.ASCII), "an address that starts with https:// is")
_FORMS = {
    #: it is a folder's name and a signing key's id
    "region": (re.compile(r"[A-Za-z0-9_]{1,16}", re.ASCII), "1 to 16 letters, digits or _ are"),
    "sms": (
        re.compile(r"off|console|file|https://[^\s@]+|[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII),
        "off, console, file, an https address or a function's dotted name is",
    ),
    "public_url": _ADDRESS,
    "app_url": _ADDRESS,
}
_DATABASES = ("postgres://", "postgresql://", "sqlite:///")
_MINIMUM = {
    "truncate_window_s": 1,
    "export_period_s": 1,
    "export_max_keys": 1,
    "rate_limit": 1,
    "counting_rate_limit": 1,
    "code_tries": 1,
    "bulletin_days": 1,
}


@dataclass
class _Reader:
    variables: Mapping[str, str]
    values: dict[str, object] = field(default_factory=dict)

    def read(self, name: str, default: object) -> None:
        variable = "DATABASE_URL" if name == "database_url" else f"BLUEZONE_{name.upper()}"
        text = self.variables.get(variable)
        if text is None:
            return
        try:
            self.values[name] = _parse(name, text.strip(), default)
        except ValueError as error:
            shown = "" if name in _SECRET else f"={text!r}"
            raise ConfigurationError(f"{variable}{shown}: {error}") from error


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in _TRUE | _FALSE:
            raise ValueError("say on or off")
        return text.lower() in _TRUE
    if isinstance(default, int):
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < _MINIMUM.get(name, 0):
            raise ValueError(f"a whole number of {_MINIMUM.get(name, 0)} or more is meant")
        return number
    if isinstance(default, tuple):
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        if default and not parts:
            raise ValueError("at least one is needed")
        return parts
    if name == "database_url" and text and not text.startswith(_DATABASES):
        raise ValueError("postgres://user:password@host/name or sqlite:////path is meant")
    if name in _FORMS and not _FORMS[name][0].fullmatch(text):
        raise ValueError(f"{_FORMS[name][1]} meant")
    if isinstance(default, Path) or name == "rehearsal_clock":
        return Path(text).absolute() if text else None
    return text or None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The settings in `variables` (normally `os.environ`). Raises ConfigurationError, naming the variable."""
    reader = _Reader(variables)
    defaults = Environment()
    for name in Environment.__dataclass_fields__:
        reader.read(name, getattr(defaults, name))
    values = {name: value for name, value in reader.values.items() if value is not None}
    values.setdefault("var", defaults.var.absolute())
    result = Environment(**values)  # type: ignore[arg-type]
    sources = result.figure_sources
    if set(sources) - set(defaults.figure_sources) or len(set(sources)) < len(sources):
        raise ConfigurationError(
            f"BLUEZONE_FIGURE_SOURCES={','.join(sources)!r}: some of {', '.join(defaults.figure_sources)} are meant, "
            "each once, in the order that counts"
        )
    if result.export_period_s % result.truncate_window_s:
        raise ConfigurationError(
            f"BLUEZONE_EXPORT_PERIOD_S={result.export_period_s} is not a multiple of "
            f"BLUEZONE_TRUNCATE_WINDOW_S={result.truncate_window_s}: files would cut windows in two"
        )
    return result
