"""List the addresses of phones that are counted."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.installations import views

app_name = "installations"
urlpatterns = [
    path("v1/installations", views.register, name="register"),
    path("v1/activity", views.activity, name="activity"),
]
