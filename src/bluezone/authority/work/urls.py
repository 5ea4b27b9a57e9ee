from __future__ import annotations

from django.urls import path

from bluezone.authority.work import views

app_name = "work"
urlpatterns = [
    path("", views.WorkList.as_view(), name="list"),
    path("assign", views.Assign.as_view(), name="assign"),
    path("finish", views.Finish.as_view(), name="finish"),
    path("bulk/<slug:kind>", views.Bulk.as_view(), name="bulk"),
]
