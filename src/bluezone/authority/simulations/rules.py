"""Decide what may be asked of the simulator, write its options, read its output: no storage, no process."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from bluezone.errors import N_, TranslatableError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: names of the parameter sets of `bluezone epidemic run --strain`
STRAINS = (
    ("2020", _("as in 2020")),
    ("delta", _("like Delta")),
    ("omicron", _("like Omicron")),
)
MIN_PEOPLE, MAX_DAYS, MAX_SEEDS, MAX_UPTAKES = 100, 730, 50, 8
#: simulated where nothing is said, unless there are recorded weeks of the place, which are fewer
USUAL_DAYS = 150
#: owners of a smartphone, of all people, in the simulator's society: more cannot have the app
MAX_UPTAKE = 0.68
#: the simulator asks there what 10 points more would buy
MAX_UPTAKE_OF_IMPORTATION = 0.57
#: simulated person-days of one question: an hour or two of one core at the measured 15 to 20 million a second
MAX_PERSON_DAYS = 1e11
#: questions of one officer that wait or run
MAX_WAITING = 3
#: courses of installs that `bluezone epidemic order` plays, and days until the deadline of an order
ORDER_COURSES, MAX_DEADLINE = 5, 365
ORDER_FILE = "order.json"


class SimulationError(TranslatableError):
    """Report a question that cannot be put to the simulator; `field` is where in the form."""

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Kind(enum.Enum):
    """Name how an assumption is written and read."""

    SHARE = "share"
    NUMBER = "number"
    COUNT = "count"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Assumption:
    """Describe something the answer depends on. `name` is the simulator's (`--set NAME=VALUE`)."""

    name: str
    label: StrOrPromise
    kind: Kind
    low: float = 0.0
    high: float = 1.0


#: What an officer can change in the form. Everything else the simulator assumes can be set by name.
ASSUMPTIONS = (
    Assumption("app.detection", _("App: a contact of a case makes an alert"), Kind.SHARE),
    Assumption("app.consent", _("App: cases who publish their keys"), Kind.SHARE),
    Assumption("app.activity", _("App: installations in use"), Kind.SHARE),
    Assumption("app.bystanders", _("App: needless alerts for each true one"), Kind.NUMBER, 0, 10),
    Assumption("app.upload_delay_days", _("App: days from the result to the keys"), Kind.COUNT, 0, 14),
    Assumption("app.household_clustering", _("App: households that adopt together"), Kind.SHARE),
    Assumption("app.unit_clustering", _("App: schools and workplaces that adopt together"), Kind.SHARE),
    Assumption("app.second_order", _("App: contacts of contacts (F2) too"), Kind.SWITCH),
    Assumption("diagnosis.symptomatic_share", _("People with symptoms who are tested"), Kind.SHARE),
    Assumption("diagnosis.result_delay_days", _("Days from sample to result"), Kind.COUNT, 0, 14),
    Assumption("diagnosis.traced_share", _("Alerted people who are tested"), Kind.SHARE),
    Assumption("isolation.contact_compliance", _("Alerted people who isolate"), Kind.SHARE),
    Assumption("isolation.contact_daily_dropout", _("Alerted people who give up, a day"), Kind.SHARE),
    Assumption("isolation.household_of_case", _("The household of a case is quarantined"), Kind.SWITCH),
    Assumption("isolation.central_contacts", _("Contacts go to central quarantine"), Kind.SWITCH),
    Assumption("manual.interviews_per_day", _("Cases that officers can interview a day"), Kind.COUNT, 0, 100_000),
    Assumption("prior_immunity", _("People who cannot be infected at the start"), Kind.SHARE),
    Assumption("imports.mean_per_day", _("Infections brought in from elsewhere, a day"), Kind.NUMBER, 0, 10_000),
)
_BY_NAME = {each.name: each for each in ASSUMPTIONS}
_OTHER = re.compile(r"(?P<name>[a-z_]+(?:\.[a-z_]+)?)\s*=\s*(?P<value>[A-Za-z0-9.+-]+)")


