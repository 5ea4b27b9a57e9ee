from __future__ import annotations

from django.urls import path

from bluezone.authority.persons import views

app_name = "persons"
urlpatterns = [
    path("", views.find, name="find"),
    path("<str:pseudonym>", views.person, name="person"),
    path("<str:pseudonym>/change", views.change, name="change"),
]
