"""Do what a phone has with its authority beside warnings: fetch guidance and news, be counted, learn what else it
offers.

None of it is needed to be warned. All of it goes with the schedule's checks, so that the phone has no further times
of its own by which it could be known.
"""

from __future__ import annotations

import sys
from importlib import metadata

import httpx

from bluezone.forms.communes import commune_of
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import CHECK_EVERY_S, Task
from bluezone.phone.client.counting import Particulars, report_active
from bluezone.phone.client.places import fetch_places
from bluezone.phone.client.user_report import fetch_services
from bluezone.phone.stores.preference_store import Choices
from bluezone.protocol import guidance, kinds, news
from bluezone.protocol.documents import COUNTRY, is_province

GUIDANCE, NEWS, COUNTING, SERVICES = "guidance", "news", "counting", "services"
REPORTS, DECLARATIONS, WARNED, PLACES = "reports", "declarations", "warned", "places"
FORMS, HEALTH_DECLARATIONS = "forms", "health declarations"


def places_of(choices: Choices) -> tuple[str, ...]:
    """Return the codes that news for this person may name: commune and province."""
    commune = commune_of(choices.commune)
    return (commune.code, commune.province) if commune is not None else ()


def areas_of(choices: Choices) -> tuple[str, ...]:
    """Return the areas whose news to fetch."""
    commune = commune_of(choices.commune)
    return (COUNTRY, commune.province) if commune is not None else (COUNTRY,)


def guidance_places_of(choices: Choices) -> tuple[str, ...]:
    """Return the codes that guidance for this person may name, the narrowest first: commune, district and province of
    before July 2025, province."""
    commune = commune_of(choices.commune)
    return (commune.code, *commune.within, commune.province) if commune is not None else ()


def guidance_areas_of(choices: Choices) -> tuple[str, ...]:
    """Return the areas whose guidance to fetch: the country and the provinces of today and of before."""
    return (COUNTRY, *(place for place in guidance_places_of(choices) if is_province(place)))


def version() -> str:
    """Return the version of this program; "0" where it runs from a checkout."""
    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:
        return "0"


def platform_name() -> str:
    """Return the platform as a registration names it."""
    return "android" if hasattr(sys, "getandroidapilevel") else "linux"


def fetch_guidance_of(phone: Phone, client: httpx.Client) -> None:
    """Fetch the guidance for the owner's places."""
    phone.fetch(client, guidance.GUIDANCE, guidance_areas_of(phone.stores.preferences.read()))


def _fetch_news(phone: Phone, client: httpx.Client) -> None:
    phone.fetch(client, news.NEWS, areas_of(phone.stores.preferences.read()))


def _fetch_forms(phone: Phone, client: httpx.Client) -> None:
    """Fetch the forms of health declarations for the owner's places."""
    phone.fetch(client, kinds.FORMS, guidance_areas_of(phone.stores.preferences.read()))


def _report_active(phone: Phone, client: httpx.Client) -> None:
    choices = phone.stores.preferences.read()
    if choices.counted:
        particulars = Particulars(platform_name(), version(), choices.commune, choices.unit)
        url, store = phone.settings.authority_url, phone.stores.installation
        report_active(client, url, store, particulars, phone.entropy, phone.clock())


def _answer_warned(phone: Phone, client: httpx.Client) -> None:
    """Answer, once a week and by randomised response, whether this phone warned: with the owner's yes alone."""
    if phone.stores.preferences.read().warnings_counted:
        phone.answer_warned(client)


def _ask_services(phone: Phone, client: httpx.Client) -> None:
    offered, preferences = fetch_services(client, phone.settings.authority_url), phone.stores.preferences
    if preferences.offers_user_reports() != offered.user_reports:
        preferences.note_user_reports(offered=offered.user_reports)
    if preferences.keys_go_abroad() != offered.keys_go_abroad:
        preferences.note_keys_go_abroad(going=offered.keys_go_abroad)


def _send_reports(phone: Phone, client: httpx.Client) -> None:
    """Send what the owner said yes to and had no network for."""
    phone.reporter(client).send_waiting()
    phone.send_check_ins(client)


def _send_declarations(phone: Phone, client: httpx.Client) -> None:
    """Send what the owner declared in isolation and had no network for."""
    phone.declarer(client).send_waiting()


def _send_health_declarations(phone: Phone, client: httpx.Client) -> None:
    """Send what the owner declared by a form and had no network for."""
    phone.health_declarer(client).send_waiting()


def _fetch_places(phone: Phone, client: httpx.Client) -> None:
    """Compare the diary with the places that are warned of."""
    fetch_places(client, phone.stores, phone.settings.authority_url, phone.clock())


#: what goes with every check
TASKS = (
    Task(GUIDANCE, fetch_guidance_of, CHECK_EVERY_S),
    Task(NEWS, _fetch_news, CHECK_EVERY_S),
    Task(PLACES, _fetch_places, CHECK_EVERY_S),
    Task(COUNTING, _report_active, every_s=0.0),
    Task(SERVICES, _ask_services, CHECK_EVERY_S),
    Task(REPORTS, _send_reports, every_s=0.0),
    Task(WARNED, _answer_warned, every_s=0.0),
    Task(DECLARATIONS, _send_declarations, every_s=0.0),
    Task(FORMS, _fetch_forms),
    Task(HEALTH_DECLARATIONS, _send_health_declarations, every_s=0.0),
)
