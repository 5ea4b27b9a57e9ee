"""List the addresses at which phones publish keys and fetch them, and of the ministry's page on second order."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.keys import device_views, export_views, views

app_name = "keys"
urlpatterns = [
    path("v1/publish", device_views.publish, name="publish"),
    path("v1/withdraw", device_views.withdraw_keys, name="withdraw"),
    path("v1/stats", device_views.stats, name="stats"),
    path("exports/<path:name>", export_views.export, name="export"),
]
second_order = ([path("officer/second-order/", views.Switch.as_view(), name="switch")], "second_order")
