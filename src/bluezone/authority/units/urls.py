from __future__ import annotations

from django.urls import path

from bluezone.authority.units import uploads, views

app_name = "units"
urlpatterns = [
    path("", views.unit_list, name="list"),
    path("new", views.new_unit, name="new"),
    *uploads.PAGES.urls("upload"),
    path("posters.pdf", views.poster_sheets, name="posters"),
    path("<str:code>", views.unit_page, name="unit"),
    path("<str:code>/edit", views.edit_unit, name="edit"),
    path("<str:code>/close", views.close_unit, name="close"),
    path("<str:code>/reopen", views.reopen_unit, name="reopen"),
    path("<str:code>/merge", views.merge_unit, name="merge"),
    path("<str:code>/poster.pdf", views.poster, name="poster"),
    path("<str:code>/qr.svg", views.qr, name="qr"),
]
