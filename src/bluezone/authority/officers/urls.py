from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from bluezone.authority.officers import appointment_views, key_views, laboratory_views, letterhead_views, views
from bluezone.authority.officers.login import Login

app_name = "officers"
urlpatterns = [
    path("login", Login.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("second-factor", views.verify, name="verify"),
    path("second-factor/new", views.enrol, name="enrol"),
    path("second-factor/codes", views.recovery_codes, name="recovery-codes"),
    path("changes", views.changes, name="changes"),
    path("officers", appointment_views.officers, name="officers"),
    path("officers/new", appointment_views.new_officer, name="new-officer"),
    path("officers/<int:officer_id>", appointment_views.change_officer, name="officer"),
    path("officers/<int:officer_id>/suspend", appointment_views.suspend, name="suspend-officer"),
    path("officers/<int:officer_id>/link", appointment_views.new_link, name="officer-link"),
    path("officers/<int:officer_id>/lost-phone", appointment_views.lost_phone, name="lost-phone"),
    path("keys", key_views.keys, name="keys"),
    path("keys/new", key_views.new_key, name="new-key"),
    path("keys/<int:key_id>", key_views.key_page, name="key"),
    path("keys/<int:key_id>/revoke", key_views.revoke_key, name="revoke-key"),
    path("laboratories", laboratory_views.laboratories, name="laboratories"),
    path("laboratories/new", laboratory_views.new_laboratory, name="new-laboratory"),
    path("laboratories/<int:laboratory_id>", laboratory_views.laboratory, name="laboratory"),
    path("laboratories/<int:laboratory_id>/token", laboratory_views.new_token, name="laboratory-token"),
    path("laboratories/<int:laboratory_id>/change", laboratory_views.change_laboratory, name="change-laboratory"),
    path("letterhead", letterhead_views.letterhead, name="letterhead"),
    path("setup/<uidb64>/<token>", appointment_views.SetUp.as_view(), name="setup"),
]
