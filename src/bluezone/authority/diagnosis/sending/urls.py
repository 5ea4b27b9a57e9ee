from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis.sending import views
from bluezone.authority.diagnosis.sending.list_uploads import PAGES

app_name = "sending"
urlpatterns = [
    path("cases/codes", views.CodesPage.as_view(), name="codes"),
    path("cases/codes/<int:ran_out_id>/leave", views.LeaveCode.as_view(), name="leave"),
    *PAGES.urls("cases/codes/lists"),
    path("cases/codes/lists/<uuid:upload_id>/fate.csv", views.FatesFile.as_view(), name="fates"),
    path("cases/<uuid:case_id>/send", views.Send.as_view(), name="send"),
    path("cases/<uuid:case_id>/stop", views.StopCode.as_view(), name="stop"),
]
