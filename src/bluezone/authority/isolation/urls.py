"""List the addresses of the officers' pages of stays."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.isolation import letter_views, protocol_views, step_views, views

app_name = "isolation"
urlpatterns = [
    path("", views.first_page, name="list"),
    path("new", views.new, name="new"),
    path("rules", protocol_views.protocol_list, name="protocols"),
    path("moves/", step_views.moves, name="moves"),
    path("moves/<int:move_id>/accept", step_views.accept_move, name="accept-move"),
    path("moves/<int:move_id>/<slug:decision>", step_views.refuse_move, name="refuse-move"),
    path("stays/<int:stay_id>", views.stay, name="stay"),
    path("stays/<int:stay_id>/declare", step_views.declare, name="declare"),
    path("stays/<int:stay_id>/declarations/<int:declaration_id>", step_views.answer, name="answer"),
    path("stays/<int:stay_id>/tests/<int:test_id>", step_views.note_test, name="test"),
    path("stays/<int:stay_id>/facts", step_views.note_fact, name="fact"),
    path("stays/<int:stay_id>/move", step_views.move, name="move"),
    path("stays/<int:stay_id>/ask-move", step_views.ask_move, name="ask-move"),
    path("stays/<int:stay_id>/end", step_views.end, name="end"),
    path("stays/<int:stay_id>/case", step_views.become_f0, name="case"),
    path("stays/<int:stay_id>/open/<slug:opened>", step_views.open_private, name="open"),
    path("stays/<int:stay_id>/link", step_views.send_link, name="link"),
    path("stays/<int:stay_id>/letters/<slug:letter_kind>", letter_views.issue, name="letter"),
    path("<str:code>", views.place, name="place"),
    path("<str:code>/export.csv", views.export, name="export"),
    path("<str:code>/beds", views.add_beds, name="beds"),
    path("<str:code>/beds/<int:bed_id>", views.remove_bed, name="remove-bed"),
]
