from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import views

app_name = "diagnosis"
urlpatterns = [
    path("cases/", views.case_list, name="list"),
    path("cases/new", views.new_case, name="new"),
    path("cases/<uuid:case_id>", views.case_detail, name="detail"),
    path("cases/<uuid:case_id>/code", views.new_code, name="new-code"),
    path("cases/<uuid:case_id>/result", views.change_result, name="result"),
]
