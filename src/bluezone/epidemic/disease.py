"""Describe the disease: how long, how severe, how infectious, with the source of every constant.

Times in days. Ages are decades (0-9, ..., 80+). A course is drawn once, at infection: asymptomatic, mild, moderate (at
home, but as infectious as the severe), severe (hospital), critical (intensive care) or fatal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from bluezone.epidemic.demography import AGE_GROUPS
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.quantiles import QUANTILES, gamma_cdf, gamma_quantiles, lognormal_quantiles, whole_days

#: Infectiousness is cut off this many days after infection (less than 0.1 % of it lies beyond for every set below).
INFECTIOUS_DAYS: Final = 48
#: Days from infection to onset told apart by `infectious_by_day`; the last stands for all beyond.
ONSET_DAYS: Final = 32


@dataclass(frozen=True, slots=True)
class Delay:
    """Hold a duration with its mean and standard deviation, in days."""

    mean: float
    sd: float
    shape: str = "gamma"

    def days(self, least: int = 1) -> NDArray[np.int16]:
        """Return its quantile table in whole days."""
        draw = lognormal_quantiles if self.shape == "lognormal" else gamma_quantiles
        return whole_days(draw(self.mean, self.sd), least)


@dataclass(frozen=True, slots=True)
class Disease:
    """Describe one strain.

    transmission_rate: hazard of infection, summed over a whole infection, of meeting a fully symptomatic case for an
    hour each day (outside the home). `calibration.rate_for` finds it for a wanted reproduction number.
    generation: time from infection to transmission. timing: how infectiousness goes with the onset of symptoms, one of
    `TIMINGS`; where it does ("apart" does not: gamma), generation.mean alone counts and stretches the days of the
    profile. superspreading_sd: standard deviation over people of a factor of mean 1 on infectiousness (0: none).
    symptomatic, severe, critical, fatal: by decade, each a share of the one before (severe of symptomatic, ...).
    moderate: by decade, share of the symptomatic who stay at home that is as infectious as the severe.
    susceptibility: by decade, relative.
    """

    name: str
    transmission_rate: float
    generation: Delay
    incubation: Delay
    symptomatic: tuple[float, ...]
    moderate: tuple[float, ...]
    severe: tuple[float, ...]
    critical: tuple[float, ...]
    fatal: tuple[float, ...]
    susceptibility: tuple[float, ...]
    asymptomatic_factor: float
    mild_factor: float
    superspreading_sd: float
    onset_to_hospital: Delay
    hospital_to_critical: Delay
    critical_to_death: Delay
    mild_recovery: Delay
    hospital_recovery: Delay
    source: str
    timing: str = "ferretti-2020"

    def __post_init__(self) -> None:
        for name in ("symptomatic", "moderate", "severe", "critical", "fatal", "susceptibility"):
            values = getattr(self, name)
            if len(values) != AGE_GROUPS or min(values) < 0 or (name != "susceptibility" and max(values) > 1):
                raise EpidemicError(f"disease {self.name}: {name} needs {AGE_GROUPS} shares, one a decade of age")
        if self.timing not in TIMINGS:
            raise EpidemicError(f"disease {self.name}: timing is {self.timing!r}; choose one of {', '.join(TIMINGS)}")
        if self.transmission_rate < 0 or self.superspreading_sd < 0:
            raise EpidemicError(f"disease {self.name}: rates and factors must not be negative")

    def with_rate(self, transmission_rate: float) -> Disease:
        """Return the strain, made more or less infectious."""
        return replace(self, transmission_rate=transmission_rate)


# --- when someone infects ---------------------------------------------------------------------------------------------

#: Density of transmission at days from onset (rising from infection on), for an onset so many days after infection.
Profile = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


def _ferretti(t: NDArray[np.float64], onset: float) -> NDArray[np.float64]:
    """Ferretti et al. 2020 (doi:10.1101/2020.09.04.20188516): skew-logistic around onset, days before it stretched as
    the incubation is to its mean. The paper's tables were not read. The form is that of the program of Hart et al.
    2021 (github.com/will-s-hart/COVID-19-Infectiousness-Profile, b7b503f), which fits it anew (-5.45, 1.84, 11.04 with
    a mean of 5.51); the parameters are those of J. Petrie's public FracTransmissions program (`transParams`). The
    shares of the paper's abstract (41 % before the day of onset, 35 % on it and the next, three quarters within 2 to 3
    days) are met (tests)."""
    location, scale, shape, mean_incubation = -4.0, 1.85, 5.85, 5.42
    stretched = np.where(t < 0, t * mean_incubation / onset, t)
    falling = np.exp(-(stretched - location) / scale)
    return np.asarray(shape / scale * falling * (1 + falling) ** -(shape + 1))


def _hart(t: NDArray[np.float64], onset: float) -> NDArray[np.float64]:
    """Hart, Maini and Thompson 2021 (doi:10.7554/eLife.65534): latent, presymptomatic and symptomatic stages,
    the second `before` times as infectious as the last. Parameters: `params_point` of `mcmc_posterior_varinf.mat`, kept
    with their program (as above)."""
    latent, incubation, recovery, before = 3.378, 5.807, 0.3724, 2.289
    begun = 1 - scipy.special.betainc(incubation - latent, latent, np.clip(-t / onset, 0, 1))
    return np.asarray(np.where(t < 0, before * begun, np.exp(-recovery * np.maximum(t, 0))))


#: Profiles tied to the onset of symptoms, with the mean generation time of the infections they were found in; "apart":
#: infectiousness by time since infection, whenever symptoms begin (OpenABM, Covasim).
TIMINGS: Final[dict[str, tuple[Profile, float] | None]] = {
    "ferretti-2020": (_ferretti, 5.5),
    "hart-2021": (_hart, 5.5),
    "apart": None,
}
#: Steps a day of the integrals.
_STEPS: Final = 50


def infectious_by_day(disease: Disease) -> NDArray[np.float64]:
    """Return what someone whose symptoms begin so many whole days after infection (row; were they to have any) has
    transmitted by the end of each day since infection (column), as a share of all they transmit: the last column is 1.
    """
    timing = TIMINGS[disease.timing]
    if timing is None:
        by_day = gamma_cdf(disease.generation.mean, disease.generation.sd, np.arange(1.0, INFECTIOUS_DAYS + 1))
        return np.tile(by_day / by_day[-1], (ONSET_DAYS, 1))
    profile, own_mean = timing
    stretch = disease.generation.mean / own_mean
    age = (np.arange(INFECTIOUS_DAYS * _STEPS) + 0.5) / _STEPS
    onsets = np.maximum(np.arange(ONSET_DAYS), 1.0)
    by_step = np.stack([profile((age - onset) / stretch, onset / stretch) for onset in onsets])
    by_day = np.cumsum(by_step, axis=1)[:, _STEPS - 1 :: _STEPS]
    return np.asarray(by_day / by_day[:, -1:])


class DiseaseTables(NamedTuple):
    """Hold a `Disease` as the arrays the compiled engine reads."""

    course_bounds: NDArray[np.float64]
    infectiousness: NDArray[np.float64]
    course_factor: NDArray[np.float64]
    superspreading: NDArray[np.float64]
    susceptibility: NDArray[np.float64]
    incubation: NDArray[np.int16]
    to_hospital: NDArray[np.int16]
    to_critical: NDArray[np.int16]
    to_death: NDArray[np.int16]
    mild_recovery: NDArray[np.int16]
    hospital_recovery: NDArray[np.int16]


@lru_cache(maxsize=8)
def tables(disease: Disease) -> DiseaseTables:
    """Return the cumulated shares and quantiles of a strain. course_bounds (9, 6); infectiousness: of
    `infectious_by_day`."""
    symptomatic, moderate, severe, critical, fatal = (
        np.asarray(getattr(disease, name), dtype=np.float64)
        for name in ("symptomatic", "moderate", "severe", "critical", "fatal")
    )
    shares = np.stack(
        [
            1 - symptomatic,
            symptomatic * (1 - severe) * (1 - moderate),
            symptomatic * (1 - severe) * moderate,
            symptomatic * severe * (1 - critical),
            symptomatic * severe * critical * (1 - fatal),
            symptomatic * severe * critical * fatal,
        ],
        axis=1,
    )
    spread = gamma_quantiles(1.0, disease.superspreading_sd) if disease.superspreading_sd > 0 else np.ones(QUANTILES)
    return DiseaseTables(
        course_bounds=np.cumsum(shares, axis=1),
        infectiousness=infectious_by_day(disease),
        course_factor=np.array([disease.asymptomatic_factor, disease.mild_factor, 1.0, 1.0, 1.0, 1.0]),
        superspreading=spread / spread.mean(),
        susceptibility=np.asarray(disease.susceptibility, dtype=np.float64),
        incubation=disease.incubation.days(),
        to_hospital=disease.onset_to_hospital.days(),
        to_critical=disease.hospital_to_critical.days(),
        to_death=disease.critical_to_death.days(),
        mild_recovery=disease.mild_recovery.days(),
        hospital_recovery=disease.hospital_recovery.days(),
    )


# Where each constant comes from, and how that was checked, says `sources`.

STRAIN_2020: Final = Disease(
    name="2020",
    # R0 = 2.87 in Việt Nam's society (calibration.rate_for).
    transmission_rate=1.939,
    generation=Delay(5.5, 2.14),
    incubation=Delay(5.78, 3.08, "lognormal"),
    symptomatic=(0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90),
    moderate=(0.019, 0.029, 0.040, 0.050, 0.080, 0.088, 0.102, 0.121, 0.216),
    severe=(0.00100, 0.00300, 0.01200, 0.03200, 0.04900, 0.10200, 0.16600, 0.24300, 0.27300),
    critical=(0.060, 0.048, 0.050, 0.050, 0.063, 0.122, 0.274, 0.432, 0.709),
    fatal=(0.667, 0.250, 0.278, 0.308, 0.454, 0.284, 0.210, 0.273, 0.520),
    susceptibility=(0.34, 0.67, 1.00, 1.00, 1.00, 1.00, 1.24, 1.47, 1.47),
    asymptomatic_factor=0.1,
    mild_factor=0.72,
    superspreading_sd=1.4,
    onset_to_hospital=Delay(5.14, 1.0),
    hospital_to_critical=Delay(2.27, 2.27),
    critical_to_death=Delay(11.74, 8.79),
    mild_recovery=Delay(12.0, 5.0),
    hospital_recovery=Delay(8.75, 8.75),
    source="Billah, Ferretti, McAloon, Davies, Verity, O'Driscoll, Zhang, Luo 2020; Hinch 2021",
)

DELTA: Final = replace(
    STRAIN_2020,
    name="delta",
    # R0 = 5.08.
    transmission_rate=4.25,
    generation=Delay(4.7, 1.83),
    incubation=Delay(4.3, 2.4, "lognormal"),
    severe=tuple(min(1.0, share * 2.26) for share in STRAIN_2020.severe),
    source="as 2020, with Liu 2021, Hart 2022, Grant 2022, Twohig 2022",
)

OMICRON: Final = replace(
    STRAIN_2020,
    name="omicron",
    # R0 = 9.5.
    transmission_rate=12.85,
    # Not the intrinsic mean of 6.84 days: serial intervals were 2.38 and 3.5 days.
    generation=Delay(3.59, 1.4),
    incubation=Delay(3.2, 2.2, "lognormal"),
    severe=tuple(min(1.0, share * 2.26 * 0.41) for share in STRAIN_2020.severe),
    fatal=tuple(share * 0.31 / 0.41 for share in STRAIN_2020.fatal),
    source="as 2020, with Liu 2022, Manica 2022, Backer 2022, Nyberg 2022",
)

STRAINS: Final = {strain.name: strain for strain in (STRAIN_2020, DELTA, OMICRON)}


def strain(name: str) -> Disease:
    """Return a parameter set by name. Raises EpidemicError that lists the names there are."""
    if name not in STRAINS:
        raise EpidemicError(f"there is no strain called {name!r}; choose one of {', '.join(STRAINS)}")
    return STRAINS[name]
