"""The whole example: full pages and an officer of each kind, in a rehearsal alone; the way through the first page."""

from __future__ import annotations

import json
import re

import pytest

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.episodes.models import Episode
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.project import example, tour
from bluezone.authority.work.models import Task


@pytest.fixture
def rehearsal(settings, tmp_path, set_clock):
    """A rehearsal's clock, as the example wants it."""
    clock = tmp_path / "clock"
    clock.write_text(str(example.MOMENT.timestamp()), encoding="ascii")
    settings.BLUEZONE = settings.BLUEZONE.model_copy(update={"rehearsal_clock": clock})
    set_clock.now = example.MOMENT


@pytest.mark.usefixtures("rehearsal")
def test_a_rehearsal_is_filled_and_every_officer_sees_a_full_first_page(db, run_bluezone, client):
    made = json.loads(run_bluezone("authority", "load-example", "--whole", "--json").out)
    assert (made["units"], made["orders"], made["cases"]) == (55, 2, 4)
    assert made["contacts"] == Episode.objects.exclude(contact_role="").count() > 25
    made_up = DailyCount.objects.filter(source=example.SOURCE)
    assert made_up.filter(key__startswith="63:93").exists()
    assert not made_up.filter(key="63:93", date="2020-08-13").exists(), "a printed figure has a made-up one beside it"
    dump = repr(list(Task.objects.exclude(person=None).values_list("detail", "subject", "source", "source_key")))
    assert Task.objects.filter(kind__in=("alarm", "check", "order")).exists()
    assert re.search("symptom|danger|sign|positive|silent|'f[012]'", dump) is None, "a copied table tells who is ill"
    page = client.get("/rollout/").content.decode()
    assert len(re.findall(r'class="m[1-5]', page)) == 63
    assert 'class="rehearsal"' in page
    assert {user.role for user in User.objects.all()} >= set(Role) - {Role.CHECKPOINT, Role.LAB}
    for each in made["officers"]:
        officer = User.objects.get(username=each["login"])
        assert officer.check_password(made["password"])
        client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
        home = client.get("/officer/rollout/").content.decode()
        assert (home.count("data-shows="), 'class="rehearsal"' in home) == (8, True), each["login"]
    with pytest.raises(AuthorityError, match="without officers"):
        example.fill()


def test_no_made_up_case_comes_to_a_real_server(db):
    with pytest.raises(AuthorityError, match="rehearsal's clock"):
        example.fill()
    assert not Person.objects.exists()


@pytest.mark.parametrize("cases_first", [True, False])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_led_in_eight_steps(role, cases_first):
    found = tour.steps(role, cases_first=cases_first)
    assert (len(found), len({str(each.title) for each in found})) == (8, 8)
