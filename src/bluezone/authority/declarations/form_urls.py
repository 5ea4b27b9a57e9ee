"""List the addresses of the officers' pages of forms."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.declarations import form_views

app_name = "forms"
urlpatterns = [
    path("", form_views.form_list, name="list"),
    path("new", form_views.new_form, name="new"),
    path("publish", form_views.publish_form, name="publish"),
    path("<slug:form>/<int:version>", form_views.form_page, name="form"),
    path("<slug:form>/<int:version>.json", form_views.form_document, name="document"),
]
