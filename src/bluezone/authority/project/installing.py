"""Make an installation: secrets, database, signing keys, an empty index. Nothing else makes a secret."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.keys import batches
from bluezone.authority.project import whole
from bluezone.authority.project.database import lay_new_database
from bluezone.authority.project.whole import Finding
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import clock_guard, configuration
from bluezone.authority.site.configuration import SECRETS
from bluezone.authority.site.files import private_file
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.models import Installation
from bluezone.authority.site.registries import Trust
from bluezone.geography.checks import problems as country_problems
from bluezone.geography.country import country


def install(now: dt.datetime, replace: Collection[str] = ()) -> list[str]:
    """Make what is not there yet, note secrets that were rotated, and return a sentence for each; a second time it does
    nothing. `replace`: secrets to be replaced, with the loss of what they encrypt.

    Raises ConfigurationError where a secret of an installation is missing or foreign: only who replaces it by name
    makes a new one; where the country's lists of units cannot be used. Raises AuthorityError where its signing keys
    are here and its database is not.
    """
    if wrong := country_problems(country().place):
        raise ConfigurationError(*wrong)
    with job_lock("migrate"):
        known = whole.installation()
        whole.check_restored(known)
        if known is None and whole.has_lost_database():
            raise whole.nothing_installed()
        made = [name for name in SECRETS if _make(name, known, anew=name in replace)]
        whole.take_in_secrets()
        noted = list(SECRETS)
        if known is not None:
            found = whole.findings(known)
            noted = [name for name in SECRETS if found[name] is Finding.ROTATED or name in replace]
            if problems := whole.secret_problems({name: found[name] for name in SECRETS if name not in noted}):
                raise ConfigurationError(*problems)
        keys = _bring_up_to_date(now)
        whole.note(noted, known or Installation())
        signing.check_usable(now)
    said = [f"made the secret {name}" if name in made else f"noted the secret {name}" for name in noted]
    return said + [f"made {key}" for key in keys]


def migrate(now: dt.datetime) -> list[str]:
    """Bring the database of a whole installation up to date; return a sentence for each signing key made."""
    with job_lock("migrate"):
        whole.check_secrets()
        return [f"made {key}" for key in _bring_up_to_date(now)]


def _make(name: str, known: Installation | None, *, anew: bool) -> bool:
    """Make a secret's file where that is meant; return whether it was. One that is replaced is kept under another
    name."""
    conf = settings.BLUEZONE
    present = configuration.secret(conf, name)
    if known is not None and anew:
        mark = whole.fingerprint(name, present, known)
        if mark == known.fingerprints.get(name) and getattr(conf, name):
            raise AuthorityError(f"BLUEZONE_{name.upper()} is the secret in use: set a new one, then say this again")
        if mark == known.fingerprints.get(name):
            (conf.secrets_folder / name).rename(conf.secrets_folder / f"{name}.{mark[:8]}")
            present = ""
    if present or (known is not None and not anew):
        return False
    private_file(conf.secrets_folder / name, secrets.token_urlsafe(48).encode())
    return True


def _bring_up_to_date(now: dt.datetime) -> list[SigningKey]:
    lay_new_database()
    call_command("migrate", interactive=False, verbosity=0)
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).chmod(0o600)  # its journal files follow
    made = signing.ensure(now)
    batches.write_index(settings.BLUEZONE)  # phones that ask before the first batch find an empty list, no error
    if clock_guard.look(now).is_believed:
        clock_guard.require(now, Trust.PUBLISHES)  # the first mark, by which a leap is seen
    return made
