"""List the addresses of the officers' page of passes."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.passes import views

app_name = "passes"
urlpatterns = [
    path("", views.Passes.as_view(), name="overview"),
    path("revoke", views.RevokePass.as_view(), name="revoke"),
]
