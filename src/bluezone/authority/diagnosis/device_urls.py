"""List the addresses at which phones redeem a code."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import device_views

app_name = "verification"
urlpatterns = [
    path("api/verify", device_views.verify, name="verify"),
    path("api/certificate", device_views.certificate, name="certificate"),
]
