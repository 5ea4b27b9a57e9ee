"""Find a unit by what people write: a code, a name with or without diacritics and prefix, a name with its parents."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.country import country
from bluezone.geography.errors import AmbiguousUnitError, GeographyError, UnitNotInForceError, UnknownUnitError
from bluezone.geography.names import squeezed, toned_key, unit_key, without_affix
from bluezone.geography.units import Level, Unit, UnitCode, pad_digits

_CODE = re.compile(r"\d+|[0-9A-Z]{2}:\w*", re.ASCII)
_BRACKETS = re.compile(r"^(?P<name>[^()]+)\((?P<inside>[^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Succession:
    """Record that a unit's territory, or the part of it named by `successor`, went to another unit on a date.

    `whole` is True if nothing was divided. Of a divided unit, `main` marks the successor that a list of changes gives
    as the one to assume when nothing more is known.
    """

    predecessor: UnitCode
    successor: UnitCode
    date: dt.date
    whole: bool = True
    main: bool = True


@dataclass(frozen=True, slots=True)
class Around:
    """Hold the units around one: `peers`, all under the same unit (itself among them; the country has none), and
    `parts`, directly under it."""

    peers: tuple[Unit, ...]
    parts: tuple[Unit, ...]


class Gazetteer:
    """Find units of all times by code and by name. Build it once, ask it often; it never changes.

    `aliases` maps (level, key without spaces) to the bare names it may stand for; those under the level None always
    hold, the others only when that level is asked for (`Vũng Tàu` is a province only in a table of provinces).
    """

    def __init__(
        self,
        units: Iterable[Unit],
        successions: Iterable[Succession] = (),
        aliases: Mapping[tuple[Level | None, str], Sequence[str]] | None = None,
    ) -> None:
        self._versions: dict[UnitCode, list[Unit]] = defaultdict(list)
        self._by_key: dict[str, list[Unit]] = defaultdict(list)
        self._children: dict[UnitCode, list[Unit]] = defaultdict(list)
        self._successors: dict[UnitCode, list[Succession]] = defaultdict(list)
        self._predecessors: dict[UnitCode, list[Succession]] = defaultdict(list)
        self._aliases = dict(aliases or {})
        self._from = functools.lru_cache(maxsize=20_000)(self._upwards)
        key_of = functools.cache(lambda name: squeezed(unit_key(name)))  # half of the names stand more than once
        for unit in units:
            self._versions[unit.code].append(unit)
            for key in {key_of(unit.name), key_of(unit.full_name)}:
                self._by_key[key].append(unit)
            if unit.parent is not None:
                self._children[unit.parent].append(unit)
        for versions in self._versions.values():
            versions.sort(key=lambda unit: unit.since or dt.date.min)
        for succession in successions:
            self._successors[succession.predecessor].append(succession)
            self._predecessors[succession.successor].append(succession)

    # --- by code ----------------------------------------------------------------------------------

    def unit(self, code: UnitCode, on: dt.date | None = None) -> Unit:
        """Return the unit of a code, as it stood on a date (the last version without one). Raises UnknownUnitError."""
        versions = self._versions.get(code)
        if not versions:
            raise UnknownUnitError(N_("no unit has the code {code}"), code=str(code))
        if on is None:
            return versions[-1]
        in_force = [unit for unit in versions if unit.in_force(on)]
        if in_force:
            return in_force[-1]
        raise self._not_in_force(versions[-1], on)

    def children(self, parent: UnitCode, on: dt.date) -> tuple[Unit, ...]:
        """Return the units directly under one, on a date, in order of code."""
        in_force = (unit for unit in self._children.get(parent, ()) if unit.in_force(on))
        return tuple(sorted(in_force, key=lambda unit: unit.code))

    def around(self, unit: Unit, on: dt.date) -> Around:
        """Return the units a unit is compared with and made of, on a date."""
        peers = self.children(unit.parent, on) if unit.parent else ()
        return Around(peers, self.children(unit.code, on))

    def of_level(self, level: Level, on: dt.date) -> tuple[Unit, ...]:
        """Return every unit of a level on a date, in order of code."""
        every = (unit for versions in self._versions.values() for unit in versions)
        return tuple(sorted((u for u in every if u.level == level and u.in_force(on)), key=lambda unit: unit.code))

    def ancestors(self, unit: Unit, on: dt.date | None = None) -> Iterator[Unit]:
        """Return the unit's parent, that one's parent, and so on up to the nation."""
        return iter(self._from(unit.parent, on))

    def _upwards(self, code: UnitCode | None, on: dt.date | None) -> tuple[Unit, ...]:
        if code is None or code not in self._versions:
            return ()
        unit = self.unit(code, on if on is not None and self._stands(code, on) else None)
        return (unit, *self._from(unit.parent, on))

    def path(self, unit: Unit) -> str:
        """Return the full name with its parents, `Huyện Châu Thành, Tỉnh Hậu Giang`, as in an address."""
        above = (other.full_name for other in self.ancestors(unit) if other.level is not Level.NATION)
        return ", ".join([unit.full_name, *above])

    def successors(self, code: UnitCode) -> tuple[Succession, ...]:
        """Return where a unit's territory went; several if it was divided; none if it still stands or is not known."""
        return tuple(self._successors.get(code, ()))

    def predecessors(self, code: UnitCode) -> tuple[Succession, ...]:
        """Return the units whose territory a unit was made of."""
        return tuple(self._predecessors.get(code, ()))

    # --- by name ----------------------------------------------------------------------------------

    def find(self, text: str, *, on: dt.date, level: Level | None = None, within: UnitCode | None = None) -> Unit:
        """Return the one unit that `text` means on a date.

        `text` is a code (`93`, `63:93`), a name (`Hau Giang`, `tỉnh Hậu Giang`, `TP.HCM`) or a name with its parents
        (`Châu Thành, Hậu Giang`). Without a level, a bare name means the highest unit that bears it: `Cao Bằng` is the
        province, `TP Cao Bằng` the city. Raises UnknownUnitError, AmbiguousUnitError or UnitNotInForceError.
        """
        text = " ".join(text.split())
        if not text:
            raise UnknownUnitError(N_("the name of the unit is empty"))
        if _CODE.fullmatch(text):
            return self._by_digits(text, on, level, within)
        found = self._named(text, on, level, within)
        in_force = [unit for unit in found if unit.in_force(on)]
        if in_force:
            return self._one_of(in_force, text)
        for name, parents in _split(text):
            try:
                above = self.find(parents, on=on, within=within)
            except AmbiguousUnitError:
                if below := self._below_any(name, parents, on, level, within):
                    return self._one_of(below, text)
                continue
            except UnknownUnitError:
                continue
            return self.find(name, on=on, level=level, within=above.code)
        if found:
            raise self._not_in_force(self._one_of(found, text), on)
        raise self._unknown(text, level)

    def bearing(self, text: str, *, on: dt.date, level: Level) -> Unit | None:
        """Return the one unit of a level that bears a name on a date, as written or by another spelling; None where
        there is none or several. Unlike `find` it looks for nothing similar, which takes a thousand times as long."""
        in_force = {unit.code: unit for unit in self._named(text, on, level, None) if unit.in_force(on)}
        return next(iter(in_force.values())) if len(in_force) == 1 else None

    def _below_any(
        self, name: str, parents: str, on: dt.date, level: Level | None, within: UnitCode | None
    ) -> list[Unit]:
        """Return the units of a name that lie in any of the units that a name of several may mean: only one `Huyện Vĩnh
        Thạnh` has a `Xã Vĩnh Sơn`."""
        above = [unit.code for unit in self._named(parents, on, None, within) if unit.in_force(on)]
        named = [unit for unit in self._named(name, on, level, within) if unit.in_force(on) and unit.code not in above]
        return [unit for unit in named if any(self._lies_in(unit, code) for code in above)]

    def _by_digits(self, text: str, on: dt.date, level: Level | None, within: UnitCode | None) -> Unit:
        if ":" in text:
            code = UnitCode.parse(text)
        else:
            code = UnitCode(country().on(on).id, pad_digits(text, level))
            for other in country().systems if code not in self._versions else ():
                if (namesake := UnitCode(other.id, code.digits)) in self._versions:
                    raise self._not_in_force(self.unit(namesake), on)
        unit = self.unit(code, on)
        if level not in (None, unit.level) or (within is not None and not self._lies_in(unit, within)):
            raise UnknownUnitError(
                N_("“{text}” is {unit}, which is not what was asked for"), text=text, unit=self.path(unit)
            )
        return unit

    def _named(self, text: str, on: dt.date, level: Level | None, within: UnitCode | None) -> list[Unit]:
        """Units of any date that bear the name: as written, else without its prefix, the kind deciding. A prefix of
        another level names another unit: `Thành phố Vị Thanh` is not the commune of that name."""

        def fitting(key: str) -> list[Unit]:
            units = list(self._by_key.get(squeezed(key), ()))
            for name in self._alias_names(squeezed(key), level):
                units += [unit for unit in self._by_key.get(squeezed(unit_key(name)), ()) if unit not in units]
            return [
                unit
                for unit in units
                if level in (None, unit.level) and (within is None or self._lies_in(unit, within))
            ]

        key = unit_key(text)
        if found := fitting(key):
            return _best_spelling(found, text, on)
        for bare, kind in without_affix(key):
            if found := [unit for unit in fitting(bare) if kind is None or unit.level in country().kinds[kind].levels]:
                of_kind = [unit for unit in found if kind in (None, unit.kind)]
                if level is not None and not any(unit.in_force(on) for unit in of_kind):
                    of_kind = []  # `TP Huế` in a table of provinces of 2020 is Thừa Thiên Huế
                return _best_spelling(of_kind or found, text, on)
        return []

    def _alias_names(self, key: str, level: Level | None) -> list[str]:
        return [name for each in {None, level} for name in self._aliases.get((each, key), ())]

    def _one_of(self, units: Sequence[Unit], text: str) -> Unit:
        highest = min(unit.level for unit in units)
        latest = {unit.code: unit for unit in units if unit.level == highest}
        if len(latest) == 1:
            return next(iter(latest.values()))
        candidates = tuple(sorted(self.path(unit) for unit in latest.values()))
        shown = "; ".join(candidates[:5]) + (f"; … ({len(candidates)})" if len(candidates) > 5 else "")
        raise AmbiguousUnitError(
            N_("“{text}” can mean {count} units: {shown}. Add the unit above it, as in “{example}”"),
            candidates=candidates,
            text=text,
            count=len(candidates),
            shown=shown,
            example=candidates[0],
        )

    def _lies_in(self, unit: Unit, ancestor: UnitCode) -> bool:
        return unit.code == ancestor or any(above.code == ancestor for above in self.ancestors(unit))

    def _stands(self, code: UnitCode, on: dt.date) -> bool:
        return any(unit.in_force(on) for unit in self._versions.get(code, ()))

    # --- what to say when there is none -----------------------------------------------------------

    def _not_in_force(self, unit: Unit, on: dt.date) -> GeographyError:
        if unit.since is not None and on < unit.since:
            return UnitNotInForceError(
                N_("{unit} did not exist on {on}: it was made on {since}"),
                unit=self.path(unit),
                on=on,
                since=unit.since,
            )
        names = "; ".join(self.path(self.unit(each.successor)) for each in self.successors(unit.code))
        last = unit.until or "?"
        if names:
            return UnitNotInForceError(
                N_("{unit} no longer existed on {on}: its last day was {last}; now {names}"),
                unit=self.path(unit),
                on=on,
                last=last,
                names=names,
            )
        return UnitNotInForceError(
            N_("{unit} no longer existed on {on}: its last day was {last}"),
            unit=self.path(unit),
            on=on,
            last=last,
        )

    def _unknown(self, text: str, level: Level | None) -> UnknownUnitError:
        wanted = squeezed(unit_key(text))
        names = {
            key: units[0].name
            for key, units in self._by_key.items()
            if key[:1] == wanted[:1] and abs(len(key) - len(wanted)) < 4 and level in (None, units[0].level)
        }
        close = list(dict.fromkeys(names[key] for key in difflib.get_close_matches(wanted, names, n=3, cutoff=0.7)))
        if close:
            return UnknownUnitError(N_("no unit is called “{text}”; nearest: {near}"), text=text, near=", ".join(close))
        return UnknownUnitError(N_("no unit is called “{text}”"), text=text)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Ways to read a text as a name and its parents: `A, B, C` -> (A, `B, C`); `A (B)`; `A - B`."""
    if "," in text:
        name, _, parents = text.partition(",")
        if name.strip() and parents.strip():
            yield name.strip(), parents.strip()
    elif brackets := _BRACKETS.match(text):
        yield brackets["name"].strip(), brackets["inside"].strip()
    else:
        for dash in (" - ", " – ", " — "):
            if dash in text:
                name, _, parents = text.partition(dash)
                yield name.strip(), parents.strip()


def _best_spelling(units: list[Unit], text: str, on: dt.date) -> list[Unit]:
    """Of units that are alike without diacritics, those in force on a date and spelled as in the text, if any is."""
    units = [unit for unit in units if unit.in_force(on)] or units
    wanted = toned_key(text)
    same = [unit for unit in units if wanted in (toned_key(unit.name), toned_key(unit.full_name))]
    if not same:
        same = [unit for unit in units if wanted.endswith(f" {toned_key(unit.name)}")]
    return same or units
