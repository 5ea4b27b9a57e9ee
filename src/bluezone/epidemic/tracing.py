"""Search for contacts of a case, by app, by interview and by venue, and what alerts lead to. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import (
    BYSTANDER,
    DETECT,
    DROP_OUT,
    FALSE_POSITIVE,
    RECALL,
    SCAN,
    SECOND,
    SYNC,
    TEST_RESULT,
    VENUE,
    draw,
    pair,
    unit,
    unit_low,
)
from bluezone.epidemic.jit import lean_kernel
from bluezone.epidemic.meetings import (
    across,
    circle_of,
    days_kept,
    hours_at_home,
    hours_of_strangers,
    hours_of_tie,
    housemate,
    infected_now,
    isolate,
    isolated,
    stubs_met,
    tie_met,
    trait,
)
from bluezone.epidemic.records import (
    APP_ALERTS,
    APP_FALSE_ALERTS,
    AT_HOME,
    AT_RANDOM,
    HAS_APP,
    I32,
    IN_UNIT,
    MANUAL_ALERTS,
    OTHER_FALSE_ALERTS,
    QUARANTINED,
    SECOND_ORDER_ALERTS,
    SECOND_ORDER_FALSE_ALERTS,
    SEVERE,
    TESTS,
    TRACED_RESULTS,
    VENUE_ALERTS,
    Record,
    Records,
    World,
)


@lean_kernel
def note(found: I32, n: int, j: int, day: int) -> int:
    """Put a contact on the tracer's list."""
    if n < found.shape[1]:
        found[0, n] = j
        found[1, n] = day
        n += 1
    return n


@lean_kernel
def on_record(rules: Record, name: np.uint64, by_hand: bool, share: float, day: int) -> bool:
    """Return whether a contact of a day, of which a share is, makes an alert on the phone or is remembered in an
    interview."""
    return bool(unit(draw(rules.seed, name, RECALL if by_hand else DETECT, day)) < share)


@lean_kernel
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
        for step in range(last - first + 1):
            day = first + step if rules.from_first_contact else last - step
            if on_record(rules, name, False, share, day):
                n = note(world.found, n, j, day)
                break
    return n


