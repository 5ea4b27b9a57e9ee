from __future__ import annotations

from django.urls import path

from bluezone.authority.bulletins import views

app_name = "bulletins"
urlpatterns = [path("bulletins/<str:code>/<str:day>.<str:kind>", views.bulletin, name="bulletin")]
