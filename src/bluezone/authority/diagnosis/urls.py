"""List the addresses of cases and codes: officers' pages, those at which phones redeem a code, links with a code."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import case_uploads, device_views, link_views, links, quota_views, views
from bluezone.authority.diagnosis.sending import list_uploads
from bluezone.authority.diagnosis.sending import views as sending_views

app_name = "diagnosis"
urlpatterns = [
    path("cases/", views.CaseList.as_view(), name="list"),
    path("cases/new", views.NewCase.as_view(), name="new"),
    *case_uploads.PAGES.urls("cases/upload"),
    path("cases/quota", quota_views.QuotaPage.as_view(), name="quota"),
    path("cases/quota/<int:factor_id>/remove", quota_views.RemoveFactor.as_view(), name="remove-factor"),
    path("cases/<uuid:case_id>", views.CasePage.as_view(), name="detail"),
    path("cases/<uuid:case_id>/code", views.NewCode.as_view(), name="new-code"),
    path("cases/<uuid:case_id>/result", views.ChangeResult.as_view(), name="result"),
    path("cases/<uuid:case_id>/status", views.ChangeStatus.as_view(), name="status"),
    path("cases/<uuid:case_id>/person", views.NamePerson.as_view(), name="person"),
    path("cases/<uuid:case_id>/merge/<uuid:other_id>", views.Merge.as_view(), name="merge"),
    path("cases/<uuid:case_id>/part", views.Part.as_view(), name="part"),
    path("cases/<uuid:case_id>/change", views.ChangeCase.as_view(), name="change"),
]
sending = (
    [
        path("cases/codes", sending_views.CodesPage.as_view(), name="codes"),
        path("cases/codes/<int:ran_out_id>/leave", sending_views.LeaveCode.as_view(), name="leave"),
        *list_uploads.PAGES.urls("cases/codes/lists"),
        path("cases/codes/lists/<uuid:upload_id>/fate.csv", sending_views.FatesFile.as_view(), name="fates"),
        path("cases/<uuid:case_id>/send", sending_views.Send.as_view(), name="send"),
        path("cases/<uuid:case_id>/stop", sending_views.StopCode.as_view(), name="stop"),
    ],
    "sending",
)
device = (
    [
        path("api/verify", device_views.verify, name="verify"),
        path("api/certificate", device_views.certificate, name="certificate"),
    ],
    "verification",
)
#: links with a code, and what binds apps to them
public = (
    [
        path(links.LINK_PATH, link_views.follow, name="follow"),
        path(".well-known/assetlinks.json", link_views.asset_links, name="asset-links"),
        path(".well-known/apple-app-site-association", link_views.apple_association, name="apple-association"),
    ],
    "links",
)
