"""List the addresses of the officers' queue of exposure reports."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.contacts import views

app_name = "contacts"
urlpatterns = [
    path("", views.queue, name="list"),
    path("<int:report_id>", views.report, name="report"),
    path("<int:report_id>/number", views.open_number, name="number"),
    path("<int:report_id>/decide", views.decide, name="decide"),
]
