from __future__ import annotations

from django.urls import path

from bluezone.authority.places import views

app_name = "places"
urlpatterns = [
    path("", views.PlaceList.as_view(), name="overview"),
    path("posters.pdf", views.AllPosters.as_view(), name="all-posters"),
    path("registrations/<uuid:registration_id>", views.RegistrationPage.as_view(), name="registration"),
    path("windows/<uuid:window_id>", views.DecideStay.as_view(), name="decide"),
    path("<str:code>", views.OpenPlace.as_view(), name="place"),
    path("<str:code>/confirm", views.ConfirmPlace.as_view(), name="confirm"),
    path("<str:code>/close", views.ClosePlace.as_view(), name="close"),
    path("<str:code>/entrance", views.NewEntrance.as_view(), name="entrance"),
    path("<str:code>/posters.pdf", views.PlacePosters.as_view(), name="posters"),
    path("<str:code>/mark", views.MarkStay.as_view(), name="mark"),
]
