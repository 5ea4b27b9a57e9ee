"""Define `bluezone town run`, `seeds` and `show`: rehearse a day, the same day of many seeds, or one on a page."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import shlex
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer, announcer, json_text, show
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.parameters import NEW_FOLDER, NumberRange
from bluezone.cli.progress import Shown
from bluezone.disease.shipped import DEFAULT
from bluezone.exposure.policies import POLICIES
from bluezone.i18n import Language
from bluezone.town.show.pace import DEFAULT_SPEED, SPEEDS
from bluezone.town.world import MAX_DAYS, MAX_HOURS, MAX_PEOPLE, MIN_PEOPLE, SCENES, TOWN

# What rehearses brings a Bluetooth stack: it is imported by the commands that do, not for their help.
if TYPE_CHECKING:
    from bluezone.town.run import Options, Outcome
    from bluezone.town.server import TownAuthority

#: on a page: more people than can be told apart in a drawing, and each phone is two databases
_MAX_SHOWN = 60
_DEFAULT_PORT = 8730

People = Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, MAX_PEOPLE))]
Seed = Annotated[int, Opt("Another seed, another town and day.", limits=(0,))]
Notices = Annotated[bool, Opt("Also let phones live on until their owners are told, and say after how long.")]


@dataclass(frozen=True)
class Lived:
    """Hold what every rehearsal is asked: how long, by which policy, where."""

    hours: Annotated[
        float,
        Opt(
            "How much of the (last) day to live through, from six in the morning.",
            type=NumberRange(0, MAX_HOURS, min_open=True),
        ),
    ] = MAX_HOURS
    policy: Annotated[str | None, Opt("What the phones decide by.", choices=sorted(POLICIES))] = None
    scene: Annotated[
        str,
        Opt(
            "Homes, market, office and bus of a small town; or strangers at a market, on a bus, or a school class.",
            choices=list(SCENES),
        ),
    ] = TOWN
    days: Annotated[
        int,
        Opt(
            "On each evening but the last somebody tests positive, and phones ask for keys by themselves.",
            limits=(1, MAX_DAYS),
        ),
    ] = 1

    disease: Annotated[
        str, Opt("What is rehearsed (`bluezone disease list`): its policy, windows and texts.", metavar="NAME|DIR")
    ] = DEFAULT

    def options(self, people: int, seed: int, directory: Path, **more: Any) -> Options:
        """Return the settings of a rehearsal of so many people."""
        from bluezone.town.run import Options

        return Options(people, seed, directory, **asdict(self), **more)


@command("run")
def run_command(
    *,
    people: People = 12,
    seed: Seed = 1,
    lived: Lived,
    notices: Notices = False,
    second_order: Annotated[
        bool,
        Opt(
            "Whether contacts (F1) warn the people they met (F2), as a ministry may turn on.",
            "--second-order/--no-second-order",
            show_default=True,
        ),
    ] = False,
    json_file: Annotated[
        str | None,
        Opt("Write the facts here; - for stdout.", "--json", type=click.Path(dir_okay=False, allow_dash=True)),
    ] = None,
    folder: Annotated[Path | None, Opt("Keep all files here (a new folder).", type=NEW_FOLDER)] = None,
    stay: Annotated[bool, Opt("Afterwards keep the authority running, until Ctrl-C.")] = False,
    hci: Annotated[
        bool, Opt("Send every packet through Bumble's stack and HCI: the same results, at more cost.")
    ] = False,
    language: Annotated[Language, Opt("Of the table and the sentences.")] = Language.ENGLISH,
    quiet: Annotated[bool, Opt("No progress.")] = False,
) -> None:
    """Rehearse a day in the town: phones meet, one person tests positive, the right phones are warned, and some of
    those warned report it to an officer, who decides who is a contact (F1).

    Real are the phones' engine, the authority, its database and HTTP; with --hci also the phones' Bluetooth host, down
    to HCI. Modelled are people's ways, radio waves and what a Bluetooth chip does.
    """
    from bluezone.cli.town import results
    from bluezone.town.report import document
    from bluezone.town.run import rehearsal

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    if json_file not in (None, "-"):  # before the day, not after it
        parent = Path(str(json_file)).absolute().parent
        if not parent.is_dir():
            raise CommandError(f"{json_file}: there is no such folder")
        if not os.access(parent, os.W_OK):
            raise CommandError(f"{json_file}: nothing can be written there")
    with own_folder(folder) as directory, closing(Shown("none" if quiet else "bar")) as progress:
        options = lived.options(people, seed, directory, hci=hci, notices=notices, second_order=second_order)
        with rehearsal(options, progress) as (outcome, authority):
            progress.close()
            target = results.target()
            facts = json_text(document(outcome) | {"hau_giang": results.target_facts(target)}, indent=2)
            if json_file == "-":
                click.echo(facts)
            else:
                if json_file is not None:
                    Path(json_file).write_text(facts + "\n", encoding="utf-8")
                show(*results.day_text(outcome, language), "", results.target_text(target, language))
                if not stay:
                    click.echo(
                        "\nTo look around: --stay keeps the authority up, --folder keeps all files; see "
                        "docs/why/town.md."
                    )
            if stay:
                _stay(directory, outcome, authority, to_stderr=json_file == "-")


@contextmanager
def own_folder(chosen: Path | None) -> Iterator[Path]:
    """Give a rehearsal its folder: the chosen one, which must be new, or one that goes with it."""
    if chosen is None:
        with tempfile.TemporaryDirectory(prefix="bluezone-town-") as made:
            yield Path(made)
        return
    if chosen.exists() and any(chosen.iterdir()):
        raise CommandError(f"{chosen}: is not empty; a rehearsal wants a folder of its own")
    chosen.mkdir(parents=True, exist_ok=True)
    yield chosen.absolute()


def _stay(directory: Path, outcome: Outcome, authority: TownAuthority, *, to_stderr: bool) -> None:
    """Say where all is, and let the authority go on until interrupted."""
    from bluezone.town.server import OFFICER

    temporary = directory.parent == Path(tempfile.gettempdir())
    authority.start("worker")  # before it is said that it stays: an interrupt while a process starts would lose it
    with contextlib.suppress(KeyboardInterrupt):
        click.echo(
            f"\nThe authority stays up. Its clock goes on from "
            f"{dt.datetime.fromtimestamp(outcome.ended_at_s, dt.UTC):%Y-%m-%d %H:%M} UTC.\n"
            f"  officers   {authority.url}/officer/cases/   (name {OFFICER}, password {authority.password}; "
            "both for this rehearsal only)\n"
            f"  exports    {authority.url}/exports/452/index.txt\n"
            f"  phones     {directory / 'phones'}\n"
            f"  authority  {authority.var}\n"
            "Ctrl-C ends it" + (" and deletes the files." if temporary else "."),
            err=to_stderr,
        )
        authority.stay(outcome.ended_at_s)


@command("seeds")
def seeds_command(
    *,
    people: People = 12,
    lived: Lived,
    notices: Notices = False,
    seeds: Annotated[str, Opt("Which, for example 1-50 or 3,7,10-12.")] = "1-50",
) -> Answer:
    """Rehearse a day of each seed; count sensitivity and precision: each day's, their median, and the worst.

    Each is a whole `bluezone town run`; a day of twelve people takes some 15 seconds of CPU, four hours take five.
    """
    from bluezone.cli.town.results import seeds_facts, seeds_text
    from bluezone.town.run import parse_seeds, rehearse_seeds

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    chosen = parse_seeds(seeds)
    wanted = lived.options(people, chosen[0], Path(), notices=notices)
    with closing(Shown()) as progress:
        scores = list(rehearse_seeds(chosen, wanted, lambda done, count: progress("days", done, count)))
    return Answer(seeds_facts(wanted, scores), seeds_text(wanted, scores))


@command("show")
def show_command(
    *,
    people: Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, _MAX_SHOWN))] = 12,
    seed: Seed = 1,
    lived: Lived,
    speed: Annotated[
        str,
        Opt(
            "Minutes of the town in a second, at first; the page can change it.",
            choices=[str(speed // 60) for speed in SPEEDS],
        ),
    ] = str(DEFAULT_SPEED // 60),
    language: Annotated[Language, Opt("Of the page, at first.")] = Language.VIETNAMESE,
    port: Annotated[int, Opt("0: any free.", limits=(0, 65535))] = _DEFAULT_PORT,
    as_json: Json = False,
) -> None:
    """Show the rehearsal on a page of this machine, until Ctrl-C.

    Town, phones and authority are those of `bluezone town run`, at a pace to follow. Prints the address that opens the
    page; it holds a token of this run. No browser is opened.
    """
    from bluezone.town.show.serve import ShowOptions, serve

    again = shlex.join(["bluezone", "town", "show", "--people", str(people), "--seed", str(seed)])
    again += "" if lived.scene == TOWN else f" --scene {lived.scene}"
    again += "" if lived.days == 1 else f" --days {lived.days}"
    with tempfile.TemporaryDirectory(prefix="bluezone-town-") as directory:
        # on HCI, where each packet is seen in its moment
        options = lived.options(people, seed, Path(directory), hci=True)
        shown = ShowOptions(60.0 * int(speed), port, language, again)
        announce = announcer("The town is to be seen at {url}\nCtrl-C ends it.", as_json=as_json)
        asyncio.run(serve(options, shown, announce))
