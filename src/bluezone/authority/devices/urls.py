from __future__ import annotations

from django.urls import path

from bluezone.authority.devices import counting_views, files, views

app_name = "devices"
urlpatterns = [
    path("api/verify", views.verify, name="verify"),
    path("api/certificate", views.certificate, name="certificate"),
    path("v1/publish", views.publish, name="publish"),
    path("v1/installations", counting_views.register, name="installations"),
    path("v1/activity", counting_views.activity, name="activity"),
    path("exports/<path:name>", files.export, name="export"),
    path("healthz", views.healthz, name="healthz"),
]
