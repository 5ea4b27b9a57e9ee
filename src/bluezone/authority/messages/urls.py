"""List the addresses of news, guidance and telephone numbers."""

from __future__ import annotations

from django.urls import include, path

from bluezone.authority.messages import views

_NEWS = [
    path("", views.NewsList.as_view(), name="list"),
    path("new", views.NewNews.as_view(), name="new"),
    path("<int:item_id>/withdraw", views.WithdrawNews.as_view(), name="withdraw"),
]
_GUIDANCE = [
    path("", views.GuidanceList.as_view(), name="list"),
    path("new", views.NewGuidance.as_view(), name="new"),
    path("<int:entry_id>/withdraw", views.WithdrawGuidance.as_view(), name="withdraw"),
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
