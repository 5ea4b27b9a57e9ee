"""Set up the server, run it, and run its jobs."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import announcer
from bluezone.cli.options import Json, Opt, command


@command("migrate")
def migrate_command() -> None:
    """Bring the database up to date; on a new installation also make the signing keys and an empty index."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bluezone.authority.keys import batches
    from bluezone.authority.project.database import lay_new_database
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock, clock_guard
    from bluezone.authority.site.locks import job_lock
    from bluezone.authority.site.registries import Trust

    with job_lock("migrate"):
        lay_new_database()
        call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            Path(connection.settings_dict["NAME"]).chmod(0o600)  # its journal files follow
        made = signing.ensure(clock.now())
        batches.write_index(settings.BLUEZONE)  # phones that ask before the first batch find an empty list, no error
        if (verdict := clock_guard.look(clock.now())).is_believed:
            clock_guard.require(clock.now(), Trust.PUBLISHES)  # the first mark, by which a leap is seen
        else:
            click.echo(f"warning: {clock_guard.sentence(verdict)}", err=True)
    click.echo("the database is up to date" + "".join(f"; made {key}" for key in made))


@command("serve")
def serve_command(
    *,
    host: Annotated[str, Opt("Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Opt("0: any free one.", limits=(0, 65535))] = 8000,
    workers: Annotated[int, Opt("Processes that answer.", limits=(1, 64))] = 2,
    as_json: Json = False,
) -> None:
    """Serve pages and APIs until interrupted. Prints the address once it answers."""
    from django.conf import settings

    from bluezone.authority.project.server import serve as run

    if host not in {"127.0.0.1", "::1", "localhost"} and not settings.BLUEZONE.tls:
        click.echo("warning: open to the network without TLS; set BLUEZONE_TLS=on behind a proxy that has it", err=True)

    said = "the authority answers at {url} (officers: {url}/officer/cases/)"
    run(host, port, workers, announcer(said, as_json=as_json))


@command("worker")
def worker_command() -> None:
    """Run the repeating jobs (publish, purge, roll-up, simulate) until interrupted."""
    from bluezone.authority.project.database import check_migrated
    from bluezone.authority.project.worker import work
    from bluezone.authority.site import registries

    check_migrated()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("working: " + ", ".join(f"{job.name} every {job.every}" for job in registries.jobs), err=True)
    work(stop)
