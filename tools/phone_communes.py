"""Write the list of communes that people search: `src/bluezone/forms/data/communes.csv`.

    python tools/phone_communes.py

Run it after `tools/geography.py` has brought a change of units. A test fails while the list and the gazetteer differ.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from bluezone.geography import catalogue
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit

TARGET = Path(__file__).resolve().parents[1] / "src" / "bluezone" / "forms" / "data" / "communes.csv"
#: wards that were only numbered, I to VIII, tell nobody anything
SHORTEST = 3
#: the units of that day; the reform's own, until a change comes
DAY = dt.date(2025, 7, 1) + dt.timedelta(days=1)


def rows() -> Iterator[tuple[str, ...]]:
    """Code, name, province's code, province's name, names of before (communes, districts, provinces; with ;), and the
    codes of the district and the province of before July 2025, where they are one each (with ;)."""
    gazetteer = catalogue.all_units()
    for unit in gazetteer.of_level(Level.COMMUNE, DAY):
        assert unit.parent is not None
        province = gazetteer.unit(unit.parent)
        names, codes = former(unit, gazetteer), former_codes(unit, gazetteer)
        yield str(unit.code), unit.full_name, str(province.code), province.name, ";".join(names), ";".join(codes)


def former(unit: Unit, gazetteer: Gazetteer) -> list[str]:
    """What people called the place until June 2025, without repeating what it is called now."""
    names: dict[str, None] = {}
    for succession in gazetteer.predecessors(unit.code):
        before = gazetteer.unit(succession.predecessor)
        above = [each for each in gazetteer.ancestors(before) if each.level is not Level.NATION]
        names |= dict.fromkeys(each.name for each in (before, *above))
    now = {unit.name, *(each.name for each in gazetteer.ancestors(unit))}
    return [name for name in names if name not in now and len(name) > SHORTEST]


def former_codes(unit: Unit, gazetteer: Gazetteer) -> list[str]:
    """Where all of it lay until June 2025: district and province, each where it was one."""
    places = [list(gazetteer.ancestors(gazetteer.unit(each.predecessor))) for each in gazetteer.predecessors(unit.code)]
    found = []
    for level in (Level.DISTRICT, Level.PROVINCE):
        codes = {str(each.code) for above in places for each in above if each.level is level}
        found += sorted(codes) if len(codes) == 1 else []
    return found


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "province", "province_name", "former", "within"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()
