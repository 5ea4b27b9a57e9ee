"""Find the units that names in a table mean: candidates of the gazetteer, each with how well it fits, chosen together
by level, by the unit above and by what is taken already. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.geography.country import country
from bluezone.geography.errors import GeographyError
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.names import squeezed, toned_key, unit_key, without_affix
from bluezone.geography.units import Level, Unit, UnitCode, nation_on
from bluezone.spreadsheets import lexicon

#: names this much alike are shown as candidates, and these are taken
_ALIKE, _TAKEN = 72, 0.83
#: a name that a unit bears is taken from here on, whatever speaks against its level
_BORNE = 0.68
#: a commune is taken for that of an address from here on; of several alike none is
SURE_ADDRESS, _UNSURE_ADDRESS = 0.6, 0.5
#: beyond so many names that nobody knows nothing similar is looked for
_MOST_UNKNOWN = 300
#: so few units that are left are candidates for a name that nobody knows
_FEW = 6
_ORDER = re.compile(r"^\s*(?:\d{1,3}|[IVX]{1,5}|[a-gA-G])\s*[.)/\-]+\s*|^\s*[-+*•·]\s*|\s*[*:;.¹²³]+$")
_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]\s*")
_OFFICE = re.compile(r"^(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|uy ban nhan dan|bcđ|bcd|ban chỉ đạo)\s+", re.IGNORECASE)
_LEVELS = {"province": Level.PROVINCE, "district": Level.DISTRICT, "commune": Level.COMMUNE}


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold a unit that a name may mean, and how well it fits (0..1)."""

    unit: Unit
    score: float


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold the units that are looked among: those of a place on a day, by the key of their bare name."""

    gazetteer: Gazetteer
    on: dt.date
    within: UnitCode | None
    by_key: Mapping[str, Sequence[Unit]]

    @property
    def place(self) -> Unit:
        """Return the place of the sender, which may be the nation."""
        return self.gazetteer.unit(self.within or nation_on(self.on).code)

    def lies_within(self, unit: Unit) -> bool:
        """Return whether a unit is the place of the sender or lies in it."""
        return self.within in (None, unit.code) or any(
            each.code == self.within for each in self.gazetteer.ancestors(unit, self.on)
        )

    def is_around(self, unit: Unit) -> bool:
        """Return whether a unit lies in the place of the sender, or the place in it."""
        above = self.gazetteer.ancestors(self.gazetteer.unit(self.within)) if self.within else ()
        return self.lies_within(unit) or any(each.code == unit.code for each in above)


@functools.lru_cache(maxsize=16)
def scope_of(gazetteer: Gazetteer, within: UnitCode | None, on: dt.date) -> Scope:
    """Return the units of a place (None: of the country) that stand on a day."""
    by_key: dict[str, list[Unit]] = defaultdict(list)
    scope = Scope(gazetteer, on, within, by_key)
    waiting = [scope.place]
    while waiting:
        unit = waiting.pop()
        by_key[_key(unit.name)].append(unit)
        waiting += gazetteer.children(unit.code, on)
    return scope


@functools.lru_cache(maxsize=20_000)
def _key(name: str) -> str:
    return squeezed(unit_key(name))


#: a longer text is no unit's name; looking for one in it would take seconds a table
_LONGEST = 200
#: how much less sure a name is without what stands behind its comma, unless that names what the unit lies in
_BEHIND = 0.06


class Finder:
    """Find candidates for names, each name looked up once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._found: dict[str, tuple[Fit, ...]] = {}
        self._unknown = 0

    def exact(self, text: str) -> tuple[Fit, ...]:
        """Return the units that bear a name, the best first."""
        if text not in self._found:
            self._found[text] = tuple(self._exact(text)) if len(text) <= _LONGEST else ()
        return self._found[text]

    def similar(self, text: str) -> tuple[Fit, ...]:
        """Return the units whose names are like one that nobody bears."""
        from rapidfuzz import fuzz, process  # the extras `authority` and `rollout` bring it

        if self._unknown >= _MOST_UNKNOWN or lexicon.names_no_place(text) or not 2 < len(text) < 50:
            return ()
        self._unknown += 1
        bare, kind = next(iter(without_affix(unit_key(_cleaned(text)))), (unit_key(_cleaned(text)), None))
        near = process.extract(
            squeezed(bare), self.scope.by_key.keys(), scorer=fuzz.ratio, limit=4, score_cutoff=_ALIKE
        )
        fits = [
            Fit(unit, round(score / 100 * (0.95 if kind in (None, unit.kind) else 0.75), 3))
            for key, score, _ in near
            for unit in self.scope.by_key[key]
        ]
        if self.scope.within is not None:
            fits += [
                Fit(unit, 0.84) for units in self.scope.by_key.values() for unit in units if _is_short_for(text, unit)
            ]
        best = {fit.unit.code: fit for fit in sorted(fits, key=lambda fit: fit.score)}
        return tuple(sorted(best.values(), key=lambda fit: -fit.score)[:5])

    def elsewhere(self, text: str) -> str:
        """Return the name of a unit outside the place of the sender, with those above it; empty where there is none."""
        whole = scope_of(self.scope.gazetteer, None, self.scope.on)
        fits = Finder(whole).exact(text) if self.scope.within is not None else ()
        return self.scope.gazetteer.path(fits[0].unit) if fits and fits[0].score > _TAKEN else ""

    def siblings(self, level: Level | None, taken: Collection[UnitCode]) -> list[Unit]:
        """Return the units of a level that no row has, if they are few."""
        within = self.scope.within
        if within is None or level is None:
            return []
        free = [unit for units in self.scope.by_key.values() for unit in units
                if unit.level == level and unit.code not in taken]  # fmt: skip
        return free if len(free) <= _FEW else []

    def by_code(self, text: str) -> Unit | None:
        """Return the unit of a code within the place of the sender: `63:930`, `930`, `63:VN`."""
        if not re.fullmatch(r"\d{1,5}(?:\.0)?|\d\d:(?:\d+|VN)", text := text.strip().upper()):
            return None
        try:
            unit = self.scope.gazetteer.find(text.removesuffix(".0"), on=self.scope.on)
        except GeographyError:
            return None
        return unit if self.scope.lies_within(unit) else None

    def _exact(self, text: str) -> Iterable[Fit]:
        cleaned = _cleaned(text)
        fits: dict[UnitCode, Fit] = {}
        for variant, cost in self._variants(cleaned):
            for fit in self._bearing(variant, cost):
                if fit.score > fits.get(fit.unit.code, Fit(fit.unit, 0)).score:
                    fits[fit.unit.code] = fit
            if fits:
                break
        found = sorted(fits.values(), key=lambda fit: (-fit.score, fit.unit.level, fit.unit.code))
        return self._below(found, cleaned) if "," in cleaned else found

    def _below(self, fits: Sequence[Fit], text: str) -> Sequence[Fit]:
        """Keep, of several units of a name, those in the unit that stands behind the comma: those directly in it, where
        there are any. “Vị Thanh, Hậu Giang” is the town, and no commune in one of the province's districts."""
        gazetteer, on = self.scope.gazetteer, self.scope.on
        named = {each.unit.code for each in Finder(scope_of(gazetteer, None, on)).exact(text.split(",")[1].strip())}
        above = [(fit, [each.code for each in gazetteer.ancestors(fit.unit, on)]) for fit in fits]
        directly = [Fit(fit.unit, round(fit.score + _BEHIND, 3)) for fit, codes in above if codes and codes[0] in named]
        return directly or [fit for fit, codes in above if named.intersection(codes)] or fits

    def _variants(self, text: str) -> list[tuple[str, float]]:
        """Return a name as it is, then without what stands in brackets, behind a comma or dash, before an office."""
        bare = _OFFICE.sub("", text)
        found = [(text, 0.0), (bare, 0.08), (_BRACKETS.sub(" ", bare).strip(), 0.03)]
        found += [(re.split(r"\s*,\s*|\s+[-–]\s+", bare)[0], _BEHIND)]
        costs: dict[str, float] = {}
        for name, cost in found:
            costs.setdefault(name, cost)
        return [(name, cost) for name, cost in costs.items() if name]

    def _bearing(self, text: str, cost: float) -> list[Fit]:
        key = unit_key(text)
        readings = [(key, None), *without_affix(key)]
        fits = []
        toned = toned_key(text)
        for bare, kind in readings:
            for unit in self.scope.by_key.get(squeezed(bare), ()):
                score = 0.93 if kind is None else 1.0
                if kind is not None and unit.kind != kind:
                    score = 0.75 if unit.level in country().kinds[kind].levels else 0.45
                if not text.isascii() and not toned.endswith(_toned(unit.name)):
                    score -= 0.12
                fits.append(Fit(unit, round(score - cost, 3)))
        if not fits:  # other spellings of a name
            known = (self.scope.gazetteer.bearing(text, on=self.scope.on, level=level) for level in Level)
            fits = [Fit(each, 0.9 - cost) for each in known if each is not None and self.scope.lies_within(each)]
        return fits


