"""List the addresses of doors: of officers, of the telephones at them."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.door import public_views, unit_views, views
from bluezone.authority.door.entries import views as entry_views

app_name = "door"
urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("units", views.DoorsOfUnits.as_view(), name="units"),
    path("rounds/new", views.NewRound.as_view(), name="new-round"),
    path("rounds/<int:number>", views.RoundPage.as_view(), name="round"),
    path("openings/<uuid:opening_id>", entry_views.DecideOpening.as_view(), name="decide-opening"),
    path("openings/<uuid:opening_id>/read", entry_views.ReadOpening.as_view(), name="read-opening"),
    path("<str:code>", unit_views.DoorPage.as_view(), name="unit"),
    path("<str:code>/entries", entry_views.EntriesPage.as_view(), name="entries"),
    path("<str:code>/open", entry_views.AskOpening.as_view(), name="ask-opening"),
    path("<str:code>/link", unit_views.NewLink.as_view(), name="link"),
    path("<str:code>/revoke", unit_views.RevokeLink.as_view(), name="revoke"),
    path("<str:code>/facts", unit_views.StateFacts.as_view(), name="facts"),
    path("<str:code>/apart", unit_views.DecideApart.as_view(), name="apart"),
    path("<str:code>/visit", unit_views.VisitPage.as_view(), name="visit"),
]
public = [
    path("door/", public_views.page, name="door-page"),
    path("door/taps", public_views.receive, name="door-taps"),
    path("door/entries", public_views.receive_entries, name="door-entries"),
    path("door/keys/<str:area>.json", public_views.keys, name="door-keys"),
    path("door/worker.js", public_views.worker, name="door-worker"),
]
