"""Read the settings of an installation from environment variables, once, checked, each with the reason for its default.

`docs/reference/settings.md` is made from this class (`make reference`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import dj_database_url
from annotated_types import Ge
from pydantic import (
    AfterValidator,
    AliasGenerator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticUseDefault
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bluezone.geography.country import CODES, CountryError, chosen, country, read
from bluezone.protocol.kinds import second_order_region
from bluezone.protocol.one_time_codes import MAX_LONG, MIN_LONG, SHORT_LENGTHS

_DATABASE_FORM = "postgres://user:password@host/name or sqlite:////path is meant"
_DATABASES = ("postgres://", "postgresql://", "sqlite:///")
#: it is a folder's name and a signing key's id
_REGION = re.compile(r"[A-Za-z0-9_]{1,16}", re.ASCII)
#: as a package names itself
_DISEASE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)
_SMS = re.compile(r"off|console|file|https://[^\s@]+|[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.ASCII)
#: package=fingerprint of its signing certificate (SHA-256), as `keytool -list -v` prints it
_ANDROID_APP = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+=[0-9A-F]{2}(:[0-9A-F]{2}){31}", re.ASCII)
_MOST_EMBLEM = 100_000
#: ten letters of the developer's team, and the bundle
_IOS_APP = re.compile(r"[A-Z0-9]{10}(\.[A-Za-z0-9-]+)+", re.ASCII)


def _split(text: object) -> object:
    """Split a variable's text at its commas. Anything else is a value already."""
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


def _strip(text: object) -> object:
    return text.strip() if isinstance(text, str) else text


def _default_if_empty(text: object) -> object:
    """Use the default for a variable that is there and empty, as files of deployments often leave one."""
    if isinstance(text, str) and not text.strip():
        raise PydanticUseDefault
    return _strip(text)


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Text = Annotated[str, BeforeValidator(_strip)]
Name = Annotated[str, BeforeValidator(_default_if_empty)]
OptionalText = Annotated[str | None, BeforeValidator(_default_if_empty)]
Folder = Annotated[Path, AfterValidator(Path.absolute), BeforeValidator(_default_if_empty)]
Switch = Annotated[bool, BeforeValidator(_default_if_empty)]
Count = Annotated[int, Ge(0), BeforeValidator(_strip)]
Positive = Annotated[int, Ge(1), BeforeValidator(_strip)]


def _secret(default: Any, absent: str) -> Any:
    """Make a field whose value is neither shown by `repr` nor repeated in a message."""
    return _described(default, absent, repr=False)


def _described(default: Any, absent: str, **options: Any) -> Any:
    """Make a field whose default the documentation says in words."""
    return Field(default=default, json_schema_extra={"absent": absent}, **options)


