"""List the addresses of the officers' queue of exposure reports, of contacts and their graph."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.contacts import call_views, contact_uploads, contact_views, graph_views, views

app_name = "contacts"
urlpatterns = [
    path("", views.queue, name="list"),
    path("<int:report_id>", views.report, name="report"),
    path("<int:report_id>/number", views.open_number, name="number"),
    path("<int:report_id>/decide", views.decide, name="decide"),
    path("<int:report_id>/enter", contact_views.enter_report, name="enter-report"),
    path("<int:report_id>/call", call_views.call_report, name="call-report"),
    path("calls", call_views.calls, name="calls"),
    *contact_uploads.PAGES.urls("upload"),
    path("graph", graph_views.graph_page, name="graph"),
    path("of-case/<uuid:case_id>", contact_views.of_case, name="of-case"),
    path("of-case/<uuid:case_id>/new", contact_views.new_of_case, name="new-of-case"),
    path("people/<uuid:contact_id>", contact_views.contact, name="contact"),
    path("people/<uuid:contact_id>/new", contact_views.new_of_contact, name="new-of-contact"),
    path("people/<uuid:contact_id>/note/<slug:what>", contact_views.note, name="note"),
    path("people/<uuid:contact_id>/call", call_views.call_contact, name="call"),
    path("people/<uuid:contact_id>/warn", contact_views.warn, name="warn"),
]
