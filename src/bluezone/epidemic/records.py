"""Lay out the records and tables the compiled engine works on.

What is known of one person lies together (one record, one cache line), since an infection touches one person in all
their aspects and persons at random: at five million people that is faster than an array for each aspect. NumPy still
gives each aspect as an array: `persons["age"]`.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.demography import AGE_GROUPS
from bluezone.epidemic.disease import INFECTIOUS_DAYS, ONSET_DAYS
from bluezone.epidemic.quantiles import QUANTILES

B8 = NDArray[np.bool_]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
#: An array of PERSON, STATE, COURSE or RULES records.
Records = NDArray[Any]
#: One RULES record.
Record = Any

#: What does not change: the name for all draws (`key`), decade of age, occupation, unit; where the household begins and
#: its size; where the rows of ties and of stubs begin, and their lengths. home_order: of the k-th record of a
#: household, which of its members has the k-th smallest key.
PERSON: Final = np.dtype(
    [
        ("key", np.uint32), ("home", np.int32), ("tie_start", np.int32), ("stub_start", np.int32), ("unit", np.int32),
        ("tie_number", np.uint16), ("stub_number", np.uint16), ("home_size", np.uint8), ("age", np.uint8),
        ("occupation", np.uint8), ("home_order", np.uint8),
    ]
)  # fmt: skip

#: What a meeting asks of a person, in eight bytes so that a province fits a processor's cache. Days of isolation are
#: [from, until). infected_day: or SUSCEPTIBLE, or IMMUNE. flags: CENTRAL, COUNTED_WELL, HAS_APP, QUARANTINED.
STATE: Final = np.dtype(
    [
        ("infected_day", np.int16), ("isolated_from", np.int16), ("isolated_until", np.int16), ("age", np.uint8),
        ("flags", np.uint8),
    ]
)  # fmt: skip

#: The rest of what a run knows of a person. Days are -1 until they are known.
COURSE: Final = np.dtype(
    [
        ("onset_day", np.int16),
        ("end_day", np.int16),  # spreads until then: recovery, hospital or death
        ("recovery_day", np.int16),
        ("alert_day", np.int16),  # last alert by the app
        ("case_day", np.int16),
        ("traced_day", np.int16),  # result of the last test after an alert
        ("watch_until", np.int16),  # who was warned as a contact of a contact acts on symptoms until then
        ("app_from", np.int16),  # their phone notes contacts from this day on; `LAST_DAY`: never
        ("candidates", np.uint16),  # transmissions proposed to a contact whom they meet
        ("course", np.uint8),
        ("generation", np.uint8),  # 0: from outside; 1: infected by those; ... 255: that or more
        ("source", np.int32),  # by whom infected, and where: NETWORK_STEP * network + person; -1: from outside
    ]
)  # fmt: skip

#: Entries of a table of hours, and household sizes told apart (the last stands for all beyond).
HOURS_STEPS: Final = 128
HOME_SIZES: Final = 16
#: A tie's mark is TIE_KINDS times its name plus a kind: HOURS_STEPS times the decade of age of who is at the other end,
#: plus which quantile of hours the two spend together.
TIE_KINDS: Final = 16 * HOURS_STEPS
TIE_NAMES: Final = 2**32 // TIE_KINDS
#: Above the number of any person (`population.MAX_PEOPLE`); three times this is an int32.
NETWORK_BITS: Final = 28
NETWORK_STEP: Final = 2**NETWORK_BITS

#: A scenario as numbers. Shares are 0..1, delays and lengths whole days.
RULES: Final = np.dtype(
    [
        ("seed", np.uint64), ("days", np.int64), ("last_generation", np.int64),
        # disease
        ("course_bounds", np.float64, (AGE_GROUPS, 6)), ("infectiousness", np.float64, (ONSET_DAYS, INFECTIOUS_DAYS)),
        ("course_factor", np.float64, (6,)), ("superspreading", np.float64, (QUANTILES,)),
        ("acceptance", np.float64, (AGE_GROUPS,)),  # susceptibility over the highest
        ("incubation", np.int16, (QUANTILES,)), ("to_hospital", np.int16, (QUANTILES,)),
        ("to_critical", np.int16, (QUANTILES,)), ("to_death", np.int16, (QUANTILES,)),
        ("mild_recovery", np.int16, (QUANTILES,)), ("hospital_recovery", np.int16, (QUANTILES,)),
        ("rate", np.float64),  # per hour a day with unit infectiousness, for the most susceptible
        # hours together by network (home, unit, random) as quantiles, and the chance that phones notice so many; what
        # an hour with one housemate weighs by size of the household (closest day); what a tie weighs by its kind; the
        # most that a stranger can weigh, and how many times each is proposed (`transmission.counted_at_random`)
        ("hours", np.float64, (3, HOURS_STEPS)), ("noticed", np.float64, (3, HOURS_STEPS)),
        ("hour_at_home", np.float64, (HOME_SIZES,)), ("tie_weight", np.float64, (AGE_GROUPS * HOURS_STEPS,)),
        ("most_at_random", np.float64), ("random_headroom", np.float64),
        ("exponential", np.float64, (QUANTILES + 1,)),
        # diagnosis
        ("symptomatic_test", np.float64), ("traced_test", np.float64), ("sensitivity", np.float64),
        ("specificity", np.float64), ("order_delay", np.int64), ("result_delay", np.int64),
        ("insensitive_days", np.int64),
        # isolation
        ("case_days", np.int64), ("contact_days", np.int64),
        ("symptomatic_days", np.int64), ("symptomatic_isolation", np.float64), ("case_compliance", np.float64),
        ("contact_compliance", np.float64), ("household_compliance", np.float64), ("case_dropout", np.float64),
        ("contact_dropout", np.float64), ("symptomatic_dropout", np.float64),
        ("household_of_case", np.bool_), ("household_of_symptomatic", np.bool_),
        ("central_cases", np.bool_), ("central_contacts", np.bool_),
        # app
        ("consent", np.float64), ("upload_delay", np.int64),
        ("sync_next_day", np.float64),
        ("look_back", np.int64), ("before_onset", np.int64), ("second_order", np.bool_), ("bystanders", np.float64),
        ("second_order_share", np.float64), ("watching", np.float64), ("watch_days", np.int64),
        # tracing by hand
        ("interviews", np.int64), ("manual_delay", np.int64), ("recall_household", np.float64),
        ("recall_unit", np.float64), ("recall_random", np.float64), ("manual_look_back", np.int64),
        ("manual_second_order", np.bool_),
        # venues
        ("venue_size", np.int64), ("venue_share", np.float64), ("scan_share", np.float64), ("venue_delay", np.int64),
        ("venue_look_back", np.int64),
        # vaccination
        ("infection_efficacy", np.float64), ("severe_efficacy", np.float64),
    ],
    align=True,
)  # fmt: skip

# Rows of `hours`.
AT_HOME: Final = 0
IN_UNIT: Final = 1
AT_RANDOM: Final = 2

# Values of `infected_day` for people who are not infected.
SUSCEPTIBLE: Final = -1
IMMUNE: Final = -2
#: The last day the tables can hold; later ones are cut to it.
LAST_DAY: Final = 32_000

# Courses, in the order of all tables and counts; 2 is moderate.
ASYMPTOMATIC: Final = 0
MILD: Final = 1
SEVERE: Final = 3
CRITICAL: Final = 4
FATAL: Final = 5

# Bits of `flags`.
CENTRAL: Final = 1
COUNTED_WELL: Final = 2
HAS_APP: Final = 4
QUARANTINED: Final = 8  # was isolated as a contact, or lives with somebody who had to be

# Rows of `World.by_day`: chance that a tie is met (five occupations), that a random contact is made; closeness at
# home over its highest; share of each decade vaccinated.
UNIT_OPEN: Final = 0
RANDOM_OPEN: Final = 5
HOME_OPEN: Final = 6
VACCINATED: Final = 7
BY_DAY_ROWS: Final = VACCINATED + AGE_GROUPS

# Lists of a day.
CASE_EVENTS: Final = 0  # symptoms begin, or the result of a test for symptoms comes
TRACED_RESULTS: Final = 1
LISTS: Final = 2

# Rows of the tally (one column a day). Rows named *_CHANGE hold changes; their running sum is the number that day.
INFECTIONS: Final = 0
IMPORTED: Final = 1
SECONDARY: Final = 2  # infections caused by those infected that day: over INFECTIONS, the cohort's reproduction number
ONSETS: Final = 3
ADMISSIONS: Final = 4
DEATHS: Final = 5
CASES: Final = 6
ALERTED_CASES: Final = 7
TESTS: Final = 8
PUBLISHED: Final = 9
APP_ALERTS: Final = 10
APP_FALSE_ALERTS: Final = 11
SECOND_ORDER_ALERTS: Final = 12
MANUAL_ALERTS: Final = 13
VENUE_ALERTS: Final = 14
OTHER_FALSE_ALERTS: Final = 15
INFECTED_CHANGE: Final = 16
HOSPITAL_CHANGE: Final = 17
CRITICAL_CHANGE: Final = 18
ISOLATED_CHANGE: Final = 19
ISOLATED_WELL_CHANGE: Final = 20
HOME_INFECTIONS: Final = 21
UNIT_INFECTIONS: Final = 22
RANDOM_INFECTIONS: Final = 23
INFECTIONS_BY_AGE: Final = 24  # columns are decades here and in the next row
DEATHS_BY_AGE: Final = 25
SECOND_ORDER_FALSE_ALERTS: Final = 26
TALLY_ROWS: Final = 27


class World(NamedTuple):
    """Hold all arrays of a run.

    Who (N records each): persons, states, courses. Who can meet whom: rows of ties with their marks (`Population`), and
    of stubs, owners of positions on the circles, bounds of circles, c_d by (day, circle), openness by (row, day). The
    lists of who acts on a day: the first person (list, day), the one after each (list, person). A tracer's notes
    (person, last day of contact), and the tally (row, day).
    """

    persons: Records
    states: Records
    courses: Records
    ties: I32
    tie_marks: U32
    stubs: I32
    owners: I32
    circles: I32
    centre: I32
    by_day: F64
    heads: I32
    links: I32
    found: I32
    tally: I64


class Calendar(NamedTuple):
    """Hold whom chance chose for each day: imports (infected from outside), ill (with like symptoms from something
    else, who act on them), mass (tested, once there was a case). Those of day d are at [start[d], start[d + 1])."""

    import_start: I32
    imports: I32
    ill_start: I32
    ill: I32
    mass_start: I32
    mass: I32
