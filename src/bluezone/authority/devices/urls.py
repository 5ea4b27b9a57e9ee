from __future__ import annotations

from django.urls import path

from bluezone.authority.devices import files, views

app_name = "devices"
urlpatterns = [
    path("api/verify", views.verify, name="verify"),
    path("api/certificate", views.certificate, name="certificate"),
    path("v1/publish", views.publish, name="publish"),
    path("exports/<path:name>", files.export, name="export"),
    path("healthz", views.healthz, name="healthz"),
]
