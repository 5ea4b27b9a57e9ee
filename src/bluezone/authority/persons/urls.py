from __future__ import annotations

from django.urls import path

from bluezone.authority.persons import person_page, views

app_name = "persons"
urlpatterns = [
    path("", views.find, name="find"),
    path("shift", views.OpenShift.as_view(), name="open-shift"),
    path("shift/close", views.CloseShift.as_view(), name="close-shift"),
    path("<str:pseudonym>", person_page.PersonPage.as_view(), name="person"),
    path("<str:pseudonym>/change", person_page.ChangeIdentity.as_view(), name="change"),
]
