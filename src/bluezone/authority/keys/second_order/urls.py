"""List the address of the signed settings, and that of the ministry's page on warnings of second order."""

from __future__ import annotations

from django.urls import path, re_path

from bluezone.authority.keys.second_order import views

app_name = "second_order"
urlpatterns = [
    path("officer/second-order/", views.switch, name="switch"),
    re_path(r"^v1/settings/(?P<region>[A-Za-z0-9_]{1,16})\.json$", views.document, name="settings"),
]
