from __future__ import annotations

from django.urls import path

from bluezone.authority.places import views
from bluezone.authority.places.registrations import views as registrations

app_name = "places"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("posters.pdf", views.all_posters, name="all-posters"),
    path("registrations/<uuid:registration_id>", registrations.registration, name="registration"),
    path("windows/<uuid:window_id>", views.decide, name="decide"),
    path("<str:code>", views.place, name="place"),
    path("<str:code>/confirm", views.confirm, name="confirm"),
    path("<str:code>/close", views.close, name="close"),
    path("<str:code>/entrance", views.entrance, name="entrance"),
    path("<str:code>/posters.pdf", views.posters, name="posters"),
    path("<str:code>/mark", views.mark, name="mark"),
]
