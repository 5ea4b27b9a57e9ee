from __future__ import annotations

from django.urls import path

from bluezone.authority.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.BreachList.as_view(), name="breaches"),
    path("new", views.NewBreach.as_view(), name="new"),
    path("<int:breach_id>", views.BreachPage.as_view(), name="breach"),
]
