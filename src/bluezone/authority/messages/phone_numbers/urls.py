from __future__ import annotations

from django.urls import path

from bluezone.authority.messages.phone_numbers import views

app_name = "phone_numbers"
urlpatterns = [
    path("v1/phone-number/code", views.code, name="code"),
    path("v1/phone-number/confirm", views.confirm, name="confirm"),
    path("v1/phone-number/forget", views.forget, name="forget"),
]
