from __future__ import annotations

from django.urls import path

from bluezone.authority.units import office_views, sector_views, uploads, views

app_name = "units"
urlpatterns = [
    path("", views.unit_list, name="list"),
    path("new", views.new_unit, name="new"),
    path("sectors", sector_views.sector_list, name="sectors"),
    path("sectors/new", sector_views.new_sector, name="new-sector"),
    path("sectors/<slug:key>", sector_views.sector_page, name="sector"),
    path("sectors/<slug:key>/office", sector_views.assign_office, name="assign-office"),
    path("sectors/<slug:key>/close", sector_views.close_sector, name="close-sector"),
    path("sectors/<slug:key>/reopen", sector_views.reopen_sector, name="reopen-sector"),
    path("offices/<int:number>", office_views.office_page, name="office"),
    path("offices/<int:number>/rename", office_views.rename_office, name="rename-office"),
    path("offices/<int:number>/close", office_views.close_office, name="close-office"),
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
