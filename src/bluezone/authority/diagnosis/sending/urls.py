from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis.sending import views

app_name = "sending"
urlpatterns = [
    path("cases/codes", views.codes, name="codes"),
    path("cases/codes/<int:ran_out_id>/leave", views.leave, name="leave"),
    path("cases/<uuid:case_id>/send", views.send, name="send"),
    path("cases/<uuid:case_id>/stop", views.stop, name="stop"),
]
