"""A person's page shows stays to who sees stays: to a site's manager where and until when, and no signs."""

from __future__ import annotations

import pytest
from tests.authority.episodes.stays.conftest import COMMUNE, DAY, MORNING, OTHER_COMMUNE

from bluezone.authority.episodes.models import Event
from bluezone.authority.episodes.stays.rules import Severity
from bluezone.authority.episodes.words import EventKind


def noted(stay, symptoms=("cough",)):
    event = Event(episode=stay.episode, kind=EventKind.CHECK.value, day=DAY, at=MORNING, what="call",
                  severity=Severity.SYMPTOMS.value)  # fmt: skip
    event.seal({"symptoms": list(symptoms), "temperature": 37.9})
    event.save()


#: role, place, right to read; what the page shows. None: there is no page
READERS = {
    "the commune, who reads": ("commune", COMMUNE, True, "stay letters signs called"),
    "the commune, without the right": ("commune", COMMUNE, False, "stay letters"),
    "the site's manager": ("unit-head", "site", False, "stay letters"),
    "another commune": ("commune", OTHER_COMMUNE, True, None),
}


@pytest.mark.parametrize(("role", "place", "reads", "shown"), READERS.values(), ids=list(READERS))
def test_each_reader_sees_of_a_stay_what_is_theirs(client, officer, site, stay, role, place, reads, shown):
    noted(stay)
    officer(role, site.place if place == "site" else place, may_read_health=reads)
    answer = client.get(f"/officer/persons/{stay.episode.person.pseudonym}", headers={"accept-language": "en"})
    if shown is None:
        assert answer.status_code == 404
        return
    page = answer.content.decode()
    marks = {
        "stay": "Khu cách ly A, A1",
        "letters": f"/stays/{stay.pk}/letters/order",
        "signs": "37.9",
        "called": "I have called",
    }
    assert [name for name, mark in marks.items() if mark in page] == shown.split()
