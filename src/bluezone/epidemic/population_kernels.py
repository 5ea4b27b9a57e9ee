"""Compile the parts of `build_population`. Draws are keyed by the place in the arrays, which is the person's key."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import (
    AGE,
    HOURS,
    HOUSEHOLD,
    POOL,
    REWIRE,
    RING,
    SHUFFLE,
    STUBS,
    VISIT,
    draw,
    pair,
    unit,
    unit_low,
)
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.records import F64, HOURS_STEPS, I32, I64, TIE_KINDS, TIE_NAMES, U8, U16, U32, Records


@kernel(makes_arrays=True)
def household_bounds(word: np.uint64, people: int, cumulated_sizes: F64) -> I32:
    """Draw household sizes until everybody has a home; the last home takes who is left."""
    bounds = np.empty(people + 1, dtype=np.int32)
    bounds[0] = 0
    count = 0
    while bounds[count] < people:
        u = unit(draw(word, np.uint64(count), HOUSEHOLD, 0)) * cumulated_sizes[-1]
        size = 1
        while cumulated_sizes[size - 1] <= u and size < len(cumulated_sizes):
            size += 1
        bounds[count + 1] = min(bounds[count] + size, people)
        count += 1
    return bounds[: count + 1].copy()


@kernel(makes_arrays=True)
def persons_of(bounds: I32, age: U8, occupation: U8, persons: Records) -> Records:
    """Fill in names, households, ages and occupations."""
    for home in range(len(bounds) - 1):
        for i in range(bounds[home], bounds[home + 1]):
            persons[i].key = i
            persons[i].home = bounds[home]
            persons[i].home_size = bounds[home + 1] - bounds[home]
            persons[i].age = age[i]
            persons[i].occupation = occupation[i]
            persons[i].tie_number = 0
        order_home(persons, bounds[home])
    return persons


@kernel(makes_arrays=True)
def order_home(persons: Records, first: int) -> None:
    """Write down the order of keys in the household that begins at a place."""
    size = persons[first].home_size
    for j in range(first, first + size):
        smaller = 0
        for k in range(first, first + size):
            if persons[k].key < persons[j].key:
                smaller += 1
        persons[first + smaller].home_order = j - first


@kernel(makes_arrays=True)
def pick_weighted(left: I64, weights: F64, others: F64, u: float) -> int:
    """Pick a class in proportion to what is left of it times its two weights; any class with something left if all
    weigh 0."""
    total = 0.0
    for c in range(len(left)):
        total += left[c] * weights[c] * others[c]
    flat = total <= 0.0
    if flat:
        total = float(left.sum())
    u *= total
    last = 0
    for c in range(len(left)):
        if left[c] > 0 and (flat or weights[c] * others[c] > 0.0):
            last = c
            u -= left[c] * (1.0 if flat else weights[c] * others[c])
            if u < 0.0:
                break
    return last


@kernel(makes_arrays=True)
def seat_ages(word: np.uint64, bounds: I32, counts: I64, companions: F64, heads: F64, by_size: F64) -> U8:
    """Give each seat of each household a decade of age, from an urn that holds exactly the census's numbers.
    by_size: weights of decades by the size of the household; the last row is for all beyond."""
    left = counts.copy()
    age = np.empty(bounds[-1], dtype=np.uint8)
    for home in range(len(bounds) - 1):
        head = 0
        weights = by_size[min(bounds[home + 1] - bounds[home], len(by_size)) - 1]
        for i in range(bounds[home], bounds[home + 1]):
            u = unit(draw(word, np.uint64(i), AGE, 0))
            if i == bounds[home]:
                head = pick_weighted(left, heads, weights, u)
                group = head
            else:
                group = pick_weighted(left, companions[head], weights, u)
            left[group] -= 1
            age[i] = group
    return age


@kernel(makes_arrays=True)
def assign_occupations(word: np.uint64, age: U8, occupation_of_age: U8, staff_ratio: float) -> U8:
    """Assign the network of one's age, save for the adults who staff schools and circles of the old."""
    people = len(age)
    wards = np.zeros(5, dtype=np.int64)
    for i in range(people):
        wards[occupation_of_age[age[i]]] += 1
    workers = wards[2]
    shares = np.zeros(5)
    if workers > 0:
        for net in (0, 1, 3, 4):
            shares[net] = min(staff_ratio * wards[net] / workers, 0.2)
    occupation = np.empty(people, dtype=np.uint8)
    for i in range(people):
        net = occupation_of_age[age[i]]
        if net == 2:
            u = unit(draw(word, np.uint64(i), RING, 1))
            for other in (0, 1, 3, 4):
                u -= shares[other]
                if u < 0.0:
                    net = other
                    break
        occupation[i] = net
    return occupation


