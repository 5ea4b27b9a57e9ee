"""Publish and list what phones and officers go by: policies, guidance, forms of declarations, rules of isolation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer, json_text
from bluezone.cli.authority.common import now, utc
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.parameters import FOLDER, NEW_FILE
from bluezone.errors import BluezoneError
from bluezone.packages import PackageError

if TYPE_CHECKING:
    from bluezone.authority.documents.models import SignedDocument
    from bluezone.authority.messages.models import GuidanceEntry
    from bluezone.exposure.policies.published_table import Calibration
    from bluezone.forms.definition import Form
    from bluezone.protocol.exports import TrustedKey


#: where a form names no area
_COUNTRY = "the country"


@authority.group("policy")
def policy_command() -> None:
    """Publish and list the policies by which phones decide whom to warn."""


@command("publish", policy_command)
def policy_publish(
    *,
    name: Annotated[str, Arg()],
    version: Annotated[str | None, Opt("Version of a policy with changed parameters; an alert names it.")] = None,
    parameters: Annotated[
        IO[bytes] | None,
        Opt(
            "JSON object of the parameters to change (`bluezone exposure policies --json` prints them all).",
            type=click.File("rb"),
        ),
    ] = None,
    table: Annotated[
        str,
        Opt(
            "Corrections by phone model that go with it: a JSON table, the one that comes with the package, the one "
            "published last, or none.",
            "--calibration",
            metavar="FILE|package|keep|none",
        ),
    ] = "keep",
    valid_days: Annotated[int, Opt("Days for which phones follow it.", limits=(1, 366))] = 90,
    valid_from: Annotated[dt.datetime | None, Opt("UTC; now if not given.", "--from")] = None,
) -> Answer:
    """Sign and publish policy NAME; `disease`: that of this installation's disease. Phones fetch, verify and try it,
    and refuse one that is absurd, as this command does."""
    from bluezone.authority.keys import policies
    from bluezone.authority.site.configuration import disease
    from bluezone.protocol.text import json_object

    changes = {} if parameters is None else json_object(parameters.read(), parameters.name)
    if name == "disease":
        of = disease().policy
        name, version, changes = of.name, version or of.version or None, {**of.parameters, **changes}
    row = policies.publish(
        policies.chosen(name, version, changes),
        now(),
        days=valid_days,
        valid_from=valid_from,
        calibration=_calibration_named(table),
    )
    return Answer(_policy_facts(row), f"published {_policy_line(row)}")


def _calibration_named(table: str) -> Calibration | None:
    from bluezone.authority.keys import policies
    from bluezone.exposure.policies.published_table import table_from_file, table_of_the_package

    if table == "none":
        return None
    if table == "keep":
        return policies.last_calibration()
    return table_of_the_package() if table == "package" else table_from_file(Path(table).read_bytes())


@command("list", policy_command)
def policy_list() -> Answer:
    """List every policy published, and which is in force."""
    from bluezone.authority.documents import services as documents
    from bluezone.authority.keys import policies
    from bluezone.exposure.policies.document import POLICY

    rows = policies.every()
    current = documents.in_force(POLICY.name, "", now())
    lines = [_policy_line(row) + (" (in force)" if row == current else "") for row in rows]
    facts = {"policies": [_policy_facts(row) | {"rules": row == current} for row in rows]}
    return Answer(facts, lines or "no policy has been published; phones decide by the one they came with")


def _policy_line(row: SignedDocument) -> str:
    from bluezone.authority.keys import policies

    return f"{policies.title(row)}, valid from {utc(row.valid_from)} until {utc(row.valid_until)}"


def _policy_facts(row: SignedDocument) -> dict[str, object]:
    from bluezone.authority.keys import policies

    published = policies.content_of(row)
    return {
        "region": row.region,
        "serial": row.serial,
        "name": published.policy.name,
        "version": published.policy.version,
        "calibration_version": published.calibration_version,
        "issued_at": row.issued_at,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


@authority.group("guidance")
def guidance_command() -> None:
    """Publish, list and withdraw what phones tell people who were warned."""


@command("publish", guidance_command)
def guidance_publish(
    *,
    source: Annotated[str, Arg(metavar="FILE|package")],
    like: Annotated[
        dt.date | None, Opt("package: its rules as of this day.  [default: 2020-08-15, else those that begin last]")
    ] = None,
    first: Annotated[
        dt.date | None, Opt("package: the first day on which they hold; today if not given.", "--from")
    ] = None,
    days: Annotated[int, Opt("package: for how many days they hold.", limits=(1, 731))] = 90,
) -> Answer:
    """Sign and publish the entries of FILE, all or none; or those of 2020 and 2021 that come with the package, dated
    anew, for a first start or an exercise. `guidance example` prints the form of FILE."""
    from bluezone.authority.messages import guidance
    from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of

    if source == "package":
        entries = guidance.dated(guidance.like(like), first or _today(), days)
    else:
        entries = guidance.read(Path(source).read_bytes(), source)
    rows = guidance.publish(jurisdiction_of(Role.MINISTRY, "/"), entries, now())
    lines = [f"published {_guidance_line(row)}" for row in rows]
    return Answer({"entries": [_guidance_facts(row) for row in rows]}, lines)


@command("example", guidance_command)
def guidance_example() -> None:
    """Print the entries of 2020 and 2021 with their sources, to be copied and changed."""
    from bluezone.authority.messages import guidance

    click.echo(guidance.text_of_the_package().decode("utf-8"), nl=False)


@command("list", guidance_command)
def guidance_list() -> Answer:
    """List every entry published, and which hold."""
    from bluezone.authority.messages.models import GuidanceEntry

    rows = list(GuidanceEntry.objects.order_by("published_at", "id"))
    lines = [_guidance_line(row) for row in rows]
    empty = "nothing has been published; phones ask people who were warned to call their health station"
    return Answer({"entries": [_guidance_facts(row) for row in rows]}, lines or empty)


@command("withdraw", guidance_command)
def guidance_withdraw(*, number: Annotated[int, Arg()]) -> Answer:
    """Take entry NUMBER out of what phones fetch."""
    from bluezone.authority.messages import guidance
    from bluezone.authority.messages.models import GuidanceEntry

    row = GuidanceEntry.objects.filter(id=number).first()
    if row is None:
        raise BluezoneError(f"there is no entry {number}; `bluezone authority guidance list` shows them")
    guidance.withdraw(row, now())
    return Answer(_guidance_facts(row), f"withdrawn: {_guidance_line(row)}")


def _guidance_facts(row: GuidanceEntry) -> dict[str, object]:
    from bluezone.authority.messages import guidance

    state = guidance.state(row, _today())
    return {"number": row.id, "state": str(state), **row.body}


def _guidance_line(row: GuidanceEntry) -> str:
    facts = _guidance_facts(row)
    place = facts["place"] or "the whole country"
    return (
        f"{row.id}: {row.version}, for {place}, from {row.from_day} until {row.until_day}, "
        f"{facts['watch_days']} days of watching ({facts['state']})"
    )


@authority.group("forms")
def forms_command() -> None:
    """Publish and list the forms of health declarations."""


@command("publish", forms_command)
def forms_publish(
    *,
    file: Annotated[IO[bytes], Arg(type=click.File("rb"))],
    dry_run: Annotated[bool, Opt("Only read the form, and say what differs from the version before.")] = False,
) -> Answer:
    """Publish the form in FILE (JSON). Its version is above every version before; declarations keep theirs."""
    from bluezone.authority.declarations import publishing

    document = file.read()
    proposal = publishing.propose(document) if dry_run else publishing.publish(document, None, now())
    form, before = proposal.form, proposal.before
    done = "would publish" if dry_run else "published"
    first = f"{done} {form.form} {form.version} for {form.area or _COUNTRY}, from {form.valid_from.isoformat()}"
    against = f"; against version {before.version}:" if before else ": the first version"
    facts = {
        "form": form.form,
        "version": form.version,
        "area": form.area,
        "before": before.version if before else None,
        "differences": proposal.differences,
    }
    lines = [f"  {each.what} {each.name}: {each.change}" for each in proposal.differences]
    return Answer(facts, [first + against, *lines])


@command("list", forms_command)
def forms_list() -> Answer:
    """List every version of every form, and which may be filled in today."""
    from bluezone.authority.declarations import known_forms

    offered = {(each.form, each.version) for each in known_forms.offered(_today())}
    rows = [
        {"form": each.form, "version": each.version, "area": each.area, "offered": (each.form, each.version) in offered}
        for each in known_forms.every()
    ]
    lines = [
        f"{row['form']} {row['version']} {row['area'] or _COUNTRY}{' (offered)' if row['offered'] else ''}"
        for row in rows
    ]
    return Answer({"forms": rows}, lines)


@command("to-fhir", forms_command)
def forms_to_fhir(
    *,
    file: Annotated[Path, Arg()],
    answers: Annotated[
        Path | None,
        Opt("JSON object of answers by question, to print as a QuestionnaireResponse; its name is the identifier."),
    ] = None,
    day: Annotated[dt.date | None, Opt("The day of the answers; today if not given.")] = None,
) -> None:
    """Print the form in FILE (JSON) as a Questionnaire of FHIR R4."""
    from bluezone.authority.partners.services import names
    from bluezone.exchange import fhir_forms
    from bluezone.forms.reading import read_form
    from bluezone.protocol.text import json_object

    if answers is None:
        made = fhir_forms.questionnaire(file.read_bytes().decode("utf-8", "replace"), names())
    else:
        form, on = read_form(file.read_bytes()), day or _today()
        given = _answered(form, json_object(answers.read_bytes(), answers.name), on)
        made = fhir_forms.response(form, given, answers.stem, on.isoformat(), names())
    click.echo(json_text(made, indent=1))


@command("from-fhir", forms_command)
def forms_from_fhir(
    *,
    file: Annotated[Path, Arg()],
    form: Annotated[Path | None, Opt("The form that a QuestionnaireResponse answers (JSON).")] = None,
    day: Annotated[dt.date | None, Opt("The day of the answers; today if not given.")] = None,
) -> None:
    """Print the form or the answers that FILE holds (FHIR R4).

    Of another system's Questionnaire come the questions: complete them with what each is about, the law and triage.
    """
    from bluezone.authority.partners.services import names
    from bluezone.exchange import fhir_forms, fhir_reading
    from bluezone.forms.reading import read_form

    resource = fhir_reading.parsed(file.read_bytes())
    if form is None:
        found = fhir_forms.read_questionnaire(resource, names())
    else:
        asked = read_form(form.read_bytes())
        found = _answered(asked, fhir_forms.read_response(resource, asked), day or _today())
    click.echo(json_text(found, indent=1))


def _today() -> dt.date:
    from bluezone.authority.site import clock

    return clock.date_of(clock.now())


def _answered(form: Form, given: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    """Return answers as a declaration holds them. Raises CommandError, a sentence for each that cannot be read."""
    from bluezone.authority.declarations.services import edge_on
    from bluezone.forms.answers import read_answers

    if unknown := given.keys() - {each.name for each in form.fields}:
        raise CommandError(f"“{form.form}” {form.version} does not ask: {', '.join(sorted(unknown))}")
    lists = {name: each if isinstance(each, list) else [each] for name, each in given.items()}
    reading = read_answers(form, lists, edge_on(day))
    if reading.faults:
        raise CommandError("; ".join(f"{name}: {fault.text('en')}" for name, fault in reading.faults.items()))
    return reading.answers


_Pem = Annotated[
    Path | None,
    Opt("PEM file of the key of the server that signed it; without it this server's keys count.", "--public-key"),
]
_Folder = Annotated[Path, Arg(metavar="DIR", type=FOLDER)]


def _packages(of: str, several: str, then: str) -> click.Group:
    """Return the group that signs packages of a kind, and takes signed ones that lack nothing."""
    group = click.Group(of, help=f"Sign and add packages of {several}.")
    authority.add_command(group)

    @command("sign", group, help="Sign the package in DIR with this server's keys.")
    def sign(*, folder: _Folder) -> None:
        from bluezone.authority.documents import packages

        click.echo(f"signed: {packages.sign(folder, packages.What(of), now())}")

    @command("add", group, help=f"Take a signed package, {then}.")
    def add(
        *,
        folder: _Folder,
        pem: _Pem = None,
        dry_run: Annotated[bool, Opt("Say whether it would be taken, and store nothing.")] = False,
    ) -> Answer:
        from bluezone.authority.documents import packages
        from bluezone.cli import country, disease

        what = packages.What(of)
        checks = country if what is packages.What.COUNTRY else disease
        if wrong := checks.problems_of(folder):
            raise PackageError(*wrong)
        code, version = packages.take(folder, what, _trusted(pem), now(), store=not dry_run)
        name = what.folder / code if what is packages.What.COUNTRY else code
        text = f"{code} {version} would be taken" if dry_run else f"added: BLUEZONE_{what.name}={name}"
        return Answer({"code": code, "version": version, "stored": not dry_run}, text)

    return group


disease_command = _packages("disease", "diseases", "so that BLUEZONE_DISEASE can name it")
country_command = _packages("country", "countries", "and print its folder for BLUEZONE_COUNTRY")


@authority.group("protocols")
def protocols_command() -> None:
    """Sign, add and list the rules of how long an isolation lasts and when tests are due."""


@command("example", protocols_command)
def protocols_example() -> None:
    """Print a file with one rule, to be changed and signed."""
    from importlib import resources

    text = resources.files("bluezone.authority.episodes.stays").joinpath("protocols-example.json").read_text("utf-8")
    click.echo(text, nl=False)


@command("sign", protocols_command)
def protocols_sign(
    *,
    source: Annotated[Path, Arg(metavar="FILE")],
    target: Annotated[Path, Arg(metavar="SIGNED", type=NEW_FILE)],
) -> None:
    """Check the rules in FILE and sign them with this server's keys, as of now, into SIGNED."""
    from bluezone.authority.episodes.stays import protocols
    from bluezone.authority.signing import services as signing

    moment = now()
    target.write_bytes(protocols.sign(source.read_bytes(), moment, signing.export_signers(moment)))
    click.echo(f"signed: {target}")


