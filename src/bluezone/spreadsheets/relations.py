"""Find what columns of numbers are of one another: a share of two, a difference, a sum. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.spreadsheets.draft import Evidence
from bluezone.spreadsheets.roles import OTHER

#: as many lines are compared
_COMPARED = 40
#: such a part of them must agree
_AGREE = 0.8
#: so few whole numbers are a share of others by chance
_FEW = 8
#: how much a relation that fits speaks for the roles it fits
_WEIGHT = 3.0
#: columns of numbers of a table so wide that only neighbours are compared
_WIDE = 16

_COUNTED = frozenset({"installs", "active", "with_phone"})
#: kind -> roles of its columns that make sense together; None: any that is not stored
_SENSE: dict[str, tuple[tuple[object, ...], ...]] = {
    # the first is the second in a hundred of the third
    "share": (
        ("percent_population", _COUNTED, "headcount"),
        ("percent_smartphones", _COUNTED, "smartphones"),
        ("percent_population", _COUNTED, "adults"),
        (OTHER, _COUNTED, "target"),
        (OTHER, {"active", "with_phone", "gain"}, "installs"),
        (OTHER, {"gain", OTHER}, {"installs", "headcount", "target", "smartphones", OTHER}),
        ("target_percent", "target", "headcount"),
        (OTHER, {"smartphones", "target"}, "headcount"),
    ),
    # the first is the second less the third
    "difference": (
        ("gain", "installs", {OTHER, "installs"}),
        (OTHER, "headcount", _COUNTED),
        (OTHER, "target", _COUNTED),
        (OTHER, "smartphones", _COUNTED),
        (OTHER, "installs", {"active", "with_phone"}),
    ),
    # the first is the sum of the others
    "sum": (("installs", {OTHER, "gain"}), ("headcount", OTHER), ("gain", OTHER), ("target", OTHER), ("active", OTHER)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """Hold that the first of some columns (by position) is made of the others in `hits` of `count` lines."""

    kind: str
    columns: tuple[int, ...]
    hits: int
    count: int

    @property
    def template(self) -> str:
        """Return the sentence that says it."""
        return {
            "share": N_("{a} is {b} as a share of {c} in {hits} of {count} rows"),
            "difference": N_("{a} is {b} minus {c} in {hits} of {count} rows"),
            "sum": N_("{a} is the sum of {b} to {c} in {hits} of {count} rows"),
        }[self.kind]


def fits(relation: Relation, chosen: Sequence[str]) -> float:
    """Return how much a relation speaks for an assignment of roles."""
    roles = [chosen[at] for at in relation.columns]
    for sense in _SENSE[relation.kind]:
        wanted = sense if relation.kind != "sum" else (sense[0], *(sense[1] for _ in roles[1:]))
        if all(_is(role, want) for role, want in zip(roles, wanted, strict=True)):
            return (
                _WEIGHT * relation.hits / relation.count * (0.5 if roles[0] == OTHER else 0.85 if OTHER in roles else 1)
            )
    return 0.0


def _is(role: str, wanted: object) -> bool:
    return role in wanted if isinstance(wanted, set | frozenset) else role == wanted


def relations_among(found: Sequence[Evidence]) -> list[Relation]:
    """Return what columns of numbers are of one another, among the first lines."""
    counts = {at: _floats(each, "count") for at, each in enumerate(found) if _mostly(each, "count")}
    shares = {at: _floats(each, "percentage") for at, each in enumerate(found) if _mostly(each, "percentage")}
    related = [*_shares(counts, shares)]
    order = sorted(counts)
    for at, a in enumerate(order):
        near = [b for b in order if b != a and (len(order) <= _WIDE or abs(b - a) <= 3)]
        for b in near:
            for c in near:
                if b != c:
                    related += _held("difference", (a, b, c), counts, lambda x, y, z: x == y - z and z != 0)
        for size in range(2, 7):  # a sum of those that stand right before or behind it
            for run in (order[at + 1 : at + 1 + size], order[max(0, at - size) : at]):
                if len(run) == size:
                    related += _held("sum", (a, *run), counts, _is_sum)
    return related


def _mostly(each: Evidence, reading: str) -> bool:
    values = [getattr(number, reading) for number in each.numbers.values()]
    return each.numeric >= 0.5 and sum(value is not None for value in values) >= 0.7 * len(values) > 0


def _floats(each: Evidence, reading: str) -> dict[int, float]:
    values = {line: getattr(number, reading) for line, number in list(each.numbers.items())[:_COMPARED]}
    return {line: float(value) for line, value in values.items() if value is not None}


def _shares(counts: dict[int, dict[int, float]], shares: dict[int, dict[int, float]]) -> Iterator[Relation]:
    for a, own in shares.items():
        whole = sum(value == int(value) for value in own.values())
        if max(own.values()) > 1000 or (whole > len(own) / 2 and len(own) < _FEW):
            continue
        for b in counts:
            for c in counts:
                if len({a, b, c}) == 3:
                    yield from _held("share", (a, b, c), {**counts, a: own}, _is_share)


def _is_share(share: float, part: float, whole: float) -> bool:
    if not whole or not part or part == whole:
        return False
    true = 100 * part / whole
    return min(abs(share - true), abs(share * 100 - true)) <= max(0.06, 0.006 * true)


def _is_sum(whole: float, *parts: float) -> bool:
    return whole == sum(parts) and sum(map(bool, parts)) > 1


def _held(
    kind: str, columns: tuple[int, ...], values: dict[int, dict[int, float]], holds: Callable[..., bool]
) -> Iterator[Relation]:
    first = values[columns[0]]
    lines = [line for line in first if all(line in values[at] for at in columns[1:])]
    if len(lines) < 2:
        return
    misses = 0
    for line in lines:
        misses += not holds(*(values[at][line] for at in columns))
        if misses > (1 - _AGREE) * len(lines):
            return
    yield Relation(kind, columns, len(lines) - misses, len(lines))
