"""List the addresses of telephones at doors."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.door import public_views

urlpatterns = [
    path("door/", public_views.page, name="door-page"),
    path("door/taps", public_views.receive, name="door-taps"),
    path("door/entries", public_views.receive_entries, name="door-entries"),
    path("door/keys/<str:area>.json", public_views.keys, name="door-keys"),
    path("door/worker.js", public_views.worker, name="door-worker"),
]
