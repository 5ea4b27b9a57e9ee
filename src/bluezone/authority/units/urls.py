from __future__ import annotations

from django.urls import path

from bluezone.authority.units import sector_views, uploads, views

app_name = "units"
urlpatterns = [
    path("", views.UnitList.as_view(), name="list"),
    path("new", views.NewUnit.as_view(), name="new"),
    path("sectors", sector_views.SectorList.as_view(), name="sectors"),
    path("sectors/new", sector_views.NewSector.as_view(), name="new-sector"),
    path("sectors/<slug:key>", sector_views.SectorPage.as_view(), name="sector"),
    path("sectors/<slug:key>/office", sector_views.AssignOffice.as_view(), name="assign-office"),
    path("sectors/<slug:key>/close", sector_views.CloseSector.as_view(), name="close-sector"),
    path("sectors/<slug:key>/reopen", sector_views.ReopenSector.as_view(), name="reopen-sector"),
    path("offices/<int:number>", sector_views.OfficePage.as_view(), name="office"),
    path("offices/<int:number>/rename", sector_views.RenameOffice.as_view(), name="rename-office"),
    path("offices/<int:number>/close", sector_views.CloseOffice.as_view(), name="close-office"),
    *uploads.PAGES.urls("upload"),
    path("posters.pdf", views.PosterSheets.as_view(), name="posters"),
    path("<str:code>", views.UnitPage.as_view(), name="unit"),
    path("<str:code>/edit", views.EditUnit.as_view(), name="edit"),
    path("<str:code>/close", views.CloseUnit.as_view(), name="close"),
    path("<str:code>/reopen", views.ReopenUnit.as_view(), name="reopen"),
    path("<str:code>/merge", views.MergeUnit.as_view(), name="merge"),
    path("<str:code>/poster.pdf", views.UnitPoster.as_view(), name="poster"),
    path("<str:code>/qr.svg", views.UnitQr.as_view(), name="qr"),
]
