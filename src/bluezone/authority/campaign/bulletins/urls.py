from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.BulletinList.as_view(), name="list"),
    path("bulletins/<str:code>/<str:day>/again", views.NewEdition.as_view(), name="again"),
    path("bulletins/<str:code>/<str:day>.<str:kind>", views.BulletinFile.as_view(), name="bulletin"),
]
