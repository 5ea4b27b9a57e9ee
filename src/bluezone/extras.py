"""Name the extra that brings a package which is not installed, and the command that installs it from here.

Packages that only some tasks need are imported where they are used. Where one is missing, the edge (command line or
page) catches the `ModuleNotFoundError` and says what `missing` makes of it.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Import name of a package -> the extras of pyproject.toml that bring it, the one named first where none is preferred.
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "auditlog": ("authority",),
    "axes": ("authority",),
    "bleak": ("bluez",),
    "boto3": ("s3",),
    "bumble": ("bumble",),
    "cryptography": ("crypto", "authority"),
    "csp": ("authority",),
    "dbus_fast": ("bluez",),
    "distributed": ("epidemic",),
    "dj_database_url": ("authority",),
    "django": ("authority",),
    "django_otp": ("authority",),
    "granian": ("authority",),
    "httpx": ("phone", "authority"),
    "jinja2": ("phone",),
    "jwt": ("authority",),
    "keyring": ("desktop",),
    "ninja": ("authority",),
    "numba": ("evaluation", "epidemic"),
    "numpy": ("evaluation", "town", "epidemic"),
    "openpyxl": ("authority", "rollout"),
    "xlrd": ("authority", "rollout"),
    "phonenumbers": ("authority",),
    "prometheus_client": ("authority",),
    "psycopg": ("authority",),
    "pyarrow": ("parquet", "epidemic"),
    "pydantic_settings": ("authority",),
    "pyrage": ("authority",),
    "scipy": ("epidemic",),
    "python_calamine": ("authority", "rollout"),
    "rapidfuzz": ("authority", "rollout"),
    "segno": ("phone", "authority", "rollout"),
    "starlette": ("phone",),
    "storages": ("s3",),
    "typst": ("rollout",),
    "uvicorn": ("phone",),
    "vl_convert": ("rollout", "epidemic"),
    "whitenoise": ("authority",),
}

#: Extra -> the extras it consists of: whoever misses a part is told to install the whole.
BUNDLES: Mapping[str, tuple[str, ...]] = {"town": ("phone", "bumble", "authority")}


@dataclass(frozen=True, slots=True)
class Missing:
    """Hold the name of a package that is not installed, and of the extra that brings it."""

    package: str
    extra: str

    def sentence(self, what: str) -> str:
        """Say what needs the package and how to install it, for example of the command `bluezone town`."""
        return (
            f"{what} needs the package {self.package}, which the extra `{self.extra}` brings; "
            f"install it with: {install_command(self.extra)}"
        )


def missing(error: ModuleNotFoundError, preferred: str = "") -> Missing | None:
    """Find the extra of a package that could not be imported; None where no extra brings it (that is a bug).

    Where several extras bring it, the one named `preferred` is chosen.
    """
    package = (error.name or "").split(".")[0]
    extras = PACKAGES.get(package)
    if extras is None:
        return None
    if preferred in extras or set(BUNDLES.get(preferred, ())) & set(extras):
        return Missing(package, preferred)
    return Missing(package, extras[0])


def install_command(extra: str) -> str:
    """Return a command for a shell that adds the extra to the environment which runs now.

    From a checkout it names the checkout, with the versions that were tested. From a wheel or a repository it names
    that. The bare name is said only where it came from a package index.
    """
    pip = f"{shlex.quote(sys.executable)} -m pip install"
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        tested = checkout / "constraints.txt"
        return f"{pip} -c {shlex.quote(str(tested))} -e {shlex.quote(f'{checkout}[{extra}]')}"
    return f"{pip} {shlex.quote(_requirement(extra))}"


def _requirement(extra: str) -> str:
    """Return what pip takes for this distribution with the extra, from where it was installed (PEP 610)."""
    from importlib import metadata

    try:
        origin = metadata.distribution("bluezone").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        origin = None
    if origin is None:
        return f"bluezone[{extra}]"
    facts = json.loads(origin)
    url = str(facts["url"])
    if "vcs_info" in facts:
        return f"bluezone[{extra}] @ {facts['vcs_info']['vcs']}+{url}@{facts['vcs_info']['commit_id']}"
    if url.startswith("file:"):
        return f"{unquote(urlsplit(url).path)}[{extra}]"
    return f"bluezone[{extra}] @ {url}"
