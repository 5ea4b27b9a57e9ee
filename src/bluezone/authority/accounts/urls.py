from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from bluezone.authority.accounts import views
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
]
