"""List every address of the authority."""

from __future__ import annotations

from django.urls import include, path, re_path

from bluezone.authority.campaign import urls as campaign
from bluezone.authority.declarations import urls as declarations
from bluezone.authority.device_api.views import health
from bluezone.authority.diagnosis import urls as cases
from bluezone.authority.diagnosis.api import api
from bluezone.authority.door import urls as doors
from bluezone.authority.epidemiology import urls as epidemiology
from bluezone.authority.episodes import urls as episodes
from bluezone.authority.keys import urls as keys
from bluezone.authority.passes import urls as passes
from bluezone.authority.persons import my_data_views
from bluezone.authority.places import urls as places
from bluezone.authority.privacy import views as privacy_views
from bluezone.authority.project import home, institution, status
from bluezone.authority.project.openapi import views as openapi_views
from bluezone.authority.units.posters import install_page

urlpatterns = [
    path("", home.front_door, name="front-door"),
    path("healthz", status.healthz, name="healthz"),
    path("readyz", status.readyz, name="readyz"),
    path("about", institution.about, name="about"),
    path("about/emblem", institution.emblem, name="emblem"),
    path("status", status.page, name="status"),
    path("health", health, name="health"),
    path("", include(cases.public)),
    path("", include("bluezone.authority.signing.urls")),
    path("", include(cases.device)),
    path("", include(passes.device)),
    path("", include(places.device)),
    path("", include(places.public)),
    path("", include(keys)),
    path("", include(keys.second_order)),
    path("", include("bluezone.authority.issuing.urls")),
    path("", include("bluezone.authority.reports.urls")),
    path("", include(declarations.device)),
    path("", include(campaign.device)),
    path("", include("bluezone.authority.documents.urls")),
    path("", include("bluezone.authority.messages.urls")),
    path("rollout/", include(campaign.public)),
    path("tracing/", include(epidemiology.public)),
    path("officer/api/", api.urls),
    path("officer/rollout/", home.Home.as_view(), name="home"),
    path("officer/rollout/populations/", include(campaign.populations)),
    path("officer/rollout/national/", include(campaign.national)),
    path("officer/rollout/", include(campaign.figures)),
    path("officer/", home.First.as_view(), name="first"),
    path("officer/search", home.Search.as_view(), name="search"),
    path("officer/area/<slug:kind>", home.AreaPage.as_view(), name="area"),
    path("officer/", include("bluezone.authority.officers.urls")),
    path("officer/", include(campaign.bulletins)),
    path("officer/work/", include("bluezone.authority.work.urls")),
    path("officer/units/", include("bluezone.authority.units.urls")),
    path("officer/contacts/", include(episodes)),
    path("officer/", include("bluezone.authority.epidemiology.urls")),
    path("officer/doors/", include(doors)),
    path("officer/passes/", include(passes)),
    path("officer/checkpoint/", include("bluezone.authority.checkpoints.urls")),
    path("officer/places/", include(places)),
    path("officer/outreach/", include("bluezone.authority.outreach.urls")),
    path("officer/federation/", include("bluezone.authority.federation.urls")),
    path("officer/", include("bluezone.authority.partners.urls")),
    path("officer/directives/", include(campaign.orders)),
    path("", include(doors.public)),
    path("", include(episodes.public)),
    path("", include(declarations.public)),
    path("officer/isolation/", include(episodes.isolation)),
    path("officer/forms/", include(declarations.forms)),
    path("officer/declarations/", include(declarations)),
    path("officer/quarantine/", include(episodes.quarantine)),
    path("install/<str:code>", install_page, name="install"),
    path("officer/simulations/", include("bluezone.authority.simulations.urls")),
    path("my-data", my_data_views.page, name="my-data"),
    path("privacy", privacy_views.page, name="privacy"),
    path("officer/breaches/", include("bluezone.authority.privacy.urls")),
    path("officer/persons/", include("bluezone.authority.persons.urls")),
    path("officer/", include(cases)),
    path("officer/", include(cases.sending)),
    re_path(r"^openapi/(?P<name>device|admin|officer)\.json$", openapi_views.document, name="openapi"),
    path("language/", include("django.conf.urls.i18n")),
    path("language/<str:code>", home.choose_language, name="language"),
]
handler404 = "bluezone.authority.project.error_pages.not_found"
handler500 = "bluezone.authority.project.error_pages.broken"
handler400 = "bluezone.authority.project.error_pages.bad_request"
handler403 = "bluezone.authority.project.error_pages.forbidden"