@kernel(makes_arrays=True)
def shuffle_into_rings(word: np.uint64, occupation: U8, nets: int) -> tuple[I32, I32]:
    """Shuffle the people of each network: (order, bounds of each network in it)."""
    people = len(occupation)
    start = np.zeros(nets + 1, dtype=np.int32)
    for i in range(people):
        start[occupation[i] + 1] += 1
    for net in range(nets):
        start[net + 1] += start[net]
    fill = start[:-1].copy()
    order = np.empty(people, dtype=np.int32)
    for i in range(people):  # Fisher-Yates from the inside out, one circle a network
        net = occupation[i]
        seen = fill[net] - start[net]
        j = start[net] + int(unit(draw(word, np.uint64(i), RING, 0)) * (seen + 1))
        order[fill[net]] = order[j]
        order[j] = i
        fill[net] += 1
    return order, start


@kernel(makes_arrays=True)
def number_units(persons: Records, order: I32, ring_start: I32, unit_size: int) -> None:
    """Form units of a fixed size of neighbours on a ring."""
    number = -1
    for net in range(len(ring_start) - 1):
        for x in range(ring_start[net], ring_start[net + 1]):
            if (x - ring_start[net]) % unit_size == 0:
                number += 1
            persons[order[x]].unit = number


@kernel(makes_arrays=True)
def far_end(word: np.uint64, low: int, size: int, x: int, step: int, rewired: float) -> int:
    """Return the seat at the other end of a ring's tie: `step` seats on, or by chance any of the ring."""
    bits = draw(word, np.uint64(low + x), REWIRE, step)
    y = x + step
    if y >= size:
        y -= size
    if unit(bits) < rewired:
        y = int(unit_low(bits) * size)
    return low + y


