from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.bulletins, name="list"),
    path("bulletins/<str:code>/<str:day>/again", views.make_again, name="again"),
    path("bulletins/<str:code>/<str:day>.<str:kind>", views.bulletin, name="bulletin"),
]
