"""List the addresses of the officers' queue of declarations."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import journey_views, officer_views, table_views

app_name = "declarations"
urlpatterns = [
    path("", officer_views.queue, name="list"),
    path("times", officer_views.times, name="times"),
    path("journeys/<uuid:window_id>", journey_views.journey, name="journey"),
    path("table.csv", table_views.table_csv, name="table-csv"),
    path("table.xlsx", table_views.table_xlsx, name="table-xlsx"),
    path("<int:row_id>", officer_views.declaration, name="sheet"),
    path("<int:row_id>/open", officer_views.open_identity, name="open"),
    path("<int:row_id>/call", officer_views.note_call, name="call"),
    path("<int:row_id>/hand-over", officer_views.hand_over, name="hand-over"),
    path("<int:row_id>/case", officer_views.open_case, name="case"),
    path("<int:row_id>/contact", officer_views.enter_contact, name="contact"),
    path("<int:row_id>/person", officer_views.enter_person, name="person"),
]
