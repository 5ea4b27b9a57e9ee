"""List the address of the ministry's page on warnings of second order."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.keys.second_order import views

app_name = "second_order"
urlpatterns = [
    path("officer/second-order/", views.Switch.as_view(), name="switch"),
]
