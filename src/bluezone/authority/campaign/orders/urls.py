from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.orders import giving, target_uploads, views

app_name = "orders"
urlpatterns = [
    path("", views.directive_list, name="list"),
    path("new", giving.new_directive, name="new"),
    *target_uploads.PAGES.urls("targets"),
    path("<int:key>", views.directive_page, name="directive"),
    path("<int:key>/withdraw", views.withdraw, name="withdraw"),
    path("<int:key>/posters.pdf", views.poster_sheets, name="posters"),
]
