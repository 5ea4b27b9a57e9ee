"""List the addresses of the officers' queue of declarations."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import officer_views

app_name = "declarations"
urlpatterns = [
    path("", officer_views.queue, name="list"),
    path("times", officer_views.times, name="times"),
    path("<int:row_id>", officer_views.declaration, name="sheet"),
    path("<int:row_id>/open", officer_views.open_identity, name="open"),
    path("<int:row_id>/call", officer_views.note_call, name="call"),
    path("<int:row_id>/hand-over", officer_views.hand_over, name="hand-over"),
    path("<int:row_id>/person", officer_views.enter_person, name="person"),
]
