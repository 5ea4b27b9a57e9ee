from __future__ import annotations

from django.urls import path

from bluezone.authority.federation import views

app_name = "federation"
urlpatterns = [
    path("", views.Sources.as_view(), name="list"),
    path("<int:source_id>/pause", views.Pause.as_view(), name="pause"),
    path("<int:source_id>/resume", views.Resume.as_view(), name="resume"),
]
