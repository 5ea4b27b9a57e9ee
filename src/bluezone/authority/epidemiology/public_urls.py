"""List the public addresses of what tracing achieves."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.epidemiology import effect_views

app_name = "effect"
urlpatterns = [
    path("", effect_views.page, name="page"),
    path("effect.csv", effect_views.table, name="table"),
]
