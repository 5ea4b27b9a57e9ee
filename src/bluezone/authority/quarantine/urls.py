from __future__ import annotations

from django.urls import path

from bluezone.authority.quarantine import views

app_name = "quarantine"
urlpatterns = [
    path("", views.place_list, name="list"),
    path("<str:code>", views.roster, name="roster"),
    path("<str:code>/start", views.start, name="start"),
    path("<str:code>/<str:day>", views.roster, name="day"),
    path("<str:code>/<str:day>/note", views.note, name="note"),
    path("<str:code>/<str:day>/arrive", views.arrive, name="arrive"),
    path("<str:code>/<str:day>/confirm", views.confirm, name="confirm"),
]