@command("add", protocols_command)
def protocols_add(
    *,
    source: Annotated[Path, Arg(metavar="SIGNED")],
    pem: _Pem = None,
    dry_run: Annotated[bool, Opt("Say what would change, and store nothing.")] = False,
) -> Answer:
    """Take the rules of a signed file, all or none, and say what they change. Stays keep the rule they were decided
    under."""
    from bluezone.authority.episodes.stays import protocols

    data, trusted = source.read_bytes(), _trusted(pem)
    changes = protocols.preview(data, trusted)[1]
    if not dry_run:
        protocols.add(data, now(), trusted)
    first = "would change, nothing is stored:" if dry_run else "added:"
    return Answer({"stored": not dry_run, "changes": changes}, [first, *changes])


@command("list", protocols_command)
def protocols_list() -> Answer:
    """List every rule that is known, and the files that were added."""
    from bluezone.authority.episodes.models import ProtocolEdition
    from bluezone.authority.episodes.stays import protocols

    rules = sorted(protocols.known(), key=lambda each: (each.first, each.name))
    files = [f"{row}, added {utc(row.added_at)}" for row in ProtocolEdition.objects.order_by("pk")]
    lines = [protocols.described(each) for each in rules]
    return Answer({"protocols": lines, "files": files}, [*lines, *files])


def _trusted(pem: Path | None) -> list[TrustedKey]:
    if pem is None:
        return []
    from bluezone.authority.episodes.stays import protocols

    return [protocols.trusted_key(pem.read_bytes())]
