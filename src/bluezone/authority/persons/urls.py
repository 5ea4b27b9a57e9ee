from __future__ import annotations

from django.urls import path

from bluezone.authority.persons import my_data_views, person_page, views

app_name = "persons"
urlpatterns = [
    path("", views.Find.as_view(), name="find"),
    path("shift", views.OpenShift.as_view(), name="open-shift"),
    path("shift/close", views.CloseShift.as_view(), name="close-shift"),
    path("requests", my_data_views.DataRequestList.as_view(), name="data-requests"),
    path("requests/<int:request_id>", my_data_views.AnswerRequest.as_view(), name="data-request"),
    path("<str:pseudonym>/data-code", my_data_views.GiveCode.as_view(), name="data-code"),
    path("<str:pseudonym>", person_page.PersonPage.as_view(), name="person"),
    path("<str:pseudonym>/change", person_page.ChangeIdentity.as_view(), name="change"),
]
