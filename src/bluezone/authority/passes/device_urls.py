"""List the addresses at which checkpoints and phones fetch what a pass is verified by."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.passes import device_views

urlpatterns = [
    path("v1/passes/<str:region>/keys.json", device_views.keys, name="pass-keys"),
    path("v1/passes/<str:region>.json", device_views.revoked, name="revoked-passes"),
]
