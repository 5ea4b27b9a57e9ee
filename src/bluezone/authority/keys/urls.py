"""List the addresses at which phones publish keys and fetch them."""

from __future__ import annotations

from django.urls import include, path

from bluezone.authority.keys import device_views, export_views

app_name = "keys"
urlpatterns = [
    path("v1/publish", device_views.publish, name="publish"),
    path("exports/<path:name>", export_views.export, name="export"),
    path("", include("bluezone.authority.keys.policies.urls")),
]