class Environment(BaseSettings):
    """Hold the settings of an installation. Field `x_y` comes from the variable `BLUEZONE_X_Y` (`database_url`:
    DATABASE_URL).

    The text under each field is its row in the documentation.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        case_sensitive=True,
        populate_by_name=True,
        validate_default=True,
        enable_decoding=False,  # lists are words with commas, not JSON
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: f"BLUEZONE_{name.upper()}"),
    )

    var: Folder = _described(Path("var"), "`./var`")
    """database, exports, bulletins; readable by its owner alone"""

    secrets: Folder | None = _described(None, "`var-secrets` beside `var`")
    """secrets and private signing keys, made by `bluezone authority install`; not beside the database, nor with it"""

    database_url: OptionalText = Field(
        default=None,
        repr=False,
        validation_alias="DATABASE_URL",
        json_schema_extra={"absent": "SQLite in `var`"},
    )
    """`postgres://user:password@host/name` or `sqlite:////path`"""

    prepared_statements: Switch = True
    """phones' requests run statements that PostgreSQL keeps prepared; off behind a pooler that cannot keep them"""

    secret_key: OptionalText = _secret(None, "the file `secret_key` among the secrets")
    """keys the hashes of codes, tokens and callers, and signs sessions and revision tokens"""

    secret_key_fallbacks: Words = _secret((), "the file `secret_key_fallbacks`, if any")
    """earlier secrets, after a rotation: still accepted, never used for anything new; with commas"""

    persons_key: OptionalText = _secret(None, "the file `persons_key` among the secrets")
    """encrypts who people are, and nothing else; keep it apart from the database and its backups"""

    persons_key_fallbacks: Words = _secret((), "the file `persons_key_fallbacks`, if any")
    """earlier ones, after a rotation: still read, never used for anything new; with commas"""

    hosts: Annotated[Words, Field(min_length=1)] = ("localhost", "127.0.0.1", "[::1]")
    """names under which it may be addressed, with commas"""

    public_url: OptionalText = _described(None, "as officers reach it")
    """where people reach this server: the QR codes of posters lead there"""

    app_url: OptionalText = _described(None, "not named")
    """where people get the app: the page a poster leads to links there"""

    institution: Text = _described("", "not named: pages say that it is not")
    """who runs this server and answers for its pages: their head, foot and `/about` name it"""

    contact: Text = _described("", "not named")
    """how people reach it: address, telephone, e-mail, in one line"""

    responsible: Text = _described("", "not named")
    """who answers for what is published here: name and post, for the imprint"""

    emblem: Path | None = _described(None, "a placeholder")
    """its emblem, a file of SVG or PNG, at most 100 kB"""

    android_apps: Words = _described((), "none")
    """apps that open links with codes, with commas: `package=fingerprint`, the SHA-256 of the signing certificate"""

    ios_apps: Words = _described((), "none")
    """the same for iOS: `TEAMIDENTI.bundle`, with commas"""

    tls: Switch = False
    """served over https: secure cookies, HSTS for a year, http redirected"""

    trusted_proxies: Count = 0
    """how many proxies of yours stand in front; as many entries of X-Forwarded-For are believed, from the right"""

    country: Name = CODES[0]
    """`vietnam`, `laos`, or the folder of a package: units, languages, telephone rules, papers"""

    region: Text = Field(
        default_factory=lambda: country().region,
        json_schema_extra={"absent": "the country’s mobile country code, `452`"},
    )
    """folder and signing-key id"""

    disease: Name = "sars-cov-2"
    """`sars-cov-2`, `measles`, `disease-x`, or the code of a package that was added"""

    issuer: Name = "vn.bluezone.verification"
    """`iss` of verification certificates"""

    audience: Name = "vn.bluezone.keys"
    """`aud` of verification certificates"""

    statistics_audience: Name = "vn.bluezone.keys.statistics"
    """`aud` of the tokens with which a verification server asks `/v1/stats`; not that of certificates"""

    health_authorities: Words = _described((), "any")
    """values of `healthAuthorityID` that are taken, with commas (a certificate is needed all the same)"""

    device_api_keys: Words = _secret((), "not asked for")
    """values of `X-API-Key` that are taken from phones, beside the keys made on the officers' page; with commas"""

    attestation: OptionalText = _described(None, "not asked for")
    """dotted name of a function (registration, X-Attestation header) -> bool that says whether a real app registers"""

    truncate_window_s: Positive = 900
    """upload times are cut to this, so that a file does not tell when somebody pressed the button"""

    # What shorter periods and larger files cost phones and CDN: docs/why/authority.md#files.
    export_period_s: Positive = 900
    """one file covers this long; a multiple of the window"""

    exports_bucket: OptionalText = _described(None, "a folder, `var/exports`")
    """a bucket of S3 for export files, where several machines share no disk; credentials as boto3 finds them"""

    exports_endpoint: OptionalText = _described(None, "Amazon's")
    """address of the S3 service that holds the bucket"""

    export_min_keys: Count = 500
    """export files with fewer keys are padded to this many, as the reference server pads its own"""

    export_jitter_keys: Count = 100
    """a random number of up to this many is added to the padding"""

    export_max_keys: Positive = 100_000
    """keys in one file; more make more files"""

    federation_out: Annotated[Literal["off", "all", "travellers"], BeforeValidator(_default_if_empty)] = "off"
    """which keys other authorities can fetch, from the region `452-out`: none, all that our own phones published, or
    those whose owners said that they had travelled"""

    rate_limit: Positive = 30_000
    """requests of one address to one device endpoint in ten minutes: load protection (wrong codes: below)"""

    counting_rate_limit: Positive = 30_000
    """requests to be counted of one address in ten minutes: carriers put tens of thousands of phones behind one"""

    answer_at_ms: Count = 250
    """every answer of verify, certificate and publish leaves so long after the request, or at a multiple; 0: at once"""

    header_timeout_s: Positive = 15
    """a connection is closed that has not sent a request's head so long after it was opened, or last answered"""

    body_timeout_s: Positive = 20
    """a request's body must be there so soon after its head; an officer's file has a second more for each 5 kB"""

    body_memory_mb: Positive = 128
    """of one process, for bodies under way, and as much for officers' files; when full, the slowest sender has to go"""

    # How long codes are, and how many wrong ones are borne with: docs/why/guessing.md.
    code_digits: Positive = 12
    """digits of the short codes that are read out: 8 (the reference server's, without a check digit), 10, 12, 14, 16"""

    code_life_s: Positive = 3_600
    """so long a short code is good"""

    long_code_signs: Positive = 16
    """letters and digits of the long codes in links: 12 to 32"""

    long_code_life_s: Positive = 86_400
    """so long a long code is good"""

    data_request_hours: Positive = 48
    """within so many hours a request at `/my-data` is to be answered: two working days (Decree 356/2025/NĐ-CP)"""

    privacy_contact: OptionalText = _described(None, "not named")
    """who protects personal data there (Article 33 of Law 91/2025/QH15), and how people reach them: shown beside it"""

    hosted_at: OptionalText = _described(None, "not named")
    """where the servers stand and who runs them, so that a transfer abroad is seen: shown beside it"""

    wrong_codes_a_day: Count = 0
    """wrong short codes of all networks together until phones are asked for the long one; 0: by the length of codes"""

    figure_sources: Annotated[Words, Field(min_length=1)] = ("ministry", "reported", "counted")
    """which class of sources a unit's figure is taken from: the first with a figure of the last week; pages say it"""

    bulletin_days: Positive = 400
    """so long a bulletin is kept as it was issued; later it is made from the figures again"""

    sms: Text = "off"
    """text messages: `off`, `console` or `file` (rehearsals), an https address, a function's dotted name"""

    sms_token: OptionalText = _secret(None, "none")
    """bearer token for the gateway at that address"""

    sms_sender: Name = "Bluezone"
    """sender's name, for the gateway"""

    sms_per_hour: Count = 1_000
    """codes for people's numbers in an hour, all together: a bound to what they may cost"""

    sms_countries: Words = Field(
        default_factory=lambda: (country().telephone.calling_code,),
        min_length=1,
        json_schema_extra={"absent": "the country’s, `84`"},
    )
    """calling codes of the numbers that are taken, with commas"""

    internal_hosts: Words = ()
    """hosts inside your own network (loopback, link-local, private addresses) that the server may ask for keys of other
    authorities or as a gateway; names or addresses as they are written there, with commas"""

    user_reports: Switch = False
    """people may report by themselves, with a code by text message; the ministry decides, and BLUEZONE_SMS is needed"""

    user_reports_a_day: Count = 1_000
    """requests for such a code in a day, all together"""

    user_reports_of_address: Count = 100
    """the same of one address: carriers put tens of thousands of phones behind one"""

    second_factor: Switch = True
    """officers log in with a password and a code from their phone"""

    rehearsal_clock: Folder | None = _described(None, "the real clock")
    """a rehearsal: a file of Unix seconds that replaces the clock"""

    logs: Annotated[Literal["line", "json"], BeforeValidator(_default_if_empty)] = "line"
    """on standard error: lines for people, or `json`, one document a line, without the texts of errors"""

    debug: Switch = False
    """Django's debug pages; never where others can reach it"""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment alone: a `.env` file in the folder of whoever starts a command changes nothing."""
        return init_settings, env_settings

    @field_validator("emblem", mode="before")
    @classmethod
    def _emblem_is_a_small_picture(cls, value: object) -> object:
        if not isinstance(value, str) or not value.strip():
            return None
        path = Path(value.strip()).absolute()
        if path.suffix not in (".svg", ".png") or not path.is_file() or path.stat().st_size > _MOST_EMBLEM:
            raise ValueError("a file of SVG or PNG is meant, at most 100 kB")
        return path

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(_DATABASES):
            raise ValueError(_DATABASE_FORM)
        try:
            dj_database_url.parse(url)
        except ValueError:  # its text may hold the password
            raise ValueError(_DATABASE_FORM) from None
        return url

    @field_validator("region")
    @classmethod
    def _check_region(cls, text: str) -> str:
        return _formed(text, _REGION, "1 to 16 letters, digits or _ are meant")

    @field_validator("country")
    @classmethod
    def _check_country(cls, text: str) -> str:
        try:
            read(chosen(text))
        except CountryError as error:
            raise ValueError(str(error)) from error
        return text

    @field_validator("disease")
    @classmethod
    def _check_disease(cls, text: str) -> str:
        return _formed(text, _DISEASE, "the code of a package is meant: 2 to 40 small letters, digits, hyphens")

    @field_validator("sms")
    @classmethod
    def _check_sms(cls, text: str) -> str:
        return _formed(text, _SMS, "off, console, file, an https address or a function's dotted name is meant")

    @field_validator("public_url", "app_url", "exports_endpoint")
    @classmethod
    def _check_address(cls, text: str | None) -> str | None:
        return text and _formed(text, _ADDRESS, "an address that starts with https:// is meant")

    @field_validator("android_apps")
    @classmethod
    def _check_android_apps(cls, apps: tuple[str, ...]) -> tuple[str, ...]:
        meant = "vn.example.app=14:6D:E9: and so on, 32 pairs of hexadecimal digits, is meant"
        return tuple(_formed(each, _ANDROID_APP, meant) for each in apps)

    @field_validator("ios_apps")
    @classmethod
    def _check_ios_apps(cls, apps: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_formed(each, _IOS_APP, "TEAMIDENTI.vn.example.app is meant") for each in apps)

    @field_validator("statistics_audience")
    @classmethod
    def _check_statistics_audience(cls, text: str, info: ValidationInfo) -> str:
        if text == info.data.get("audience"):
            raise ValueError("it is BLUEZONE_AUDIENCE: a patient's certificate would open the statistics")
        return text

    @field_validator("code_digits")
    @classmethod
    def _check_code_digits(cls, digits: int) -> int:
        if digits not in SHORT_LENGTHS:
            raise ValueError(f"one of {', '.join(str(length) for length in SHORT_LENGTHS)} is meant")
        return digits

    @field_validator("long_code_signs")
    @classmethod
    def _check_long_code_signs(cls, signs: int) -> int:
        if not MIN_LONG <= signs <= MAX_LONG:
            raise ValueError(f"{MIN_LONG} to {MAX_LONG} are meant")
        return signs

    @field_validator("user_reports")
    @classmethod
    def _check_user_reports(cls, on: bool, info: ValidationInfo) -> bool:
        if on and info.data.get("sms") == "off":
            raise ValueError("BLUEZONE_SMS is off: no code would ever arrive")
        return on

    @field_validator("export_period_s")
    @classmethod
    def _check_period(cls, period_s: int, info: ValidationInfo) -> int:
        window_s = info.data.get("truncate_window_s")  # absent: wrong itself, and named for it
        if window_s and period_s % window_s:
            raise ValueError(
                f"it is not a multiple of BLUEZONE_TRUNCATE_WINDOW_S={window_s}: files would cut windows in two"
            )
        return period_s

    @field_validator("figure_sources")
    @classmethod
    def _check_sources(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        known: tuple[str, ...] = cls.model_fields["figure_sources"].default
        if set(sources) - set(known) or len(set(sources)) < len(sources):
            raise ValueError(f"some of {', '.join(known)} are meant, each once, in the order that counts")
        return sources

    @property
    def asks_second_factor(self) -> bool:
        """Return whether officers need the second factor. A rehearsal has no officers, nor their phones' clock."""
        return self.second_factor and self.rehearsal_clock is None

    @property
    def exports(self) -> Path:
        return self.var / "exports"

    @property
    def out_region(self) -> str:
        """Return the region whose files are for other authorities."""
        return f"{self.region}-out"

    @property
    def second_order_region(self) -> str:
        """Return the region of the keys of contacts who warn others."""
        return second_order_region(self.region)

    @property
    def probe_region(self) -> str:
        """Return the region of the keys of made-up cases, which no phone reads."""
        return f"{self.region}-probe"

    @property
    def bulletins(self) -> Path:
        return self.var / "bulletins"

    @property
    def diseases(self) -> Path:
        """Return where packages of diseases lie that were added."""
        return self.var / "diseases"

    @property
    def countries(self) -> Path:
        """Return where packages of countries lie that were added."""
        return self.var / "countries"

    @property
    def secrets_folder(self) -> Path:
        return self.secrets or self.var.with_name(f"{self.var.name}-secrets")


def _formed(text: str, form: re.Pattern[str], meant: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(meant)
    return text
