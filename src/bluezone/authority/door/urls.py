from __future__ import annotations

from django.urls import path

from bluezone.authority.door import round_views, unit_views, views
from bluezone.authority.door.entries import views as entry_views

app_name = "door"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("units", views.unit_list, name="units"),
    path("rounds/new", round_views.new_round, name="new-round"),
    path("rounds/<int:number>", round_views.round_page, name="round"),
    path("openings/<uuid:opening_id>", entry_views.decide, name="decide-opening"),
    path("openings/<uuid:opening_id>/read", entry_views.read, name="read-opening"),
    path("<str:code>", unit_views.unit, name="unit"),
    path("<str:code>/entries", entry_views.entries, name="entries"),
    path("<str:code>/open", entry_views.ask, name="ask-opening"),
    path("<str:code>/link", unit_views.new_link, name="link"),
    path("<str:code>/revoke", unit_views.revoke_link, name="revoke"),
    path("<str:code>/facts", unit_views.state_facts, name="facts"),
    path("<str:code>/apart", unit_views.decide_apart, name="apart"),
    path("<str:code>/visit", unit_views.visit, name="visit"),
]
