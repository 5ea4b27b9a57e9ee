"""An authority where every kind of thing is, for tests of every address."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from tests.authority.project.addresses import KEYS, READERS, VISITORS

from bluezone.authority.officers.models import Office, User


def isolation(commune: str, now: dt.datetime):
    """A site with somebody in it who has declared, under a signed order, and whom another commune is asked to take."""
    from bluezone.authority.episodes import handing_over
    from bluezone.authority.episodes.stays import checks, letters, services
    from bluezone.authority.episodes.stays.roster_rules import read_numbers
    from bluezone.authority.episodes.stays.rules import Said, Way
    from bluezone.authority.episodes.stays.services import Entry, Spot
    from bluezone.authority.episodes.words import Role
    from bluezone.authority.units import services as units
    from bluezone.authority.units.services import Facts
    from bluezone.geography.units import UnitCode

    officer = User.objects.get(username="commune")
    code = UnitCode.parse(commune.strip("/").split("/")[-1])
    site = units.register(Facts("Khu cách ly", "quarantine", code, 20), now.date())
    services.add_beds(site, read_numbers("A1, A2"))
    entry = Entry(Spot.at(site), Role.F1, now.date(), telephone="+84912345678")
    stay = services.enter(entry, officer, now)
    checks.store(stay, "1", Said(), Way.CALL, now, officer)
    letters.issue_orders([stay], officer, now)
    other = next(each for each in ("63:31321", "63:31318") if each not in commune)
    return site, stay, handing_over.ask(stay.episode, f"/63:93/63:930/{other}/", officer, now, staying=stay.place)


@pytest.fixture
def things(db, set_clock, settings) -> dict[str, str]:
    """Name what the parameters of routes stand for, by route parameter: offices, units, orders of Hậu Giang."""
    from bluezone.authority.campaign.figures.models import DailyCount
    from bluezone.authority.campaign.figures.store import store
    from bluezone.authority.campaign.orders import example
    from bluezone.authority.campaign.orders.models import Directive
    from bluezone.authority.diagnosis import quota
    from bluezone.authority.diagnosis.models import Case, QuotaFactor
    from bluezone.authority.episodes.models import Episode
    from bluezone.authority.federation.models import Source
    from bluezone.authority.keys.batches import write_index
    from bluezone.authority.messages.models import NewsItem
    from bluezone.authority.officers import api_keys
    from bluezone.authority.officers.models import ApiKey
    from bluezone.authority.partners import services as partners
    from bluezone.authority.partners.rules import Format, Terms
    from bluezone.authority.persons import my_data
    from bluezone.authority.persons import services as persons
    from bluezone.authority.persons.models import DataRequest
    from bluezone.authority.persons.rules import Identity
    from bluezone.authority.privacy.models import Breach
    from bluezone.authority.signing import services as signing
    from bluezone.authority.units.models import Organisation
    from bluezone.geography.units import UnitCode
    from bluezone.rollout.counts import Count, Origin

    set_clock.now = now = dt.datetime(2020, 8, 20, 2, tzinfo=dt.UTC)
    signing.ensure(now)
    write_index(settings.BLUEZONE)
    example.load()
    store([Count(UnitCode.parse("63:93"), dt.date(2020, 8, 19), installs=9, source="report", origin=Origin.REPORTED)])
    school = Organisation.objects.filter(sector="schools", place__startswith="/63:93/63:930/").order_by("pk")[0]
    office = Office.objects.get(tasks__sector="schools", territory="/63:93/")
    commune = school.place.removesuffix(f"{school.code}/")
    for name, post in VISITORS.items():
        if post is not None:
            role, place, may_confirm = post
            place = {"office": office.place, "head": school.place, "guard": school.place, "commune": commune}.get(
                name, place
            )
            rights = {"may_confirm": may_confirm, "may_read_health": name in READERS}
            User.objects.create_user(name, role=role, place=place, **rights)
    case = Case.objects.create(
        report_type="clinical", test_date=now.date(), created_at=now, created_by=User.objects.get(username="cases")
    )
    contact = Episode.objects.create(place="/", role="f1", opened_at=now, contact_since=now)
    person = persons.enter(Identity(name="Trần Thị Mai"), "/63:93/63:934/", now)
    request = my_data.ask(person, DataRequest.Kind.CORRECT, "a wrong year", now)
    quota.set_factor("/63:93/", 2)
    keys = {role: api_keys.make(ApiKey.Role(role), "/63:93/", role, None, now) for role in KEYS}
    news = NewsItem.objects.first()
    source = Source.objects.create(
        name="other", index_url="https://keys.example/66/index.txt", region="66", keys_a_day=1, added_at=now
    )
    breach = Breach.objects.create(
        title="A list sent to the wrong office", place="/63:93/", found_at=now, may_harm=True, entered_at=now
    )
    terms = Terms("WHO", Format.NDJSON, basis="a law")
    agreement = partners.agree(terms, now.date(), now.date(), "", User.objects.get(username="ministry"), now)
    site, stay, handover = isolation(commune, now)
    laboratory = User.objects.create_user("lab", role="lab", place="/63:93/")
    return {
        "isolation site": site.code,
        "stay_id": str(stay.pk),
        "declaration_id": str(stay.episode.events.get().pk),
        "test_id": str(stay.episode.tests.order_by("due_on")[0].pk),
        "bed_id": str(stay.bed_id),
        "opened": "telephone",
        "act": str(stay.letters.get().act),
        "letter_kind": "order",
        "request_id": str(request.pk),
        "school": school.code,
        "laboratory_id": str(laboratory.pk),
        "row_id": str(DailyCount.objects.first().pk),
        "officer_id": str(User.objects.get(username="commune").pk),
        **{f"{role} key": secret for role, (secret, _key) in keys.items()},
        "statistics id": str(keys["statistics"][1].pk),
        "key_id": str(api_keys.make(ApiKey.Role.ADMIN, "/63:93/", "laboratory", None, now)[1].pk),
        "factor_id": str(QuotaFactor.objects.get().pk),
        "case_id": str(case.pk),
        "pseudonym": person.pseudonym,
        "handover_id": str(handover.pk),
        "ran_out_id": "1",
        "result_id": "1",
        "decision": "accepted",
        "other_id": str(uuid.UUID(int=1)),
        "episode_id": str(contact.pk),
        "what": "negative",
        "number": str(office.pk),
        "entry_id": "1",
        "item_id": str(news.pk if news else 1),
        "directive": str(Directive.objects.order_by("pk")[0].pk),
        "day": "2020-08-20",
        "form": "population",
        "version": "1",
        "name": "452/index.txt",
        "figure": "curve",
        "view_id": "1",
        "region": "452",
        "hour": "443888",
        "window_id": "00000000-0000-0000-0000-000000000001",
        "registration_id": "00000000-0000-0000-0000-000000000001",
        "area": "63-93",
        "opening_id": "00000000-0000-0000-0000-000000000001",
        "uidb64": "MQ",
        "token": "a-b",
        "kind": "pdf",
        "sector": "schools",
        "source_id": str(source.pk),
        "breach_id": str(breach.pk),
        "agreement_id": str(agreement.pk),
        "delivery_id": str(agreement.deliveries.create(queued_at=now).pk),
    }