def label_of(name: str) -> str:
    """Return an assumption's label on pages; its own name where it has none."""
    return str(_BY_NAME[name].label) if name in _BY_NAME else name


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question: a place's people, the uptakes to compare, how long, how often, and the assumptions that
    differ. Days, strain and infections at the start are the simulator's own where None: of the weeks that were recorded
    of the place, if there are some.

    order: installs on each course of an order, and its days (`bluezone epidemic order --courses`). changes:
    assumptions other than the simulator's own, as it writes them. headline: the uptake sentences speak of.
    """

    place: str
    people: int
    uptakes: tuple[float, ...]
    headline: float
    days: int | None = None
    seeds: int = 5
    strain: str | None = None
    r0: float | None = None
    initial_infections: int | None = None
    changes: Mapping[str, str] = field(default_factory=dict)
    sensitivity: bool = False
    importation: bool = False
    order: Mapping[str, Any] | None = None


def person_days(question: Question) -> float:
    """Return how much there is to simulate, with the runs without the app. Draws and moved assumptions take less: their
    towns are small."""
    runs = question.seeds * (len(question.uptakes) + 1)
    if question.order:
        runs += question.seeds * ORDER_COURSES
    return float(question.people) * (question.days or USUAL_DAYS) * runs


def check(question: Question, waiting: int) -> None:
    """Raise SimulationError, with the nearest question that can be asked, for one that is too large or one too many.

    waiting: the officer's own unfinished ones.
    """
    if waiting >= MAX_WAITING:
        raise SimulationError(
            "", N_("{waiting} of your questions are not answered yet; wait for one or end it"), waiting=waiting
        )
    if question.people < MIN_PEOPLE:
        raise SimulationError("people", N_("fewer than {least} people cannot be simulated"), least=MIN_PEOPLE)
    if question.days is not None and not 1 <= question.days <= MAX_DAYS:
        raise SimulationError("days", N_("ask for 1 to {most} days"), most=MAX_DAYS)
    if not 2 <= question.seeds <= MAX_SEEDS:
        raise SimulationError("seeds", N_("ask for 2 to {most} runs: one alone has no interval"), most=MAX_SEEDS)
    if question.initial_infections is not None and not 1 <= question.initial_infections <= question.people:
        raise SimulationError(
            "initial_infections", N_("at least one person is infected at the start, at most everybody")
        )
    if question.r0 is not None and not 0.1 <= question.r0 <= 20:
        raise SimulationError("r0", N_("a reproduction number lies between {low} and {high}"), low=0.1, high=20)
    _check_uptakes(question.uptakes)
    most_seeds = int(MAX_PERSON_DAYS / (person_days(question) / question.seeds))
    if question.seeds > most_seeds:
        if most_seeds < 2:
            raise SimulationError(
                "days", N_("this would take many hours; ask for fewer days, fewer uptakes or fewer people")
            )
        raise SimulationError(
            "seeds", N_("this would take many hours; ask for {seeds} runs or fewer"), seeds=most_seeds
        )


def _check_uptakes(uptakes: Sequence[float]) -> None:
    if not 1 <= len(uptakes) <= MAX_UPTAKES:
        raise SimulationError("uptakes", N_("give one to {most} shares of people with the app"), most=MAX_UPTAKES)
    if not all(0 < share <= MAX_UPTAKE for share in uptakes):
        raise SimulationError(
            "uptakes",
            N_("a share of people with the app lies above 0 and at most at {most} %: no more own a smartphone"),
            most=round(100 * MAX_UPTAKE),
        )  # fmt: skip


def other_changes(text: str, known: Mapping[str, object]) -> dict[str, str]:
    """Read assumptions set by name, one a line: `venues.scanning_share = 0.4`. Raises SimulationError for a bad line.

    known: every assumption of the simulator with its own value (`bluezone epidemic assumptions --json`).
    """
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _OTHER.fullmatch(line)
        if match is None:
            raise SimulationError("other", N_("“{line}”: write one assumption a line, as name = value"), line=line[:60])
        name, value = match["name"], match["value"]
        if name not in known or name in {"days", "initial_infections", "app.uptake"}:
            raise SimulationError("other", N_("“{name}” is not an assumption that can be set here"), name=name)
        if not _fits(value, known[name]):
            raise SimulationError("other", N_("“{value}” cannot be the value of {name}"), value=value, name=name)
        found[name] = value
    return found


def _fits(value: str, own: object) -> bool:
    if isinstance(own, bool):
        return value in {"True", "False", "yes", "no"}
    if not isinstance(own, int | float):
        return False  # a name or a source: nothing to set
    try:
        number = float(value)
    except ValueError:
        return False
    return math.isfinite(number) and (not isinstance(own, int) or number == int(number))


def arguments(question: Question, folder: str) -> dict[str, list[str]]:
    """Return the commands to run, one after the other, by where their answers go: `bluezone` with each of these. Runs
    kept in `folder` are not repeated."""
    common = ["--place", question.place, "--people", str(question.people), "--seeds", str(question.seeds)]
    common += _given("days", question.days) + _given("initial-infections", question.initial_infections)
    alike = _given("strain", question.strain) + _given("r0", question.r0)
    for name, value in sorted(question.changes.items()):
        alike += ["--set", f"{name}={value}"]
    alike += ["--progress", "lines", "--json"]
    uptakes = ",".join(str(share) for share in question.uptakes)
    commands = {}
    if question.order:
        divided = ["--communes"] if question.order.get("communes") else []
        asked = ["--courses", f"{folder}/{ORDER_FILE}", "--out", f"{folder}/bought", *divided]
        commands["bought"] = ["epidemic", "order", *asked, *common, *alike]
    asked = ["--uptake", uptakes, "--headline", str(question.headline), "--out", f"{folder}/answer"]
    asked += ["--doubt"] if question.sensitivity else []
    commands["answer"] = ["epidemic", "run", *asked, *common, *alike]
    if question.importation:
        few = ",".join(str(share) for share in question.uptakes if share <= MAX_UPTAKE_OF_IMPORTATION)
        asked = ["--uptake", few or "0.3", "--outbreaks", "400"]
        commands["importations"] = ["epidemic", "importation", *asked, *alike]
    return commands


def _given(name: str, value: object) -> list[str]:
    """Return an option; none for what is left to the simulator."""
    return [] if value is None else [f"--{name}", str(value)]


_PROGRESS = re.compile(r"(\d{1,9}) (\d{1,9})")


def progress(line: str) -> tuple[int, int] | None:
    """Return (done, of how many) where a line of the simulator's standard error reports it."""
    match = _PROGRESS.fullmatch(line.strip())
    return (int(match[1]), int(match[2])) if match else None


def refusal(lines: Sequence[str]) -> str:
    """Return why the simulator refused: the last line it wrote, without the word that starts every error. Empty where
    it ended without one, killed or by a fault of its own: what it wrote then is for whoever runs the server."""
    said = [line.strip() for line in lines if line.strip()]
    for start in ("Error: ", "bluezone: "):
        if said and said[-1].startswith(start):
            return said[-1].removeprefix(start)[:500]
    return ""
