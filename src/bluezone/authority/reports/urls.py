"""List the addresses at which phones report an exposure, give what they heard and are counted as having warned."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.reports import device_views

app_name = "reports_device"
urlpatterns = [
    path("v1/exposure-reports", device_views.report, name="report"),
    path("v1/exposure-reports/take-back", device_views.take_back, name="take-back"),
    path("v1/heard", device_views.heard, name="heard"),
    path("v1/warned", device_views.warned_answer, name="warned"),
]
