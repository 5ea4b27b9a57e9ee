"""Store what the owner gives the health office: exposure reports, what the phone heard, check-ins of the diary.

Each is written down before it is sent, so that a retry sends the same once more and nothing else. Once it has arrived
only its id is kept, by which it can be taken back, its day, and when it was sent. All of it goes after 14 days.
"""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.stores.records import Records, Stage, Table


@dataclass(frozen=True, slots=True)
class StoredReport:
    """Hold a report of a day (its midnight). `report`: its id (hex); `message`: its body, empty once it arrived;
    `refusal`: the authority's word for why not."""

    day_start_s: int
    report: str
    message: str
    stage: Stage
    written_at_s: float
    sent_at_s: float | None = None
    refusal: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class StoredHeard:
    """Hold a heard list (hex) under the revision token it goes with; both empty once it arrived."""

    heard: str
    token: str
    stage: Stage
    written_at_s: float
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class SharedCheckIns:
    """Hold from which day on (ISO) check-ins can be given, since a patient's keys are published; which visits of the
    diary were, and how far the last request has come. `message`: its body, empty once it arrived; `stage` is None
    before anything was given. It is forgotten when the keys are taken back."""

    first_day: str
    written_at_s: float
    visits: tuple[int, ...] = ()
    message: str = ""
    stage: Stage | None = None


REPORTS = Table("exposure_report", StoredReport, "written_at_s")
HEARD = Table("heard_list", StoredHeard, "written_at_s")
CHECK_INS = Table("shared_check_ins", SharedCheckIns, "written_at_s")
TABLES = (REPORTS, HEARD, CHECK_INS)


def report_of_day(reports: Records[StoredReport], day_start_s: int) -> StoredReport | None:
    """Return the latest report of a day that is not being taken back."""
    of_day = [each for each in reports.all() if each.day_start_s == day_start_s and each.stage is not Stage.GOING_BACK]
    return of_day[-1] if of_day else None
