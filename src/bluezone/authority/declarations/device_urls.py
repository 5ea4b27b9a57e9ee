"""List the addresses at which phones declare, and fetch the forms."""

from __future__ import annotations

from django.urls import path, re_path

from bluezone.authority.declarations import device_views
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH

app_name = "declarations_device"
urlpatterns = [
    path(HEALTH_DECLARATIONS_PATH.removeprefix("/"), device_views.declare, name="declare"),
    re_path(
        r"^v1/forms/(?P<region>[A-Za-z0-9_]{1,16})(?:/(?P<area>[0-9]{2}-[0-9]{2}))?\.json$",
        device_views.forms,
        name="forms",
    ),
]
