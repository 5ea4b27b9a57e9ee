"""List the addresses at which phones fetch place warnings and give check-ins, and where the code of a place leads."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.places import device_views
from bluezone.authority.units.posters import install_page

urlpatterns = [
    path("exports/<str:region>/places/index.txt", device_views.index, name="place-index"),
    path("exports/<str:region>/places/<int:hour>.zip", device_views.package, name="place-package"),
    path("v1/check-ins", device_views.check_ins, name="check-ins"),
    # What stands behind # in the code is never sent here: the page is that of every poster.
    path("p/<str:code>", install_page, name="place-code"),
]
