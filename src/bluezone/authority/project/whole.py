"""Decide whether an installation is whole: its database, its secrets and its signing keys are all there and belong
together. `serve`, `worker`, `/readyz`, `status`, `check` and every other command ask here; nothing is made here.

The database knows each secret by a digest of the installation's id under it. Half of a backup, or halves of two, would
otherwise run, say that it is ready, and lose every identity.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes.models import Episode
from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.officers.models import User
from bluezone.authority.project.database import check_version, check_working, is_gone
from bluezone.authority.signing import services as signing
from bluezone.authority.site import configuration
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.configuration import SECRETS, disease
from bluezone.authority.site.models import Installation
from bluezone.geography.country import country

_CUT_SHORT = (
    "a restore was cut short here, of the backup of {at}: run `bluezone authority restore` with it again, which ends it"
)
_NOTHING_INSTALLED = "nothing is installed here; run `bluezone authority install`, then start again"
_DATABASE_LOST = (
    "nothing is installed here, but the signing keys of an installation are, in {folder}: its database is lost, or "
    "BLUEZONE_VAR or DATABASE_URL names another one; set that right, or run `bluezone authority restore` with the last "
    "backup; who means a new installation puts that folder away first"
)


class Finding(enum.Enum):
    """Name what a secret is beside what the database knows."""

    WHOLE = enum.auto()
    MISSING = enum.auto()
    #: the one that the database knows is given as an earlier one
    ROTATED = enum.auto()
    FOREIGN = enum.auto()


def judge(known: str, present: str, earlier: Sequence[str]) -> Finding:
    """Compare the fingerprint that the database knows with that of the secret in use (empty: there is none) and those
    of the earlier ones."""
    if not present:
        return Finding.MISSING
    if present == known:
        return Finding.WHOLE
    return Finding.ROTATED if known in earlier else Finding.FOREIGN


def sentence(finding: Finding, name: str, folder: Path) -> str:
    """Say what is the matter with a secret and what to do."""
    where = f"`{name}` (the file {folder / name}, or BLUEZONE_{name.upper()})"
    return {
        Finding.WHOLE: "",
        Finding.MISSING: f"the secret {where} is missing: put it back from the backup that this database is of; where "
        f"it is lost for good, and with it what it encrypts, run `bluezone authority install --replace {name}`",
        Finding.ROTATED: f"the secret {where} is new: run `bluezone authority install`, which notes it",
        Finding.FOREIGN: f"the secret {where} is not the one that this database knows: put both back from one backup, "
        f"or give the known one in BLUEZONE_{name.upper()}_FALLBACKS",
    }[finding]


def fingerprint(name: str, secret: str, installation: Installation) -> str:
    """Return by what the database knows a secret; nothing for nothing."""
    return keyed.digest_under(secret, f"fingerprint of {name}", installation.pk.bytes) if secret else ""


def note(names: Iterable[str], installation: Installation) -> None:
    """Let the database know these secrets as they are, and of a new one for which country and disease it is."""
    for name in names:
        installation.fingerprints[name] = fingerprint(name, getattr(settings, name.upper()), installation)
    chosen = {"country": country().code, "disease": disease().code}
    installation.fingerprints = chosen | installation.fingerprints
    installation.save()


def findings(installation: Installation) -> dict[str, Finding]:
    """Judge each secret of this process; one whose file has gone meanwhile is missing."""
    found = {}
    for name in SECRETS:
        is_there = configuration.secret(settings.BLUEZONE, name)
        present = getattr(settings, name.upper()) if is_there else ""
        earlier = [fingerprint(name, each, installation) for each in getattr(settings, f"{name.upper()}_FALLBACKS")]
        known = installation.fingerprints.get(name, "")
        found[name] = judge(known, fingerprint(name, present, installation), earlier)
    return found


def secret_problems(found: Mapping[str, Finding]) -> list[str]:
    """Return a sentence for each secret that is not as it should be."""
    return [text for name, each in found.items() if (text := sentence(each, name, settings.BLUEZONE.secrets_folder))]


def installation() -> Installation | None:
    """Return what this database is of; None where nothing is installed. Raises AuthorityError where the database cannot
    be used, or another version laid it. Makes no file."""
    if is_gone():
        return None
    check_version()
    try:
        return Installation.objects.first()
    except DatabaseError as error:
        check_working(error)
        return None  # there are no tables


def has_lost_database() -> bool:
    """Return whether signing keys are here, of what was installed. Ask where no installation is found."""
    return any(settings.BLUEZONE.secrets_folder.glob("*.pem"))


def nothing_installed() -> AuthorityError:
    """Return what to raise where there is no installation: it is not yet there, or no longer."""
    lost = _DATABASE_LOST.format(folder=settings.BLUEZONE.secrets_folder)
    return AuthorityError(lost if has_lost_database() else _NOTHING_INSTALLED)


def take_in_secrets() -> None:
    """Use the secrets as they are now: they may have been made since the settings were read."""
    for name in SECRETS:
        if value := configuration.secret(settings.BLUEZONE, name):
            setattr(settings, name.upper(), value)


def check_restored(found: Installation | None) -> None:
    """Raise AuthorityError where a restore was cut short after it had put the database in place."""
    if found is not None and found.restoring is not None:
        raise AuthorityError(_CUT_SHORT.format(at=found.restoring.isoformat()))


def check_chosen(found: Installation) -> None:
    """Note the country and the disease of the settings while the database holds nothing that depends on them. Raises
    ConfigurationError where it does, and they are others: codes would mean other places, cases another disease."""
    now = {"country": country().code, "disease": disease().code}
    changed = [name for name, code in now.items() if found.fingerprints.get(name) != code]
    filled = {"country": (User,), "disease": (Case, Episode)}
    for name in changed:
        if name in found.fingerprints and any(model._default_manager.exists() for model in filled[name]):
            raise ConfigurationError(
                f"this database is of the {name} {found.fingerprints[name]}, and "
                f"BLUEZONE_{name.upper()} says {now[name]}: "
                "set it back, or install a new database (BLUEZONE_VAR or DATABASE_URL)"
            )
        found.fingerprints[name] = now[name]
    if changed:
        found.save(update_fields=["fingerprints"])


def check_secrets(*, restoring: bool = False) -> Installation:
    """Return the installation. Raises AuthorityError where there is none, or one that is not wholly restored,
    ConfigurationError where a secret is missing or is not the one that the database knows, or what was chosen is not
    what the database is of."""
    found = installation()
    if found is None:
        raise nothing_installed()
    if not restoring:
        check_restored(found)
    take_in_secrets()
    if problems := secret_problems(findings(found)):
        raise ConfigurationError(*problems)
    check_chosen(found)
    return found


def check(now: dt.datetime, *, restoring: bool = False) -> Installation:
    """Return the installation. Raises AuthorityError where a secret or a signing key is missing, foreign or mixed.
    `restoring`: for who is at ending a restore."""
    found = check_secrets(restoring=restoring)
    signing.check_usable(now)
    return found
