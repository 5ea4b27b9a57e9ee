from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from bluezone.authority.accounts import officer_views, views
from bluezone.authority.accounts.forms import LoginForm

app_name = "accounts"
_login = LoginView.as_view(
    template_name="accounts/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)
urlpatterns = [
    path("", views.first, name="first"),
    path("login", _login, name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("second-factor", views.verify, name="verify"),
    path("second-factor/new", views.enrol, name="enrol"),
    path("second-factor/codes", views.recovery_codes, name="recovery-codes"),
    path("changes", views.trail, name="trail"),
    path("officers", officer_views.officers, name="officers"),
    path("officers/new", officer_views.new_officer, name="new-officer"),
    path("officers/<int:officer_id>", officer_views.change_officer, name="officer"),
    path("officers/<int:officer_id>/suspend", officer_views.suspend, name="suspend-officer"),
    path("officers/<int:officer_id>/link", officer_views.new_link, name="officer-link"),
    path("officers/<int:officer_id>/lost-phone", officer_views.lost_phone, name="lost-phone"),
    path("setup/<uidb64>/<token>", officer_views.SetUp.as_view(), name="setup"),
]
