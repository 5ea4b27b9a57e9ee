"""List the address at which phones declare."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import device_views
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH

app_name = "declarations_device"
urlpatterns = [
    path(HEALTH_DECLARATIONS_PATH.removeprefix("/"), device_views.declare, name="declare"),
]
