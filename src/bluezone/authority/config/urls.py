"""Every address of the authority."""

from __future__ import annotations

from django.urls import include, path

from bluezone.authority.campaigns.views import front_door
from bluezone.authority.cases.api import api
from bluezone.authority.config import language_link
from bluezone.authority.organisations.posters import install_page

urlpatterns = [
    path("", front_door, name="front-door"),
    path("", include("bluezone.authority.devices.urls")),
    path("", include("bluezone.authority.policies.urls")),
    path("", include("bluezone.authority.news.urls")),
    path("", include("bluezone.authority.phone_numbers.urls")),
    path("rollout/", include("bluezone.authority.campaigns.urls")),
    path("officer/api/", api.urls),
    path("officer/rollout/", include("bluezone.authority.figures.urls")),
    path("officer/", include("bluezone.authority.accounts.urls")),
    path("officer/", include("bluezone.authority.bulletins.urls")),
    path("officer/units/", include("bluezone.authority.organisations.urls")),
    path("officer/directives/", include("bluezone.authority.directives.urls")),
    path("install/<str:code>", install_page, name="install"),
    path("officer/simulations/", include("bluezone.authority.simulations.urls")),
    path("officer/", include("bluezone.authority.cases.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("language/<str:code>", language_link.choose, name="language"),
]
handler404 = "bluezone.authority.config.errors.not_found"
handler500 = "bluezone.authority.config.errors.broken"
handler400 = "bluezone.authority.config.errors.bad_request"
handler403 = "bluezone.authority.config.errors.forbidden"
