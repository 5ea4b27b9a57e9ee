from __future__ import annotations

from django.urls import re_path

from bluezone.authority.keys.policies import views

app_name = "policies"
urlpatterns = [re_path(r"^policies/(?P<region>[A-Za-z0-9_]{1,16})\.json$", views.policy, name="policy")]
