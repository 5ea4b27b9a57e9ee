from __future__ import annotations

from django.urls import path

from bluezone.authority.persons import views

app_name = "persons"
urlpatterns = [
    path("", views.find, name="find"),
    path("shift", views.OpenShift.as_view(), name="open-shift"),
    path("shift/close", views.CloseShift.as_view(), name="close-shift"),
    path("<str:pseudonym>", views.person, name="person"),
    path("<str:pseudonym>/change", views.change, name="change"),
]
