from __future__ import annotations

from django.urls import path

from bluezone.authority.campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("<str:code>", views.unit_page, name="unit"),
    path("<str:code>/curve.svg", views.curve, name="curve"),
]
