"""List the address at which phones declare."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes.stays import device_views
from bluezone.protocol.declarations import DECLARATIONS_PATH

app_name = "isolation_device"
urlpatterns = [path(DECLARATIONS_PATH.removeprefix("/"), device_views.declare, name="declare")]
