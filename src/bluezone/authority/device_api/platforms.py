"""Tell Android from iOS by the User-Agent, for counts alone: nothing is decided by it."""

from __future__ import annotations

import enum


class Platform(enum.IntEnum):
    """Name what sent a request."""

    UNKNOWN = 0
    ANDROID = 1
    IOS = 2


def platform_of(user_agent: str) -> Platform:
    """Return the platform that a User-Agent names, by the words that the reference servers look for."""
    text = user_agent.lower()
    if "android" in text:
        return Platform.ANDROID
    is_ios = "iphone" in text or ("bluetoothd" in text and "cfnetwork" in text)
    return Platform.IOS if is_ios else Platform.UNKNOWN
