"""List the addresses of the admin API, and the one at which phones ask for a code by text message."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis.api import REFUSED, Problem
from bluezone.authority.diagnosis.api import api as officer_api
from bluezone.authority.issuing.api import api, statistics_key
from bluezone.authority.issuing.results import api as results
from bluezone.authority.issuing.results import views as result_views
from bluezone.authority.issuing.statistics.api import add_to
from bluezone.authority.issuing.user_reports import views

app_name = "issuing"
add_to(api, statistics_key)
results.add_to(officer_api, Problem, REFUSED)
urlpatterns = [
    path("v1/services.json", views.services_document, name="services"),
    path("api/user-report", views.user_report, name="user-report"),
    path("api/", api.urls),
    path("officer/results/", result_views.results, name="results"),
    path("officer/results/<int:result_id>/done", result_views.done, name="result-done"),
]
