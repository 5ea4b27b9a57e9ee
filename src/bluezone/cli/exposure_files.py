"""Read what `bluezone exposure` is given: scans, tables of models, an authority's policy documents."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from statistics import median

import click

from bluezone.cli.errors import CommandError
from bluezone.exposure.arithmetic import MAX_GAP_S
from bluezone.exposure.calibration import Calibration
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import Policy
from bluezone.exposure.scan_files import (
    SCAN_COLUMNS,
    UNREADABLE,
    csv_rows,
    open_text,
    refuse_other_times,
    refuse_other_units,
    refuse_strengths,
    scan_numbers,
    unreadable,
)
from bluezone.exposure.windows import ScanInstance, merged_scans


def _refuse_durations(file: Path, scans: Sequence[ScanInstance]) -> None:
    """Refuse scans most of which stand for longer than any phone's: their unit is another, and would make hours of
    minutes. One such is a clock that jumped, and counts as the longest silence within a meeting."""
    middle_s = median(scan.since_last_scan_s for scan in scans)
    if middle_s > MAX_GAP_S and len(scans) > 2:
        raise CommandError(
            f"{file}: half of its scans stand for {middle_s:g} s or more, where a phone scans at least every "
            f"{MAX_GAP_S:g} s; seconds are meant, not milliseconds"
        )


def is_of_encounters(file: Path) -> bool:
    """Tell whether a file is the scans of a set of encounters: its header names the encounter."""
    try:
        with open_text(file) as stream:
            return "enc" in [cell.strip() for cell in next(csv.reader(stream), [])]
    except UNREADABLE as error:
        raise unreadable(file, error) from None


def read_scans_of_encounters(file: Path) -> dict[str, list[ScanInstance]]:
    """Read the scans of a set of encounters, in order of time, each encounter's clock from 0. Raises CommandError
    naming the line that is no scan."""
    rows = list(csv_rows(file, SCAN_COLUMNS))
    refuse_strengths(file, (cells["att_mean_db"] for _, cells in rows))
    found: dict[str, list[tuple[float, ...]]] = {}
    for line, cells in rows:
        try:
            found.setdefault(cells["enc"], []).append(scan_numbers(cells))
        except ValueError as error:
            raise CommandError(f"{file}, line {line}: {error}") from None
    if not found:
        raise CommandError(f"{file}: there is no scan in it")
    refuse_other_units(file, (scan[2] for scans in found.values() for scan in scans))
    encounters = {encounter: _in_order(sorted(scans)) for encounter, scans in found.items()}
    for scans in encounters.values():
        _refuse_durations(file, scans)
        refuse_other_times(file, ((scan.at_s, scan.since_last_scan_s) for scan in scans))
    return encounters


def _in_order(scans: Sequence[tuple[float, ...]]) -> list[ScanInstance]:
    """Return an encounter's scans, from 0; a scan that stands there twice counts once, and two rows of one moment are
    one scan, as on a phone."""
    by_scan: dict[float, list[ScanInstance]] = {}
    for at_s, since_s, typical_db, min_db, readings in dict.fromkeys(scans):
        one = ScanInstance(at_s - scans[0][0], since_s, typical_db, min_db, int(readings))
        by_scan.setdefault(one.at_s, []).append(one)
    return [merged_scans(instances) for instances in by_scan.values()]


def read_scans(file: Path) -> list[ScanInstance]:
    """Read scans of a CSV file. Raises CommandError naming the line that is no scan."""
    try:
        with open_text(file) as stream:
            rows = [(number, row) for number, row in enumerate(csv.reader(stream), start=1) if row]
    except UNREADABLE as error:
        raise unreadable(file, error) from None
    if not rows:
        raise CommandError(f"{file}: there is no scan in it")
    columns = ["since_last_scan_s", "typical_attenuation_db"]
    if not _is_number(rows[0][1][0]):
        columns = [cell.strip() for cell in rows[0][1]]
        rows = rows[1:]
        missing = {"since_last_scan_s", "typical_attenuation_db"} - set(columns)
        if missing:
            raise CommandError(f"{file}: its header lacks {', '.join(sorted(missing))}")
        if len(set(columns)) < len(columns):
            raise CommandError(f"{file}: its header names a column twice")
        if not rows:
            raise CommandError(f"{file}: there is no scan in it")
    typical = columns.index("typical_attenuation_db")
    refuse_strengths(file, (row[typical] for _, row in rows if len(row) == len(columns)))
    scans: list[ScanInstance] = []
    elapsed = 0.0
    for number, row in rows:
        try:
            cells = dict(zip(columns, map(float, row), strict=True))
        except ValueError:
            raise CommandError(
                f"{file}, line {number}: {len(columns)} numbers are meant: {', '.join(columns)}"
            ) from None
        elapsed += cells["since_last_scan_s"] if scans else 0.0
        try:
            scans.append(_scan(cells, elapsed))
        except ExposureError as error:
            raise CommandError(f"{file}, line {number}: {error}") from None
    _refuse_durations(file, scans)
    refuse_other_units(file, (scan.typical_attenuation_db for scan in scans))
    return scans


def _scan(cells: dict[str, float], at_s: float) -> ScanInstance:
    typical = cells["typical_attenuation_db"]
    readings = cells.get("readings", 1.0)
    if readings != readings // 1:  # true for NaN and infinities too
        raise ExposureError(f"scan instance: {readings:g} readings, a whole number is meant")
    minimum = cells.get("min_attenuation_db", typical)
    return ScanInstance(at_s, cells["since_last_scan_s"], typical, minimum, int(readings))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def calibration_of(file: Path) -> Calibration:
    """Read a table of models; what this version does not know in it is said and left out. Raises CommandError naming
    the file."""
    data = file.read_bytes()
    try:
        found = Calibration.from_json(data)
    except ExposureError as error:
        raise CommandError(f"{file}: {error}") from None
    unknown = sorted(set(json.loads(data)) - {field.name for field in fields(Calibration)})
    if unknown:
        names = ", ".join(ascii(name)[:80] for name in unknown)
        click.echo(f"bluezone: {file}: table {found.version} has {names} besides; not known here, left out", err=True)
    return found


def policy_of(file: Path) -> Policy:
    """Read the policy of an authority's document (`/v1/documents/policy/...`, as phones fetch it); its signatures are
    not looked at. Raises CommandError naming the file."""
    from bluezone.exposure.policies.document import policy_in  # brings cryptography: not for a look at the help

    try:
        return policy_in(file.read_bytes()).policy
    except ExposureError as error:
        raise CommandError(f"{file}: {error}") from None
