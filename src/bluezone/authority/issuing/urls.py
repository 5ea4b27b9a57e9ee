"""List the addresses of the admin API, and the one at which phones ask for a code by text message."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis.api import REFUSED, Problem
from bluezone.authority.diagnosis.api import api as officer_api
from bluezone.authority.issuing import device_views
from bluezone.authority.issuing.api import api, statistics_key
from bluezone.authority.issuing.results import api as results
from bluezone.authority.issuing.results import views as pages
from bluezone.authority.issuing.statistics.api import add_to

app_name = "issuing"
add_to(api, statistics_key)
results.add_to(officer_api, Problem, REFUSED)
urlpatterns = [
    path("v1/services.json", device_views.services_document, name="services"),
    path("api/user-report", device_views.user_report, name="user-report"),
    path("api/", api.urls),
    path("officer/results/", pages.ResultList.as_view(), name="results"),
    path("officer/results/<int:result_id>", pages.ResultPage.as_view(), name="result"),
    path("officer/results/<int:result_id>/case", pages.OpenCase.as_view(), name="result-case"),
    path("officer/results/<int:result_id>/attach", pages.Attach.as_view(), name="result-attach"),
    path("officer/results/<int:result_id>/give", pages.GiveResult.as_view(), name="result-give"),
    path("officer/results/<int:result_id>/withdraw", pages.Withdraw.as_view(), name="result-withdraw"),
    path("officer/results/<int:result_id>/done", pages.Seen.as_view(), name="result-done"),
]
