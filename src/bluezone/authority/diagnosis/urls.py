from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import case_uploads, quota_views, views

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
