"""Put a whole question to the simulator: a disease, what is done, how long; and the checks before a run starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from bluezone.epidemic.demography import Society
from bluezone.epidemic.disease import STRAIN_2020, Disease
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import (
    App,
    Diagnosis,
    Imports,
    Isolation,
    Lockdown,
    ManualTracing,
    Vaccination,
    Venues,
)

MAX_DAYS = 1000
MIN_PEOPLE = 100
#: Bytes a person that a run holds beside the population (engine.py: 45, and candidates of days to come), and the share
#: of free memory we may take.
STATE_BYTES_PER_PERSON = 60
_MEMORY_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Scenario:
    """Hold everything but the people and the seed. prior_immunity: share of people who cannot be infected at the
    start."""

    days: int = 150
    disease: Disease = STRAIN_2020
    initial_infections: int = 20
    prior_immunity: float = 0.0
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    isolation: Isolation = field(default_factory=Isolation)
    app: App = field(default_factory=App)
    manual: ManualTracing = field(default_factory=ManualTracing)
    venues: Venues = field(default_factory=Venues)
    lockdowns: tuple[Lockdown, ...] = ()
    vaccination: Vaccination = field(default_factory=Vaccination)
    imports: Imports = field(default_factory=Imports)

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MAX_DAYS:
            nearest = min(max(self.days, 1), MAX_DAYS)
            raise EpidemicError(f"a run of {self.days} days cannot be served: ask for {nearest} (1 to {MAX_DAYS})")
        if self.initial_infections < 0:
            raise EpidemicError(f"initial infections are {self.initial_infections}, but must be 0 or more; ask for 0")
        if not 0 <= self.prior_immunity <= 1:
            nearest_share = min(max(self.prior_immunity, 0.0), 1.0)
            raise EpidemicError(f"prior immunity is {self.prior_immunity:g}; ask for a share, {nearest_share:g}")
        if list(self.lockdowns) != sorted(self.lockdowns, key=lambda level: level.from_day):
            raise EpidemicError("lockdown levels must be in order of their days; sort them")

    def with_uptake(self, uptake: float) -> Scenario:
        """Return the scenario with another uptake of the app."""
        return replace(self, app=replace(self.app, uptake=uptake))


def check_uptake(scenario: Scenario, society: Society) -> None:
    """Refuse more people with the app than own a phone. Raises EpidemicError with the largest share that can be."""
    ownership = society.demography.overall_ownership
    if scenario.app.uptake > ownership + 1e-9:
        raise EpidemicError(
            f"an uptake of {scenario.app.uptake:.1%} is more than the {ownership:.1%} of people who own a phone; "
            f"ask for {int(ownership * 1000) / 1000:.3f} or less"
        )


def check_request(
    scenario: Scenario, people: int, society: Society, *, bytes_per_person: float, at_once: int = 1
) -> None:
    """Refuse what cannot work before any time goes into it. Raises EpidemicError with the nearest possible request."""
    check_uptake(scenario, society)
    if people < MIN_PEOPLE:
        raise EpidemicError(f"a population of {people:,} cannot be simulated; ask for {MIN_PEOPLE} people or more")
    if scenario.initial_infections > people:
        raise EpidemicError(
            f"{scenario.initial_infections:,} initial infections among {people:,} people; ask for {people:,}"
        )
    needed = people * (bytes_per_person + STATE_BYTES_PER_PERSON) * at_once
    free = available_bytes()
    if free is not None and needed > free * _MEMORY_SHARE:
        possible = int(free * _MEMORY_SHARE / (bytes_per_person + STATE_BYTES_PER_PERSON) / at_once)
        runs = f" for {at_once} runs at once" if at_once > 1 else ""
        raise EpidemicError(
            f"{people:,} people need {needed / 1e9:.1f} GB{runs}, and {free / 1e9:.1f} GB are free; "
            f"ask for {possible:,} people or fewer" + (", or fewer workers" if at_once > 1 else "")
        )


def available_bytes() -> int | None:
    """Return the memory that can be had now, where the system says so (Linux: MemAvailable); else all pages free;
    else None."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123  (a kernel file, not a path of ours)
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
