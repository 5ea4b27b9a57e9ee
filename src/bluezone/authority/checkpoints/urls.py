"""List the addresses of the page of a checkpoint. Its keys and the list of passes taken back are public (`passes`)."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.checkpoints import views

app_name = "checkpoints"
urlpatterns = [
    path("", views.page, name="page"),
    path("worker.js", views.worker, name="worker"),
    path("facts", views.facts, name="facts"),
    path("forms", views.forms, name="forms"),
    path("declarations", views.receive, name="declarations"),
]
