"""Present how the owner makes an exception for Bluezone from a telephone's battery saver, by maker.

The makers sold in Viet Nam end services that Android itself would leave alone. Sources: pages found by search, with
dontkillmyapp.com; the names of the items change a little from version to version, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.i18n import Translator


@dataclass(frozen=True, slots=True)
class Guide:
    """Hold the steps for one family of telephones. `name`: as its owner calls it."""

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Battery:
    """Hold the page. `mine`: for this telephone; `others`: for the rest, for who helps a neighbour; `exempt`: Android's
    own saver makes the exception already."""

    exempt: bool
    mine: Guide
    others: tuple[Guide, ...]


#: what `Build.MANUFACTURER` says, by family
FAMILIES = {
    "samsung": "samsung",
    "xiaomi": "xiaomi",
    "redmi": "xiaomi",
    "poco": "xiaomi",
    "oppo": "oppo",
    "realme": "oppo",
    "oneplus": "oppo",
    "vivo": "vivo",
    "huawei": "huawei",
    "honor": "huawei",
}


def battery(maker: str, language: Translator, *, exempt: bool) -> Battery:
    """Return the page for a telephone of `maker`, as it names itself."""
    guides = _guides(language)
    mine = FAMILIES.get(maker.strip().lower(), "android")
    return Battery(exempt, guides[mine], tuple(guide for name, guide in guides.items() if name != mine))


def _guides(language: Translator) -> dict[str, Guide]:
    _ = language.gettext
    return {
        "samsung": Guide(
            "Samsung",
            (
                _("Open Settings, Battery, Background usage limits."),
                _("Open the list of apps that never sleep."),
                _("Tap + and choose Bluezone."),
            ),
        ),
        "xiaomi": Guide(
            "Xiaomi, Redmi, POCO",
            (
                _("Open Settings, Apps, Manage apps, Bluezone."),
                _("Switch on Autostart."),
                _("Under Battery saver choose No restrictions."),
            ),
        ),
        "oppo": Guide(
            "Oppo, Realme, OnePlus",
            (
                _("Open Settings, Apps, Manage apps, Bluezone."),
                _("Open Battery usage."),
                _("Switch on background activity and auto launch."),
            ),
        ),
        "vivo": Guide(
            "Vivo",
            (
                _("Open Settings, Battery, Background power management."),
                _("Choose Bluezone, then no restriction."),
                _("Under Apps, Autostart, switch Bluezone on."),
            ),
        ),
        "huawei": Guide(
            "Huawei, Honor",
            (
                _("Open Settings, Battery, App launch."),
                _("Switch Bluezone from automatic to manual."),
                _("Switch all three items on."),
            ),
        ),
        "android": Guide(
            _("Other Android telephones"),
            (
                _("Open Settings, Apps, Bluezone, Battery."),
                _("Choose Unrestricted."),
            ),
        ),
    }
