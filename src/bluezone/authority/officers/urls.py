from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from bluezone.authority.officers import appointment_views, machine_views, views
from bluezone.authority.officers.login import Login

app_name = "officers"
urlpatterns = [
    path("login", Login.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("second-factor", views.Verify.as_view(), name="verify"),
    path("second-factor/new", views.Enrol.as_view(), name="enrol"),
    path("second-factor/codes", views.RecoveryCodes.as_view(), name="recovery-codes"),
    path("changes", views.Changes.as_view(), name="changes"),
    path("officers", appointment_views.OfficerList.as_view(), name="officers"),
    path("officers/new", appointment_views.NewOfficer.as_view(), name="new-officer"),
    path("officers/<int:officer_id>", appointment_views.ChangeOfficer.as_view(), name="officer"),
    path("officers/<int:officer_id>/suspend", appointment_views.SuspendOfficer.as_view(), name="suspend-officer"),
    path("officers/<int:officer_id>/link", appointment_views.NewLink.as_view(), name="officer-link"),
    path("officers/<int:officer_id>/lost-phone", appointment_views.LostPhone.as_view(), name="lost-phone"),
    path("keys", machine_views.KeyList.as_view(), name="keys"),
    path("keys/new", machine_views.NewKey.as_view(), name="new-key"),
    path("keys/<int:key_id>", machine_views.KeyPage.as_view(), name="key"),
    path("keys/<int:key_id>/revoke", machine_views.RevokeKey.as_view(), name="revoke-key"),
    path("laboratories", machine_views.LaboratoryList.as_view(), name="laboratories"),
    path("laboratories/new", machine_views.NewLaboratory.as_view(), name="new-laboratory"),
    path("laboratories/<int:laboratory_id>", machine_views.LaboratoryPage.as_view(), name="laboratory"),
    path("laboratories/<int:laboratory_id>/token", machine_views.NewToken.as_view(), name="laboratory-token"),
    path("laboratories/<int:laboratory_id>/change", machine_views.ChangeLaboratory.as_view(), name="change-laboratory"),
    path("letterhead", views.Letterhead.as_view(), name="letterhead"),
    path("setup/<uidb64>/<token>", appointment_views.SetUp.as_view(), name="setup"),
]
