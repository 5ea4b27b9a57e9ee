"""Search for contacts of a case, by app, by interview and by venue. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import (
    BYSTANDER,
    CONSENT,
    DETECT,
    RECALL,
    SCAN,
    SECOND,
    SYNC,
    VENUE,
    draw,
    pair,
    unit,
    unit_low,
)
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import (
    across,
    circle_of,
    hours_at_home,
    hours_of_strangers,
    hours_of_tie,
    housemate,
    isolated,
    stubs_met,
    tie_met,
    trait,
)
from bluezone.epidemic.notices import AT_VENUE, BY_APP, BY_HAND, STAY, WATCH, can_be_told, send
from bluezone.epidemic.records import (
    ASYMPTOMATIC,
    AT_HOME,
    AT_RANDOM,
    HAS_APP,
    I32,
    IN_UNIT,
    U64,
    Record,
    World,
)


@kernel(inner=True, inline=True)
def note(found: I32, n: int, j: int, day: int) -> int:
    """Put a contact on the tracer's list."""
    if n < found.shape[1]:
        found[0, n] = j
        found[1, n] = day
        n += 1
    return n


@kernel(inner=True, inline=True)
def on_record(rules: Record, name: np.uint64, by_hand: bool, share: float, day: int) -> bool:
    """Return whether a contact of a day, of which a share is, makes an alert on the phone or is remembered in an
    interview."""
    return bool(unit(draw(rules.seed, name, RECALL if by_hand else DETECT, day)) < share)


@kernel(inner=True, inline=True)
def notes_contacts(world: World, j: int, day: int) -> bool:
    """Return whether someone's phone uses the app on a day."""
    return bool(world.states[j].flags & HAS_APP != 0 and world.courses[j].app_from <= day)


