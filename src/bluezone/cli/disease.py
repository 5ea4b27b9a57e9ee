"""Define `bluezone disease`: the packages that say what a disease is, and whether one is whole."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer
from bluezone.cli.options import Opt, command
from bluezone.cli.packages import Name, New, checked, copy
from bluezone.disease.package import Disease
from bluezone.disease.reading import BY_AGE, DURATIONS, MAIN, NUMBERS, read
from bluezone.disease.shipped import CODES, chosen, shipped
from bluezone.errors import BluezoneError
from bluezone.packages import PackageError, files_of

if TYPE_CHECKING:
    from bluezone.epidemic.disease import Disease as Strain
    from bluezone.exposure.policies import Policy


@click.group("disease")
def disease_group() -> None:
    """Packages of diseases."""


@command("list", disease_group)
def list_command() -> Answer:
    """List the packages that come with the program."""
    every = [shipped(code) for code in CODES]
    lines = []
    for of in every:
        tests = f"{len(of.tests)} tests" if of.tests else "no test"
        lines.append(f"{of.code}: {of.name('en')}, {of.spread}; {of.windows.follow_up.days} days of follow-up, {tests}")
    return Answer([_facts(of) for of in every], lines)


@command("check", disease_group)
def check_command(*, name: Name) -> Answer:
    """Say what a package lacks, one sentence each, and by which policy phones judge if nothing is."""
    place = chosen(name)
    problems = problems_of(place)
    return checked(name, place, problems, "" if problems else _judged(read(files_of(place))))


@command("show", disease_group)
def show_command(*, name: Name) -> Answer:
    """Show a package's numbers with their sources."""
    of = read(files_of(chosen(name)))
    windows = of.windows
    first = windows.incubation
    lines = [
        f"{of.code} {of.version}: {of.name('en')}, {of.spread}",
        f"incubation {first.least} to {first.most} days, usually {first.usual} ({first.source})",
        *(f"infectious from day {-each.days_before} to day {each.days_after} of the illness ({each.reason['en']})"
          for each in windows.infectious),
        f"contacts are followed for {windows.follow_up.days} days ({windows.follow_up.source})",
        f"danger signs: {of.signs.listed(sorted(of.signs.danger), 'en')}",
        f"tests: {', '.join(each.label['en'] for each in of.tests) or 'none; a physician confirms a case'}",
        f"{_judged(of)} ({of.policy.source})",
    ]  # fmt: skip
    return Answer(_facts(of), lines)


@command("copy", disease_group)
def copy_command(
    *,
    name: Name,
    target: New,
    code: Annotated[str | None, Opt("Code of the new disease; the folder's name if not given.")] = None,
) -> None:
    """Copy a package, to be changed into another."""
    copy(chosen(name), target, MAIN, read(files_of(chosen(name))).code, code or target.name)


def _judged(of: Disease) -> str:
    policy = policy_of(of)
    return f"phones judge by the policy {policy.name}, version {policy.version}"


def _facts(of: Disease) -> dict[str, Any]:
    windows = of.windows
    return {
        "code": of.code,
        "version": of.version,
        "names": dict(of.names),
        "spread": of.spread.value,
        "incubation_days": [windows.incubation.least, windows.incubation.usual, windows.incubation.most],
        "infectious_days": [[-each.days_before, each.days_after] for each in windows.infectious],
        "follow_up_days": windows.follow_up.days,
        "symptoms": list(of.signs.symptoms),
        "danger_signs": sorted(of.signs.danger),
        "tests": [each.code for each in of.tests],
        "policy": of.policy.name,
    }


# --- what other rooms make of a package -------------------------------------------------------------------------------


def problems_of(place: Traversable) -> list[str]:
    """Return what is missing: of the package itself, then, where it can be read, of what each room makes of it."""
    try:
        of = read(files_of(place))
    except PackageError as error:
        return list(error.problems)
    found = []
    for check in (_check_forms, policy_of, strain_of, _check_isolation):
        try:
            check(of)
        except BluezoneError as error:
            found.append(str(error))
    return found


def _check_forms(of: Disease) -> None:
    from bluezone.forms import shipped as forms

    forms.forms(of)


def _check_isolation(of: Disease) -> None:
    """Read rules of isolation and guidance as the authority does. Raises BluezoneError."""
    from bluezone.authority.project.processes import load

    load()
    from bluezone.authority.episodes.stays import protocols
    from bluezone.authority.messages import guidance

    protocols.of_disease(of)
    guidance.read(of.guidance, "guidance.json")


def policy_of(of: Disease) -> Policy:
    """Return the exposure policy of a package. Raises ExposureError for one that is not known or
    absurd, as phones find it."""
    from bluezone.exposure.policies import policy_named
    from bluezone.exposure.policies.document import check_sane
    from bluezone.exposure.policies.families import build, family_of

    policy = policy_named(of.policy.name)
    if of.policy.parameters:
        parameters = {**policy.parameters(), **of.policy.parameters}
        policy = build(family_of(policy), policy.name, of.policy.version, parameters, of.policy.source)
    check_sane(policy)
    return policy


def strain_of(of: Disease) -> Strain:
    """Return the simulator's parameters of a package. Raises EpidemicError."""
    from bluezone.epidemic.disease import Delay, strain
    from bluezone.epidemic.disease import Disease as Strain

    given = of.simulator
    if "strain" in given:
        return strain(given["strain"])
    numbers: dict[str, Any] = {name: given[name] for name in NUMBERS}
    shares: dict[str, Any] = {name: tuple(given[name]) for name in BY_AGE}
    delays: dict[str, Any] = {name: Delay(**given[name]) for name in DURATIONS}
    return Strain(name=of.code, source=given["source"], **numbers, **shares, **delays)
