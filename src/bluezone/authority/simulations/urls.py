from __future__ import annotations

from django.urls import path

from bluezone.authority.simulations import views

app_name = "simulations"
urlpatterns = [
    path("", views.simulations, name="list"),
    path("new", views.new, name="new"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/progress", views.progress, name="progress"),
    path("<uuid:key>/end", views.end, name="end"),
    path("<uuid:key>/delete", views.delete, name="delete"),
    path("<uuid:key>/<slug:kind>.svg", views.figure, name="figure"),
]