def _is_short_for(text: str, unit: Unit) -> bool:
    """Return whether a name is short for that of a unit: `C.Thành`, `TPVT`, `TP N. Bảy`."""
    name, kind = unit_key(unit.name).split(), unit_key(unit.kind).split()
    initials = "".join(word[0] for word in name)
    key = unit_key(text)
    if len(name) < 2 or key in (initials, "".join(word[0] for word in kind) + initials):
        return len(name) > 1
    readings = [key, *(bare for bare, of_kind in without_affix(key) if of_kind in (None, unit.kind))]
    return any(
        len(parts) == len(name)
        and parts != name
        and all(map(str.startswith, name, parts))
        and len("".join(parts)) > len(name)
        for parts in map(str.split, readings)
    )


def in_address(finder: Finder, address: str, near: UnitCode | None) -> tuple[Fit, ...]:
    """Return the communes that an address names, the likeliest first: what else it names lies around them; of several
    that nothing tells apart those that are `near` a place come first."""
    parts = [part for part in re.split(r"\s*[,;]\s*|\s+[-–]\s+", address) if part]
    fits = {part: finder.exact(part) for part in dict.fromkeys(parts)}
    found: dict[UnitCode, Fit] = {}
    for part, own in fits.items():
        named = {fit.unit.code for other in fits if other != part for fit in fits[other]}
        for fit in own:
            if fit.unit.level is Level.COMMUNE:
                above = {each.code for each in finder.scope.gazetteer.ancestors(fit.unit, finder.scope.on)}
                score = (
                    fit.score
                    - 0.35
                    + 0.2 * min(2, len(named & above))
                    + 0.25 * (near in above or near == fit.unit.code)
                )
                found[fit.unit.code] = Fit(fit.unit, round(min(1.0, max(0.0, score)), 3))
    order = sorted(found.values(), key=lambda fit: -fit.score)
    if len(order) > 1 and order[0].score - order[1].score < 0.1:
        order = [Fit(fit.unit, min(fit.score, _UNSURE_ADDRESS)) for fit in order]
    return tuple(order[:5])


