"""List the addresses of the officers' queue of declarations."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import journey_views, views

app_name = "declarations"
urlpatterns = [
    path("", views.Queue.as_view(), name="list"),
    path("times", views.Times.as_view(), name="times"),
    path("journeys/<uuid:window_id>", journey_views.Journey.as_view(), name="journey"),
    path("table.csv", views.TableCsv.as_view(), name="table-csv"),
    path("table.xlsx", views.TableXlsx.as_view(), name="table-xlsx"),
    path("<int:row_id>", views.Sheet.as_view(), name="sheet"),
    path("<int:row_id>/open", views.OpenIdentity.as_view(), name="open"),
    path("<int:row_id>/call", views.NoteCall.as_view(), name="call"),
    path("<int:row_id>/hand-over", views.HandOver.as_view(), name="hand-over"),
    path("<int:row_id>/case", views.OpenCase.as_view(), name="case"),
    path("<int:row_id>/contact", views.EnterContact.as_view(), name="contact"),
    path("<int:row_id>/person", views.EnterPerson.as_view(), name="person"),
]
