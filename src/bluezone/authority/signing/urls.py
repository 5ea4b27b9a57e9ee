from __future__ import annotations

from django.urls import path

from bluezone.authority.signing import jwks

app_name = "signing"
urlpatterns = [
    path("jwks/", jwks.jwks, name="jwks"),
    path("jwks/<str:region>", jwks.jwks, name="jwks-of-region"),
]
