"""Choose the way to the owner by name: what stands after `--notify` on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bluezone.extras import install_command
from bluezone.phone.notices.browser import BrowserNotifier
from bluezone.phone.notices.port import NoNotifier, NoticeError, Notifier

AUTO, DESKTOP, BROWSER, NONE = "auto", "desktop", "browser", "none"


def notifier_named(
    name: str, environment: Mapping[str, str], open_screen: Callable[[str], None] | None, *, pages: bool
) -> Notifier:
    """Return the notifier of that name. `auto`: the desktop's where this session has a bus and dbus-fast is installed,
    else the browser's where there are `pages`, else none. Raises NoticeError where a package is missing."""
    if name in {AUTO, DESKTOP}:
        try:
            from bluezone.phone.notices.desktop import DesktopNotifier, has_session_bus
        except ModuleNotFoundError as missing:
            if name == DESKTOP:
                command = install_command("bluez")
                raise NoticeError(
                    f"--notify desktop needs the package {missing.name}; {command} brings it"
                ) from missing
        else:
            if name == DESKTOP or has_session_bus(environment):
                return DesktopNotifier(open_screen)
    return BrowserNotifier() if pages and name in {AUTO, BROWSER} else NoNotifier()