@lean_kernel
def find_in_unit(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Add contacts in the unit on [first, last], each with the latest day (or the first, where that is the rule).
    Returns the length of the list."""
    persons, states, ties, by_day, found = world.persons, world.states, world.ties, world.by_day, world.found
    marks = world.tie_marks
    start = persons[i].tie_start
    for t in range(start, start + persons[i].tie_number):
        j = ties[t]
        if not by_hand and states[j].flags & HAS_APP == 0:
            continue
        name = pair(persons[i].key, persons[j].key)
        share = rules.recall_unit if by_hand else rules.noticed[IN_UNIT, hours_of_tie(marks[t])]
        for step in range(last - first + 1):
            day = first + step if rules.from_first_contact else last - step
            if (
                on_record(rules, name, by_hand, share, 0 if by_hand else day)
                and not isolated(states, i, day)
                and not isolated(states, j, day)
                and tie_met(persons, by_day, rules, i, marks[t], day)
            ):
                n = note(found, n, j, day)
                break
    return n


@lean_kernel
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
            seen = j != i and (by_hand or states[j].flags & HAS_APP != 0)
            free = not isolated(states, i, day) and not isolated(states, j, day)
            if seen and free and stubs_met(by_day, rules, position, other, day):
                n = note(found, n, j, day)
    return n


@lean_kernel
def find(world: World, rules: Record, i: int, first: int, last: int, by_hand: bool, n: int) -> int:
    """Put on the tracer's list, from place n on, the contacts of someone on [first, last] that can be alerted."""
    n = find_at_home(world, rules, i, first, last, by_hand, n)
    n = find_in_unit(world, rules, i, first, last, by_hand, n)
    return find_at_random(world, rules, i, first, last, by_hand, n)


@lean_kernel
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
            if states[j].flags & HAS_APP and j != i and not isolated(states, j, day):
                n = note(found, n, j, day)
                number -= 1
                if number == 0:
                    break
    return n


@lean_kernel
def scanned(rules: Record, position: int, day: int) -> bool:
    """Return whether the person at a position scanned the venue's code on a day."""
    return bool(unit(draw(rules.seed, np.uint64(position), SCAN, day)) < rules.scan_share)


@lean_kernel
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


@lean_kernel
def order_test(world: World, rules: Record, j: int, today: int, day: int, share: float) -> int:
    """Test someone without symptoms of the disease on `day`; a positive result makes a case when it comes.

    Returns the day of the result; the day after the run if there is none.
    """
    courses = world.courses
    sampled = day + rules.order_delay
    result = int(sampled + rules.result_delay)
    if share <= 0.0 or result >= rules.days or courses[j].traced_day >= day:
        return int(rules.days)
    if trait(rules, np.uint64(world.persons[j].key)) >= share:
        return int(rules.days)
    world.tally[TESTS, sampled] += 1
    courses[j].traced_day = result
    false_positive = (
        unit(draw(rules.seed, np.uint64(world.persons[j].key), FALSE_POSITIVE, result)) >= rules.specificity
    )
    if infected_now(world.states, courses, j, today) or sampled - today > rules.insensitive_days or false_positive:
        world.links[TRACED_RESULTS, j] = world.heads[TRACED_RESULTS, result]
        world.heads[TRACED_RESULTS, result] = j
    return result  # else negative whatever happens until the sample: the test could not see it, and need not be listed


@lean_kernel
def traced_test_is_positive(world: World, rules: Record, j: int, result_day: int) -> bool:
    """Return the result of a test after an alert: the state on the day of the sample, or a false positive."""
    sampled = result_day - rules.result_delay
    key = np.uint64(world.persons[j].key)
    if infected_now(world.states, world.courses, j, sampled):
        early = sampled - world.states[j].infected_day <= rules.insensitive_days  # a day old the morning after next
        return not early and unit(draw(rules.seed, key, TEST_RESULT, result_day)) < rules.sensitivity
    return bool(unit(draw(rules.seed, key, FALSE_POSITIVE, result_day)) >= rules.specificity)


@lean_kernel
def cannot_be_alerted(states: Records, courses: Records, j: int, day: int) -> bool:
    """Return whether someone cannot be reached: known cases, and people in hospital or dead."""
    if 0 <= courses[j].case_day <= day:
        return True
    return bool(states[j].infected_day >= 0 and courses[j].course >= SEVERE and day >= courses[j].end_day)


@lean_kernel
def alert(world: World, rules: Record, row: int, j: int, contact: int, day: int, today: int) -> bool:
    """Tell one contact: isolate if they comply, test if they want. False if there is nobody to tell."""
    courses = world.courses
    if day >= rules.days or cannot_be_alerted(world.states, courses, j, day):
        return False
    by_app = row == APP_ALERTS
    told_already = by_app and courses[j].alert_day == day
    if not told_already:
        if by_app:
            courses[j].alert_day = day
        world.tally[row, day] += 1
        if not infected_now(world.states, courses, j, today):
            world.tally[APP_FALSE_ALERTS if by_app else OTHER_FALSE_ALERTS, day] += 1
        order_test(world, rules, j, today, day, rules.traced_test)
    key = np.uint64(world.persons[j].key)
    if trait(rules, key) < rules.contact_compliance:
        begins = contact if rules.from_first_contact else day
        kept = days_kept(
            rules.contact_dropout, contact + rules.contact_days - begins, unit(draw(rules.seed, key, DROP_OUT, day))
        )
        isolate(world.states, courses, world.tally, j, today, day, begins + kept, rules.central_contacts)
        world.states[j].flags |= QUARANTINED
    return True


@lean_kernel
def keep_at_home(world: World, rules: Record, j: int, contact: int, day: int, today: int) -> None:
    """Ask a contact of a contact (F2) to stay at home, as the practice of 2020 was."""
    courses = world.courses
    if day >= rules.days or cannot_be_alerted(world.states, courses, j, day):
        return
    world.tally[MANUAL_ALERTS, day] += 1
    if not infected_now(world.states, courses, j, today):
        world.tally[OTHER_FALSE_ALERTS, day] += 1
    key = np.uint64(world.persons[j].key)
    if trait(rules, key) < rules.contact_compliance:
        u = unit(draw(rules.seed, key, DROP_OUT, day))
        kept = days_kept(rules.contact_dropout, contact + rules.contact_days - day, u)
        isolate(world.states, courses, world.tally, j, today, day, day + kept, False)
        world.states[j].flags |= QUARANTINED


@lean_kernel
def warn_second(world: World, rules: Record, j: int, day: int, today: int) -> None:
    """Ask a contact of a contact to watch: no isolation and no test, until symptoms begin. Who watches already goes on
    for longer, and is not counted again."""
    courses = world.courses
    if day >= rules.days or cannot_be_alerted(world.states, courses, j, day):
        return
    infected = infected_now(world.states, courses, j, today)
    if courses[j].watch_until < day:
        world.tally[SECOND_ORDER_ALERTS, day] += 1
        if not infected:
            world.tally[SECOND_ORDER_FALSE_ALERTS, day] += 1
    if not infected or courses[j].onset_day > day:  # what is done about symptoms was decided when they began
        courses[j].watch_until = day + rules.watch_days


@lean_kernel
def listed(found: I32, n: int, j: int) -> bool:
    """Return whether someone is among the first `n` of the tracer's list."""
    for k in range(n):  # noqa: SIM110 (numba compiles no generator)
        if found[0, k] == j:
            return True
    return False


@lean_kernel
def trace_by_app(world: World, rules: Record, i: int, today: int, start: int) -> None:
    """Alert the contacts of a phone whose owner published; with second order those who warn others warn theirs."""
    found = world.found
    first = max(0, start, today - rules.look_back)
    n = find(world, rules, i, first, today, False, 0)
    n = add_bystanders(world, rules, i, n)
    key = np.uint64(world.persons[i].key)
    published = today + rules.upload_delay
    alerted = 0
    for k in range(n):
        j, contact = found[0, k], found[1, k]
        later = 1 if unit(draw(rules.seed, key, SYNC, world.persons[j].key)) < rules.sync_next_day else 0
        if alert(world, rules, APP_ALERTS, j, contact, published + later, today):
            found[0, alerted], found[1, alerted] = j, contact  # the list now begins with those who were alerted
            alerted += 1
    if not rules.second_order:
        return
    for k in range(alerted):
        j = found[0, k]
        if unit(draw(rules.seed, np.uint64(world.persons[j].key), SECOND, 0)) >= rules.second_order_share:
            continue
        end = find(world, rules, j, found[1, k], today, False, alerted)
        for m in range(alerted, end):
            if found[0, m] != i and not listed(world.found, alerted, found[0, m]):
                warn_second(world, rules, found[0, m], published + 1, today)


@lean_kernel
def trace_by_hand(world: World, rules: Record, i: int, today: int, start: int) -> None:
    """Interview a case and tell the contacts named (F1); where it is the rule, those whom they name in turn (F2)."""
    found = world.found
    first = max(0, start, today - rules.manual_look_back)
    n = find(world, rules, i, first, today, True, 0)
    day = today + rules.manual_delay
    told = 0
    for k in range(n):
        j, contact = found[0, k], found[1, k]
        if alert(world, rules, MANUAL_ALERTS, j, contact, day, today):
            found[0, told], found[1, told] = j, contact
            told += 1
    if not rules.manual_second_order:
        return
    for k in range(told):
        end = find(world, rules, found[0, k], found[1, k], today, True, told)
        for m in range(told, end):
            if found[0, m] != i and not listed(found, told, found[0, m]):
                keep_at_home(world, rules, found[0, m], found[1, m], day + 1, today)


@lean_kernel
def trace_at_venues(world: World, rules: Record, i: int, today: int, start: int) -> None:
    """Warn those who checked in at the same venues."""
    first = max(0, start, today - rules.venue_look_back)
    n = find_at_venues(world, rules, i, first, today)
    day = today + rules.venue_delay
    for k in range(n):
        alert(world, rules, VENUE_ALERTS, world.found[0, k], world.found[1, k], day, today)
