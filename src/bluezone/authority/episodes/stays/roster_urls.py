"""List the addresses of the rosters."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.episodes.stays import roster_views as views

app_name = "quarantine"
urlpatterns = [
    path("", views.RosterList.as_view(), name="list"),
    path("<str:code>", views.RosterPage.as_view(), name="roster"),
    path("<str:code>/<str:day>", views.RosterPage.as_view(), name="day"),
    path("<str:code>/<str:day>/note", views.Note.as_view(), name="note"),
    path("<str:code>/<str:day>/arrive", views.Arrive.as_view(), name="arrive"),
    path("<str:code>/<str:day>/confirm", views.Confirm.as_view(), name="confirm"),
]