@kernel(makes_arrays=True)
def count_ties(word: np.uint64, persons: Records, order: I32, ring_start: I32, degrees: I64, rewired: float) -> int:
    """Compute lengths and starts of the rows of Watts-Strogatz networks on the rings. Returns the number of ends of
    ties."""
    for net in range(len(degrees)):
        low, size = ring_start[net], ring_start[net + 1] - ring_start[net]
        half = min(degrees[net] // 2, (size - 1) // 2)
        for x in range(size):
            i = order[low + x]
            for step in range(1, half + 1):
                other = far_end(word, low, size, x, step, rewired)
                if other != low + x:
                    persons[i].tie_number += 1
                    persons[order[other]].tie_number += 1
    total = 0
    for i in range(len(persons)):
        persons[i].tie_start = total
        total += persons[i].tie_number
        persons[i].tie_number = 0
    return total


@kernel(makes_arrays=True)
def fill_ties(
    word: np.uint64, persons: Records, ties: I32, marks: U32, order: I32, ring_start: I32, degrees: I64, rewired: float
) -> None:
    """Write each tie, and its mark (`Population`), into both rows."""
    for net in range(len(degrees)):
        low, size = ring_start[net], ring_start[net + 1] - ring_start[net]
        half = min(degrees[net] // 2, (size - 1) // 2)
        for x in range(size):
            i = order[low + x]
            for step in range(1, half + 1):
                other = far_end(word, low, size, x, step, rewired)
                if other != low + x:
                    j = order[other]
                    bits = draw(word, pair(i, j), HOURS, 0)
                    known = int(unit_low(bits) * TIE_NAMES) * TIE_KINDS + int(unit(bits) * HOURS_STEPS)
                    for one, end in ((i, j), (j, i)):
                        place = persons[one].tie_start + persons[one].tie_number
                        ties[place] = end
                        marks[place] = known + persons[end].age * HOURS_STEPS
                        persons[one].tie_number += 1


@kernel(makes_arrays=True)
def number_stubs(word: np.uint64, persons: Records, class_of_age: U8, tables: U16) -> int:
    """Draw the random contacts a day of each person, from the quantile table of the person's class. Returns their
    sum."""
    total = 0
    for i in range(len(persons)):
        u = unit(draw(word, np.uint64(i), STUBS, 0))
        number = tables[class_of_age[persons[i].age], int(u * tables.shape[1])]
        persons[i].stub_start = total
        persons[i].stub_number = number
        total += number
    return total


@kernel(makes_arrays=True)
def visited(moves: F64, part: int, u: float) -> int:
    """Return the part someone of a part goes to: the first whose cumulated chance is above u."""
    last = moves.shape[1] - 1
    to = 0
    while to < last and moves[part, to] <= u:
        to += 1
    return to


@kernel(makes_arrays=True)
def where_by_day(word: np.uint64, part_of: U16, occupation: U8, moves: F64) -> U16:
    """Return in which part each person spends the day: workers where the gravity matrix draws them, others at home."""
    at = part_of.copy()
    for i in range(len(at)):
        if occupation[i] == 2:
            at[i] = visited(moves, int(part_of[i]), unit(draw(word, np.uint64(i), VISIT, 0)))
    return at


@kernel(makes_arrays=True)
def circle_of_stub(
    word: np.uint64, stub: int, age: int, part: int, moves: F64, assortativity: float, groups: int
) -> int:
    """Return the circle a stub goes on, of the part it visits: the age group's own, or everybody's."""
    bits = draw(word, np.uint64(stub), POOL, 0)
    own = 1 + age if unit(bits) < assortativity else 0
    return visited(moves, part, unit_low(bits)) * (groups + 1) + own


@kernel(makes_arrays=True)
def lay_stubs(
    word: np.uint64, persons: Records, owners: I32, part_of: U16, moves: F64, assortativity: float, groups: int
) -> I32:
    """Shuffle all stubs onto their circles: writes the owner at each position, returns the bounds of the circles."""
    circles = (groups + 1) * len(moves)
    start = np.zeros(circles + 1, dtype=np.int32)
    for i in range(len(persons)):
        part = int(part_of[i]) if len(part_of) else 0
        for stub in range(persons[i].stub_start, persons[i].stub_start + persons[i].stub_number):
            start[circle_of_stub(word, stub, persons[i].age, part, moves, assortativity, groups) + 1] += 1
    for circle in range(circles):
        start[circle + 1] += start[circle]
    fill = start[:-1].copy()
    for i in range(len(persons)):  # Fisher-Yates from the inside out
        part = int(part_of[i]) if len(part_of) else 0
        for stub in range(persons[i].stub_start, persons[i].stub_start + persons[i].stub_number):
            circle = circle_of_stub(word, stub, persons[i].age, part, moves, assortativity, groups)
            seen = fill[circle] - start[circle]
            position = start[circle] + int(unit(draw(word, np.uint64(stub), SHUFFLE, 0)) * (seen + 1))
            owners[fill[circle]] = owners[position]
            owners[position] = i
            fill[circle] += 1
    return start


@kernel(makes_arrays=True)
def positions_by_owner(persons: Records, owners: I32, stubs: I32) -> None:
    """Write the positions of each person's stubs, person after person."""
    for i in range(len(persons)):
        persons[i].stub_number = 0
    for position in range(len(owners)):
        i = owners[position]
        stubs[persons[i].stub_start + persons[i].stub_number] = position
        persons[i].stub_number += 1
