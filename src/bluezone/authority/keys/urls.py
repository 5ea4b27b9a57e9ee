"""List the addresses at which phones publish keys and fetch them."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.keys import device_views, export_views, withdrawing
from bluezone.authority.keys.statistics import views as statistics_views

app_name = "keys"
urlpatterns = [
    path("v1/publish", device_views.publish, name="publish"),
    path("v1/withdraw", withdrawing.withdraw_keys, name="withdraw"),
    path("v1/stats", statistics_views.stats, name="stats"),
    path("exports/<path:name>", export_views.export, name="export"),
]
