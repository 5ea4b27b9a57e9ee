"""List the addresses of news, guidance and telephone numbers."""

from __future__ import annotations

from django.urls import include, path

from bluezone.authority.messages import views

_NEWS = [
    path("", views.news_list, name="list"),
    path("new", views.new_news, name="new"),
    path("<int:item_id>/withdraw", views.withdraw_news, name="withdraw"),
]
_GUIDANCE = [
    path("", views.guidance_list, name="list"),
    path("new", views.new_guidance, name="new"),
    path("<int:entry_id>/withdraw", views.withdraw_guidance, name="withdraw"),
]
_PHONE_NUMBERS = [
    path("code", views.code, name="code"),
    path("confirm", views.confirm, name="confirm"),
    path("forget", views.forget, name="forget"),
]
urlpatterns = [
    path("officer/guidance/", include((_GUIDANCE, "guidance"))),
    path("officer/news/", include((_NEWS, "news"))),
    path("v1/phone-number/", include((_PHONE_NUMBERS, "phone_numbers"))),
]