def named_in(finder: Finder, texts: Iterable[str]) -> Unit | None:
    """Return the unit that titles name with the word for what it is, the last and smallest of them: `UBND HUYỆN VỊ
    THỦY`."""
    for text in reversed(list(texts)):
        words = text.replace(":", " ").replace(",", " ").split()
        for start in range(len(words)):
            for size in (5, 4, 3, 2):
                part = " ".join(words[start : start + size])
                if without_kind(part) and (fits := finder.exact(part)) and fits[0].score >= 0.95:
                    return fits[0].unit
    return None


@functools.lru_cache(maxsize=20_000)
def _toned(name: str) -> str:
    return toned_key(name)


def without_kind(text: str) -> str | None:
    """Return a name without the word for what it is, None where it has none."""
    return next((bare for bare, kind in without_affix(unit_key(text)) if kind), None)


def _cleaned(text: str) -> str:
    text = text[:_LONGEST]
    while (shorter := _ORDER.sub("", text).strip()) and shorter != text:
        text = shorter
    return text


@dataclass(slots=True)
class Named:
    """Hold a row's name, the names of the units above it where columns give them, and what they were found to be."""

    line: int
    text: str
    above: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()
    unit: Unit | None = None
    probability: float = 0.0
    outside: str = ""
    similar: bool = False


