"""List the addresses at which owners register a place."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.places.registrations import public_views

urlpatterns = [
    path("places/register", public_views.register, name="place-register"),
    path("places/register/receipt", public_views.receipt, name="place-receipt"),
    path("places/register/posters.pdf", public_views.posters, name="place-register-posters"),
]
