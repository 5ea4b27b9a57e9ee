"""List the addresses of passes: of the officers' page, and of their keys, which checkpoints and phones fetch."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.passes import views

app_name = "passes"
urlpatterns = [
    path("", views.Passes.as_view(), name="overview"),
    path("revoke", views.RevokePass.as_view(), name="revoke"),
]
device = [path("v1/passes/<str:region>/keys.json", views.keys, name="pass-keys")]