@kernel(inner=True)
def find_at_home(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Add the housemates: named in an interview, or whose phones noticed each other on a day of [first, last]. Returns
    the length of the list."""
    persons = world.persons
    for rank in range(persons[i].home_size - 1):
        j = housemate(persons, i, rank)
        name = pair(persons[i].key, persons[j].key)
        if by_hand:
            if on_record(rules, name, True, rules.recall_household, 0):
                n = note(world.found, n, j, last)
            continue
        if world.states[j].flags & HAS_APP == 0:
            continue
        share = rules.noticed[AT_HOME, hours_at_home(persons, rules, i, j)]
        for step in range(last - max(first, int(world.courses[j].app_from)) + 1):
            day = last - step
            if on_record(rules, name, False, share, day):
                n = note(world.found, n, j, day)
                break
    return n


@kernel(inner=True)
def find_in_unit(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Add contacts in the unit on [first, last], each with the latest day. Returns the length of the list."""
    persons, states, ties, by_day, found = world.persons, world.states, world.ties, world.by_day, world.found
    marks = world.tie_marks
    start = persons[i].tie_start
    for t in range(start, start + persons[i].tie_number):
        j = ties[t]
        if not by_hand and states[j].flags & HAS_APP == 0:
            continue
        name = pair(persons[i].key, persons[j].key)
        share = rules.recall_unit if by_hand else rules.noticed[IN_UNIT, hours_of_tie(marks[t])]
        earliest = first if by_hand else max(first, int(world.courses[j].app_from))
        for step in range(last - earliest + 1):
            day = last - step
            if (
                on_record(rules, name, by_hand, share, 0 if by_hand else day)
                and not isolated(states, i, day)
                and not isolated(states, j, day)
                and tie_met(persons, by_day, rules, i, marks[t], day)
            ):
                n = note(found, n, j, day)
                break
    return n


@kernel(inner=True)
def find_at_random(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Add random contacts on [first, last]. Returns the length of the list."""
    persons, states, found = world.persons, world.states, world.found
    stubs, owners, circles, centre, by_day = world.stubs, world.owners, world.circles, world.centre, world.by_day
    start = persons[i].stub_start
    for s in range(start, start + persons[i].stub_number):
        position = stubs[s]
        circle = circle_of(circles, position)
        for day in range(last, first - 1, -1):
            other = across(circles, centre, circle, position, day)
            share = rules.recall_random
            if not by_hand:
                share = rules.noticed[AT_RANDOM, hours_of_strangers(rules, position, other, day)]
            if not on_record(rules, pair(position, other), by_hand, share, day):
                continue
            j = owners[other]
            seen = j != i and (by_hand or notes_contacts(world, j, day))
            free = not isolated(states, i, day) and not isolated(states, j, day)
            if seen and free and stubs_met(by_day, rules, position, other, day):
                n = note(found, n, j, day)
    return n


@kernel()
def find(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Put on the tracer's list, from place n on, the contacts of someone on [first, last] that can be alerted."""
    n = find_at_home(world, rules, i, first, last, by_hand, n)
    n = find_in_unit(world, rules, i, first, last, by_hand, n)
    return find_at_random(world, rules, i, first, last, by_hand, n)


@kernel(inner=True)
def add_bystanders(world: World, rules: Record, i: int, n: int) -> int:
    """Alert people needlessly whose phones were near without a contact: for contacts found, the next on a
    circle."""
    persons, states, owners, found = world.persons, world.states, world.owners, world.found
    size = len(owners)
    if rules.bystanders <= 0.0 or size == 0:
        return n
    whole = int(rules.bystanders)
    for k in range(n):
        day = found[1, k]
        bits = draw(rules.seed, pair(persons[i].key, persons[found[0, k]].key), BYSTANDER, day)
        number = whole + (1 if unit(bits) < rules.bystanders - whole else 0)
        position = int(unit_low(bits) * size)
        for _ in range(50 * number):
            j = owners[position]
            position = position + 1 if position + 1 < size else 0
            if notes_contacts(world, j, day) and j != i and not isolated(states, j, day):
                n = note(found, n, j, day)
                number -= 1
                if number == 0:
                    break
    return n


@kernel(inner=True, inline=True)
def scanned(rules: Record, position: int, day: int) -> bool:
    """Return whether the person at a position scanned the venue's code on a day."""
    return bool(unit(draw(rules.seed, np.uint64(position), SCAN, day)) < rules.scan_share)


@kernel(inner=True)
def find_at_venues(world: World, rules: Record, i: int, first: int, last: int) -> int:
    """Find people who checked in where and when the case did: neighbours on the day's fold of the circle."""
    states, found = world.states, world.found
    stubs, owners, circles, centre, by_day = world.stubs, world.owners, world.circles, world.centre, world.by_day
    n = 0
    half = max(1, rules.venue_size // 2)
    start = world.persons[i].stub_start
    for s in range(start, start + world.persons[i].stub_number):
        position = stubs[s]
        circle = circle_of(circles, position)
        low, high = circles[circle], circles[circle + 1]
        for day in range(last, first - 1, -1):
            other = across(circles, centre, circle, position, day)
            block = (min(position, other) - low) // half
            venue = (np.uint64(circle) << np.uint64(40)) | np.uint64(block)
            if isolated(states, i, day) or unit(draw(rules.seed, venue, VENUE, 0)) >= rules.venue_share:
                continue
            if not scanned(rules, position, day) or not stubs_met(by_day, rules, position, other, day):
                continue
            for x in range(low + block * half, min(low + (block + 1) * half, high)):
                mate = across(circles, centre, circle, x, day)
                if mate < x or not stubs_met(by_day, rules, x, mate, day):
                    continue
                for visitor in (x, mate):
                    j = owners[visitor]
                    if j != i and scanned(rules, visitor, day) and not isolated(states, j, day):
                        n = note(found, n, j, day)
    return n


@kernel(inner=True)
def listed(found: I32, n: int, j: int) -> bool:
    """Return whether someone is among the first `n` of the tracer's list."""
    for k in range(n):  # noqa: SIM110 (numba compiles no generator)
        if found[0, k] == j:
            return True
    return False


@kernel(inner=True, inline=True)
def last_met(world: World, rules: Record, j: int, told: int, today: int) -> int:
    """Return the last day on which a contact meets others: today not, if they stay at home from this morning on."""
    at_home = told <= today and trait(rules, np.uint64(world.persons[j].key)) < rules.contact_compliance
    return today - 1 if at_home else today


@kernel(inner=True, inline=True)
def told_later(rules: Record, key: np.uint64, other: int) -> int:
    """Return whether a phone fetches the keys of a case on the day after (1) or at once (0)."""
    return 1 if unit(draw(rules.seed, key, SYNC, other)) < rules.sync_next_day else 0


@kernel(inner=True)
def trace_by_app(world: World, rules: Record, i: int, today: int, start: int, notices: U64, sent: int) -> int:
    """Alert the contacts of a phone whose owner published; with second order those who warn others warn theirs."""
    found = world.found
    first = max(0, start, today - rules.look_back, int(world.courses[i].app_from))
    n = find(world, rules, i, first, today, False, 0)
    n = add_bystanders(world, rules, i, n)
    key = np.uint64(world.persons[i].key)
    published = today + rules.upload_delay
    alerted = 0
    for k in range(n):
        j, contact = found[0, k], found[1, k]
        day = published + told_later(rules, key, world.persons[j].key)
        if can_be_told(world, rules, j, day):
            sent = send(notices, sent, BY_APP, j, contact, day)
            found[0, alerted], found[1, alerted] = j, contact  # the list now begins with those who are alerted
            alerted += 1
    if not rules.second_order:
        return sent
    for k in range(alerted):
        j = found[0, k]
        if unit(draw(rules.seed, np.uint64(world.persons[j].key), SECOND, 0)) >= rules.second_order_share:
            continue
        last = last_met(world, rules, j, published + told_later(rules, key, world.persons[j].key), today)
        end = find(world, rules, j, found[1, k], last, False, alerted)
        for m in range(alerted, end):
            other = found[0, m]
            if other != i and not listed(found, alerted, other) and can_be_told(world, rules, other, published + 1):
                sent = send(notices, sent, WATCH, other, 0, published + 1)
    return sent


@kernel(inner=True)
def trace_by_hand(world: World, rules: Record, i: int, today: int, start: int, notices: U64, sent: int) -> int:
    """Interview a case and tell the contacts named (F1); where it is the rule, those whom they name in turn (F2)."""
    found = world.found
    first = max(0, start, today - rules.manual_look_back)
    n = find(world, rules, i, first, today, True, 0)
    day = today + rules.manual_delay
    told = 0
    for k in range(n):
        j, contact = found[0, k], found[1, k]
        if can_be_told(world, rules, j, day):
            sent = send(notices, sent, BY_HAND, j, contact, day)
            found[0, told], found[1, told] = j, contact
            told += 1
    if not rules.manual_second_order:
        return sent
    for k in range(told):
        last = last_met(world, rules, found[0, k], day, today)
        end = find(world, rules, found[0, k], found[1, k], last, True, told)
        for m in range(told, end):
            other = found[0, m]
            if other != i and not listed(found, told, other) and can_be_told(world, rules, other, day + 1):
                sent = send(notices, sent, STAY, other, found[1, m], day + 1)
    return sent


@kernel(inner=True)
def trace_at_venues(world: World, rules: Record, i: int, today: int, start: int, notices: U64, sent: int) -> int:
    """Warn those who checked in at the same venues."""
    first = max(0, start, today - rules.venue_look_back)
    n = find_at_venues(world, rules, i, first, today)
    day = today + rules.venue_delay
    for k in range(n):
        if can_be_told(world, rules, world.found[0, k], day):
            sent = send(notices, sent, AT_VENUE, world.found[0, k], world.found[1, k], day)
    return sent


@kernel(inner=True, inline=True)
def publishes(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether a case of a day has the app and lets it publish."""
    return (
        notes_contacts(world, i, day)
        and unit(draw(rules.seed, np.uint64(world.persons[i].key), CONSENT, 0)) < rules.consent
    )


@kernel(inner=True)
def trace(world: World, rules: Record, i: int, today: int, interviewed: bool, notices: U64, sent: int) -> int:
    """Write notices to the contacts of a case, after so many others. Returns how many there are then; if that is more
    than there is room for, the last of them are not there, and all of this case are to be written again.

    Nobody acts on a morning before all contacts of that morning are found: nothing is changed here.
    """
    start = today - rules.order_delay - rules.result_delay
    if world.states[i].infected_day >= 0 and world.courses[i].course > ASYMPTOMATIC:
        start = min(start, int(world.courses[i].onset_day))
    start -= rules.before_onset
    if publishes(world, rules, i, today):
        sent = trace_by_app(world, rules, i, today, start, notices, sent)
    if interviewed:
        sent = trace_by_hand(world, rules, i, today, start, notices, sent)
    if rules.venue_share > 0.0 and rules.scan_share > 0.0:
        sent = trace_at_venues(world, rules, i, today, start, notices, sent)
    return sent
