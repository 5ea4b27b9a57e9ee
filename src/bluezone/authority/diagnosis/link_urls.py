"""List the addresses of links with codes, and of what binds apps to them."""

from __future__ import annotations

from django.urls import path

from bluezone.authority.diagnosis import link_views, links

app_name = "links"
urlpatterns = [
    path(links.LINK_PATH, link_views.follow, name="follow"),
    path(".well-known/assetlinks.json", link_views.asset_links, name="asset-links"),
    path(".well-known/apple-app-site-association", link_views.apple_association, name="apple-association"),
]
