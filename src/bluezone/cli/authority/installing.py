"""Make an installation, on a machine of its own where that is asked for, bring it up to date, and take it down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import now
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command


@dataclass(frozen=True)
class _Machine:
    """Hold the options of a whole machine."""

    domain: Annotated[
        str,
        Opt("Make this Debian machine the server under this name: user, settings, proxy with TLS, services. As root."),
    ] = ""
    postgresql: Annotated[bool, Opt("With --domain: a database of the PostgreSQL on this machine, not SQLite.")] = False
    proxy: Annotated[str, Opt("With --domain: what stands in front.", choices=("caddy", "nginx", "none"))] = "caddy"
    certificate: Annotated[
        Path | None, Opt("With --domain: your own TLS certificate and chain (PEM).  [default: by ACME]")
    ] = None
    certificate_key: Annotated[Path | None, Opt("Its private key.")] = None
    backup_to: Annotated[str, Opt("With --domain: a backup each night, to this public key (`backup-key`).")] = ""


@command("install", authority)
def install_command(
    *,
    replace: Annotated[
        tuple[str, ...],
        Opt("A secret that is lost or stolen: what it encrypts is lost.", choices=("secret_key", "persons_key")),
    ] = (),
    machine: _Machine,
) -> Answer:
    """Make an installation: secrets, database, signing keys, an empty index. Done again it changes nothing.

    Notes a secret that was rotated. A secret that is missing is never made anew unless it is named by --replace.
    """
    from bluezone.authority.project.installing import install

    if not machine.domain:
        return _up_to_date(install(now(), replace))
    from bluezone.authority.project import provisioning

    if os.geteuid() != 0:
        raise CommandError("--domain sets up the machine itself: run it as root")
    if (machine.certificate is None) != (machine.certificate_key is None):
        raise CommandError("--certificate and --certificate-key go together")
    site = provisioning.Site(
        machine.domain,
        machine.postgresql,
        machine.proxy,
        str(machine.certificate or ""),
        str(machine.certificate_key or ""),
        machine.backup_to,
    )
    said = list(provisioning.provision(site, provisioning.Machine()))
    return Answer({"made": said}, said)


@command("uninstall", authority)
def uninstall_command() -> Answer:
    """Stop the services that `install --domain` started, and leave the proxy. Settings, secrets and data stay."""
    from bluezone.authority.project import provisioning

    if os.geteuid() != 0:
        raise CommandError("this changes the machine itself: run it as root")
    said = list(provisioning.unprovision(provisioning.Machine()))
    return Answer({"done": said}, said)


@command("migrate", authority)
def migrate_command() -> Answer:
    """Bring the database of an installation up to date."""
    from bluezone.authority.project.installing import migrate

    return _up_to_date(migrate(now()))


def _up_to_date(made: list[str]) -> Answer:
    from bluezone.authority.site import clock_guard

    if not (verdict := clock_guard.look(now())).is_believed:
        click.echo(f"warning: {clock_guard.sentence(verdict)}", err=True)
    return Answer({"made": made}, "; ".join(("the database is up to date", *made)))
