"""List the addresses of the admin API, and the one at which phones ask for a code by text message."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.issuing.api import api, statistics_key
from bluezone.authority.issuing.statistics.api import add_to
from bluezone.authority.issuing.user_reports import views

app_name = "issuing"
add_to(api, statistics_key)
urlpatterns = [
    path("v1/services.json", views.services_document, name="services"),
    path("api/user-report", views.user_report, name="user-report"),
    path("api/", api.urls),
]
