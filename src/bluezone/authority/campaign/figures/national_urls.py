from __future__ import annotations

from django.urls import path

from bluezone.authority.campaign.figures import national_pages

app_name = "national"
urlpatterns = [
    path("", national_pages.table_page, name="table"),
    *national_pages.PAGES.urls("import"),
]
