"""List the addresses of places: of officers, of phones, of owners who register one."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.places import device_views, views
from bluezone.authority.places.registrations import public_views
from bluezone.authority.units.posters import install_page

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
device = [
    path("exports/<str:region>/places/index.txt", device_views.index, name="place-index"),
    path("exports/<str:region>/places/<int:hour>.zip", device_views.package, name="place-package"),
    path("v1/check-ins", device_views.check_ins, name="check-ins"),
    # What stands behind # in the code is never sent here: the page is that of every poster.
    path("p/<str:code>", install_page, name="place-code"),
]
public = [
    path("places/register", public_views.register, name="place-register"),
    path("places/register/receipt", public_views.receipt, name="place-receipt"),
    path("places/register/posters.pdf", public_views.posters, name="place-register-posters"),
]