def choose(finder: Finder, rows: Sequence[Named], level: str) -> None:
    """Give each row its unit where one fits: names are looked up, then chosen by the level of the table (`level`, a
    topic of the header, or that of most rows) and by the unit above, from a column or from the row of a group."""
    for row in rows:
        row.fits = finder.exact(row.text) if row.text else ()
    levels = Counter(row.fits[0].unit.level for row in rows if row.fits)
    wanted = _LEVELS.get(level) or next((level for level, _ in levels.most_common(1)), None)
    for row in rows:
        if not row.fits and row.text:
            row.fits, row.similar = finder.similar(row.text), True
            weak = not row.fits or row.fits[0].score < _TAKEN
            row.outside = finder.elsewhere(row.text) if weak and not lexicon.names_no_place(row.text) else ""
    group: Unit | None = None
    for row in rows:
        above = [finder.exact(text) for text in row.above]
        bearers = [[fit.unit for fit in fits if fit.score == fits[0].score] for fits in above if fits] or (
            [[group]] if group else []
        )
        over = [({unit.code for unit in units}, units[0].level) for units in bearers]
        row.fits = tuple(
            sorted(
                (_weighed(finder, fit, wanted, over, strict=bool(_LEVELS.get(level))) for fit in row.fits),
                key=lambda fit: -fit.score,
            )
        )
        if row.fits and row.fits[0].score >= (_TAKEN if row.similar else _BORNE):
            row.unit, row.probability = row.fits[0].unit, _sure(row.fits)
            if wanted is not None and row.unit.level < wanted:
                group = row.unit
    _offer_rest(finder, rows, wanted)
    named = [row for row in rows if row.text and not lexicon.is_total(row.text)]
    if len([row for row in named if row.unit is None]) * 3 > len(named):
        for row in named:  # a table of offices: `UBND huyện Vị Thủy` is one of them
            row.unit = None if _OFFICE.match(_cleaned(row.text)) else row.unit


def _offer_rest(finder: Finder, rows: Sequence[Named], wanted: Level | None) -> None:
    """Offer the units that no row has to rows whose names nobody knows."""
    free = finder.siblings(wanted, {row.unit.code for row in rows if row.unit})
    for row in rows:
        if row.unit is None and row.text and not lexicon.is_total(row.text) and not lexicon.names_no_place(row.text):
            have = {fit.unit.code for fit in row.fits}
            row.fits += tuple(Fit(unit, 0.3) for unit in free if unit.code not in have)


def _weighed(
    finder: Finder, fit: Fit, wanted: Level | None, above: Sequence[tuple[Collection[UnitCode], Level]], *, strict: bool
) -> Fit:
    """Weigh a fit by the level of the table and by the units above; `above`: of each name, the codes of the units that
    bear it, and the level of the first."""
    score = fit.score
    if wanted is not None and fit.unit.level != wanted:
        score -= 0.3 if strict and fit.unit.level > wanted else 0.12
    ancestors = {each.code for each in finder.scope.gazetteer.ancestors(fit.unit, finder.scope.on)}
    for codes, level in above:
        if fit.unit.code not in codes:
            score += 0.05 if ancestors.intersection(codes) else -0.15 * (fit.unit.level > level)
    return Fit(fit.unit, round(max(0.0, score), 3))


def _sure(fits: Sequence[Fit]) -> float:
    best = min(1.0, fits[0].score)
    if len(fits) == 1:
        return best
    gap = fits[0].score - fits[1].score
    return round(best * min(1.0, 0.5 + 4 * gap), 3)
