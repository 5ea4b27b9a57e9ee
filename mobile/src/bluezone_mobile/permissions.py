"""List the permissions that Android wants of the owner, by version, and why: pure, for the screens that ask.

Sources: developer.android.com, "Bluetooth permissions", "Foreground service types", "Notification runtime permission".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FIRST_API, LAST_API = 26, 35  # Android 8 to 15

_P = "android.permission."


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question to the owner. `vital`: without it nothing is sent or heard; `by_screens`: the joining steps ask
    it, on the screen that gives the reason. Reasons in Vietnamese and in English."""

    permissions: tuple[str, ...]
    vital: bool
    reason_vi: str
    reason_en: str
    by_screens: bool = False


_NEARBY = Question(
    (f"{_P}BLUETOOTH_SCAN", f"{_P}BLUETOOTH_ADVERTISE", f"{_P}BLUETOOTH_CONNECT"),
    True,
    "Để điện thoại này và các điện thoại ở gần nhận ra nhau. Bluezone không dùng quyền này để biết bạn ở đâu.",
    "So that this phone and phones nearby notice each other. Bluezone does not learn from it where you are.",
)
_LOCATION = Question(
    (f"{_P}ACCESS_FINE_LOCATION",),
    True,
    "Android phiên bản này chỉ cho quét Bluetooth khi có quyền vị trí. Bluezone không đọc và không lưu vị trí của bạn.",
    "This version of Android lets apps scan for Bluetooth only with the permission for location. Bluezone neither "
    "reads nor stores where you are.",
)
_ALWAYS = Question(
    (f"{_P}ACCESS_BACKGROUND_LOCATION",),
    False,
    "Để vẫn nghe được khi ứng dụng đóng: hãy chọn “Luôn cho phép”. Bluezone không đọc vị trí của bạn.",
    "To go on listening while the app is closed: choose “Allow all the time”. Bluezone does not read where you are.",
)
_NOTIFY = Question(
    (f"{_P}POST_NOTIFICATIONS",),
    False,
    "Để báo cho bạn khi có khả năng đã tiếp xúc với ca bệnh.",
    "To tell you when you may have been exposed.",
    by_screens=True,
)

#: granted at installation, without a question
INSTALL_TIME = {
    f"{_P}{name}"
    for name in (
        "BLUETOOTH",
        "BLUETOOTH_ADMIN",
        "FOREGROUND_SERVICE",
        "FOREGROUND_SERVICE_CONNECTED_DEVICE",
        "RECEIVE_BOOT_COMPLETED",
        "WAKE_LOCK",
        "REQUEST_IGNORE_BATTERY_OPTIMIZATIONS",
        "INTERNET",
        "ACCESS_COARSE_LOCATION",  # asked together with ACCESS_FINE_LOCATION
    )
}


def questions(api_level: int) -> tuple[Question, ...]:
    """Return what to ask, in this order, one at a time: the system shows ACCESS_BACKGROUND_LOCATION only after the
    other."""
    if api_level >= 33:
        return (_NEARBY, _NOTIFY)
    if api_level >= 31:
        return (_NEARBY,)
    return (_LOCATION, _ALWAYS) if api_level >= 29 else (_LOCATION,)


def open_questions(api_level: int, is_granted: Callable[[str], bool]) -> tuple[Question, ...]:
    """Return those that the app asks at its start and whose permissions are not all granted yet."""
    asked = (one for one in questions(api_level) if not one.by_screens)
    return tuple(one for one in asked if not all(map(is_granted, one.permissions)))


def needs_location_on(api_level: int) -> bool:
    """Tell whether scan results come only while location is switched on in the settings."""
    return api_level < 31
