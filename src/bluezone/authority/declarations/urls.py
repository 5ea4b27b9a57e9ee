"""List the addresses of declarations: of the officers' queue, of forms, of phones, of people without the app."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import device_views, form_views, journey_views, views, web_views
from bluezone.authority.episodes.stays import checks
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH

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
forms = (
    [
        path("", form_views.FormList.as_view(), name="list"),
        path("new", form_views.NewForm.as_view(), name="new"),
        path("publish", form_views.PublishForm.as_view(), name="publish"),
        path("<slug:form>/<int:version>", form_views.VersionPage.as_view(), name="form"),
        path("<slug:form>/<int:version>.json", form_views.VersionFile.as_view(), name="document"),
    ],
    "forms",
)
device = (
    [path(HEALTH_DECLARATIONS_PATH.removeprefix("/"), device_views.declare, name="declare")],
    "declarations_device",
)
public = [
    path(checks.PAGE_PATH, web_views.by_link, name="isolation-web"),
    path("declare/", web_views.forms, name="declare"),
    path("declare/receipt", web_views.receipt, name="declare-receipt"),
    path("declare/counts", web_views.counts, name="declare-counts"),
    path("declare/counts.csv", web_views.counts_table, name="declare-counts-table"),
    path("declare/communes", web_views.commune_names, name="declare-communes"),
    path("declare/<slug:name>", web_views.fill_in, name="declare-form"),
]
