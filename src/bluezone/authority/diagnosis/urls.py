from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import case_uploads, course_views, quota_views, views

app_name = "diagnosis"
urlpatterns = [
    path("cases/", views.case_list, name="list"),
    path("cases/new", views.new_case, name="new"),
    *case_uploads.PAGES.urls("cases/upload"),
    path("cases/quota", quota_views.quota_page, name="quota"),
    path("cases/quota/<int:factor_id>/remove", quota_views.remove_factor, name="remove-factor"),
    path("cases/<uuid:case_id>", views.case_detail, name="detail"),
    path("cases/<uuid:case_id>/code", views.new_code, name="new-code"),
    path("cases/<uuid:case_id>/result", views.change_result, name="result"),
    path("cases/<uuid:case_id>/status", views.change_status, name="status"),
    path("cases/<uuid:case_id>/person", views.name_person, name="person"),
    path("cases/<uuid:case_id>/merge/<uuid:other_id>", course_views.merge, name="merge"),
    path("cases/<uuid:case_id>/part", course_views.undo_merge, name="part"),
    path("cases/<uuid:case_id>/note/<slug:kind>", course_views.course, name="course"),
    path("cases/<uuid:case_id>/change", views.change_case, name="change"),
]
