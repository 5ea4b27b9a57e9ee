from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.public import views

app_name = "public"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("<str:code>", views.unit_page, name="unit"),
    path("<str:code>/curve.svg", views.curve, name="curve"),
]
