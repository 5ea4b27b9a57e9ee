from __future__ import annotations

from django.urls import path

from bluezone.authority.federation import views

app_name = "federation"
urlpatterns = [
    path("", views.sources, name="list"),
    path("<int:source_id>/pause", views.pause, name="pause"),
    path("<int:source_id>/resume", views.resume, name="resume"),
]
