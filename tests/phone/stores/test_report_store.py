from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.records import Records, Stage
from bluezone.phone.stores.report_store import REPORTS, StoredReport, report_of_day

DAY = 1_597_276_800


@pytest.mark.parametrize(
    ("stages", "found"),
    [([], None), ([Stage.SENT], 1), ([Stage.GOING_BACK], None), ([Stage.REFUSED, Stage.WAITING], 2)],
)
def test_the_report_of_a_day_is_the_latest_that_is_not_being_taken_back(
    tmp_path: Path, stages: list[Stage], found: int | None
) -> None:
    with closing(open_database(PHONE, tmp_path)) as database:
        reports = Records(database, REPORTS)
        for stage in stages:
            reports.add(StoredReport(DAY, "ab" * 16, "m", stage, float(DAY)))
        report = report_of_day(reports, DAY)
        assert (report and report.number) == found
        assert report_of_day(reports, DAY + 86_400) is None
