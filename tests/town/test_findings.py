"""Who counts as a contact, who tests positive, and how warnings are judged."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.phone.air.advertiser import identity_at
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.databases import open_contacts_database
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.errors import TownError
from bluezone.town.findings import (
    Recordings,
    choose_case,
    close_contacts,
    recorded_minutes,
    recordings,
    score,
)

DAY_S = 18_486 * 86_400


def minutes(**pairs):
    """A symmetric matrix of four people from `ab=20`."""
    matrix = np.zeros((4, 4))
    for (a, b), value in pairs.items():
        i, j = "abcd".index(a), "abcd".index(b)
        matrix[i, j] = matrix[j, i] = value
    return matrix


def test_fifteen_minutes_in_all_make_a_close_contact():
    assert close_contacts(minutes(ab=15, ac=14.99, ad=300, bc=999), case=0) == {1, 3}


@pytest.mark.parametrize(
    ("warned", "sensitivity", "precision"),
    [
        ({1, 3}, 1.0, 1.0),
        ({1}, 0.5, 1.0),
        ({1, 2}, 0.5, 0.5),
        ({2}, 0.0, 0.0),
        (set(), 0.0, None),
        ({1, 2, 3}, 1, 2 / 3),
    ],
)
def test_warnings_are_judged_by_the_contacts_of_the_case_only(warned, sensitivity, precision):
    contacts = close_contacts(minutes(ab=15, ac=3, ad=300, bc=999), case=0)
    found = score(frozenset(contacts), frozenset(warned))
    assert found.sensitivity == sensitivity
    assert found.precision == precision


def test_without_contacts_and_warnings_nothing_can_be_said():
    found = score(frozenset(close_contacts(minutes(bc=999), case=0)), frozenset())
    assert found.sensitivity is None
    assert found.precision is None


@pytest.mark.parametrize("seed", range(20))
def test_the_case_has_a_close_contact_where_anybody_has(seed):
    assert choose_case(minutes(ab=16, cd=14), seed) in {0, 1}
    assert choose_case(minutes(cd=3), seed) in {2, 3}
    assert choose_case(minutes(), seed) in {0, 1, 2, 3}


def test_every_candidate_can_become_the_case():
    assert {choose_case(minutes(ab=16, cd=15), seed) for seed in range(40)} == {0, 1, 2, 3}


def test_the_phone_that_decides_is_the_one_that_counts():
    near = np.arange(16.0).reshape(4, 4)
    found = Recordings(heard=near, near=near)
    assert recorded_minutes(found, 0, 0, 2) == recorded_minutes(found, 0, 2, 0) == near[2, 0]
    assert recorded_minutes(found, 0, 1, 3) == (near[1, 3] + near[3, 1]) / 2


def test_recordings_are_told_apart_by_whose_key_was_heard(tmp_path):
    """Person 0 heard 1 near for three scans and 2 far away in one; nobody else heard anybody."""
    scheme = scheme_named("en")
    keys = [[DailyKey(bytes([person]) * 16, DAY_S, DAY_S + 86_400)] for person in range(3)]
    contact_store = ContactStore(open_contacts_database(tmp_path), scheme)
    for scan in range(3):
        at_s = DAY_S + 3600 + 60 * scan
        sightings = [heard(scheme, keys[1][0], at_s, -50)]
        if scan == 1:
            sightings.append(heard(scheme, keys[2][0], at_s, -90))
        contact_store.add_scan(at_s, 60.0, sightings)
    nothing = ContactStore(open_contacts_database(tmp_path / "nothing"), scheme)
    found = recordings([contact_store.sightings(), nothing.sightings(), nothing.sightings()], keys, scheme)
    contact_store.database.close()
    nothing.database.close()
    assert found.heard.tolist() == [[0, 3, 1], [0, 0, 0], [0, 0, 0]]
    assert found.near.tolist() == [[0, 3, 0], [0, 0, 0], [0, 0, 0]]


def heard(scheme, key, at_s, rssi_dbm):
    broadcast = scheme.parse(identity_at(scheme, key, at_s, 0).advertisement)
    return Sighting(broadcast.identifier, broadcast.encrypted_metadata, 5, rssi_dbm, rssi_dbm, rssi_dbm)


def test_somebody_who_is_a_case_already_is_not_drawn_again():
    near = minutes(ab=20, cd=20)
    drawn = {choose_case(near, seed, 1, {0, 2}) for seed in range(20)}
    assert drawn == {1, 3}
    with pytest.raises(TownError, match="case already"):
        choose_case(near, 1, 1, set(range(len(near))))
