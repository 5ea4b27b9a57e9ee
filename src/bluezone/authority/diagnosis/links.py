"""Decide where a link with a code leads, and which apps may open it. Pure.

The link is `https://HOST/v?c=CODE`, as the reference server writes it into text messages. A phone whose app is bound to
HOST (`assetlinks.json`, `apple-app-site-association`) opens the app and never asks this server. Others do:

- Android with an app named in the settings: an `intent:` address opens it. A phone without it comes back to the page.
- everybody else gets a page that shows the code and says where to get the app. The reference sends iOS to the shop
  instead, and the code is lost on the way.

Asking for a link changes nothing: services that preview messages ask for every link in them, and a code that they used
up would be lost to the patient. What is good for one time only is the code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

#: a short code or a long one; anything else in its place is not repeated on a page
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{5,63}", re.ASCII)
LINK_PATH = "v"


def link(public_url: str, code: str) -> str:
    """Return the link for a text message."""
    return f"{public_url.rstrip('/')}/{LINK_PATH}?{urlencode({'c': code})}"


def code_in(text: str) -> str:
    """Return the code of a link; nothing where `text` has not the form of one."""
    return text if _CODE.fullmatch(text) else ""


def packages(android_apps: Sequence[str]) -> dict[str, list[str]]:
    """Return the fingerprints of each Android package (setting `android_apps`)."""
    found: dict[str, list[str]] = {}
    for each in android_apps:
        package, _, fingerprint = each.partition("=")
        found.setdefault(package, []).append(fingerprint)
    return found


def intent(code: str, region: str, android_apps: Sequence[str], user_agent: str, fallback: str) -> str | None:
    """Return the address that opens the Android app with a code; None where a page is to be shown.

    `fallback`: where a phone without the app goes.
    """
    known = packages(android_apps)
    if not code or not known or "android" not in user_agent.lower():
        return None
    parts = (
        "#Intent",
        "scheme=ens",
        f"package={next(iter(known))}",
        "action=android.intent.action.VIEW",
        "category=android.intent.category.BROWSABLE",
        f"S.browser_fallback_url={quote(fallback, safe='')}",
        "end",
    )
    return f"intent://{LINK_PATH}?{urlencode({'c': code, 'r': region})}" + ";".join(parts)


def asset_links(android_apps: Sequence[str]) -> list[dict[str, object]]:
    """Return the statements that bind Android apps to this host (Digital Asset Links)."""
    return [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": fingerprints,
            },
        }
        for package, fingerprints in packages(android_apps).items()
    ]


def apple_association(ios_apps: Sequence[str]) -> dict[str, object]:
    """Return what binds iOS apps to the links with codes of this host, and to no other page of it."""
    details = [{"appID": app, "paths": [f"/{LINK_PATH}"]} for app in ios_apps]
    return {"applinks": {"apps": [], "details": details}}
