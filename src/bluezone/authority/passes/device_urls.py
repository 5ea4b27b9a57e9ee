"""List the address at which checkpoints and phones fetch the keys of passes."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.passes import device_views

urlpatterns = [
    path("v1/passes/<str:region>/keys.json", device_views.keys, name="pass-keys"),
]
