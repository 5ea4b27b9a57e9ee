"""Give the page of a checkpoint its texts in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def page_texts() -> dict[str, object]:
    """Return what the page says by script. `{n}`, `{time}`, `{age}` are filled there; of two forms the second is for
    more than one."""
    return {
        "green": pgettext("pass", "Green"),
        "green_do": _("Let them pass"),
        "yellow": pgettext("pass", "Yellow"),
        "yellow_do": _("Ask more, take the temperature"),
        "red": pgettext("pass", "Red"),
        "red_do": _("Call the health station now. Ask them to wait apart from others."),
        "expired": pgettext("pass", "Run out"),
        "expired_do": _("Ask them to declare again: it takes about a minute."),
        "revoked": pgettext("pass", "Taken back"),
        "revoked_do": _("This pass is good no more. Ask them to declare again, or call the health station."),
        "from the future": _("Issued later than now"),
        "from the future_do": _("The clock of this device is behind. Set it right, then scan again."),
        "refused": _("No pass to be trusted"),
        "none of ours": _("This code is no pass of ours."),
        "another country's pass": _("This is a certificate of another system, which says nothing here."),
        "too large": _("This text is longer than any pass."),
        "malformed": _("This pass is damaged or was changed."),
        "unknown key": _("Signed by a key this page does not know. With a network it fetches the newest keys."),
        "distrusted": _(
            "Signed by a key that is believed no more. Ask them to declare again: it takes about a minute."
        ),
        "forged": _("The signature is wrong: this pass is made up or was changed."),
        "nothing": _("Nothing was read. Hold the code still, or type it."),
        "shown_again": [_("Shown here {n} minute ago"), _("Shown here {n} minutes ago")],
        "shown_again_do": _("It may be a photograph. The pass is right: ask, then decide."),
        "left": _("{hours} h {minutes} min"),
        "online": _("Network · list of passes taken back {age} old"),
        "offline": _("No network · list of passes taken back {age} old"),
        "online_alone": _("Network"),
        "offline_alone": _("No network"),
        "no_list": _("No list of passes taken back yet: a pass taken back is not noticed."),
        "list_old": _("The list is older than {age}: a pass taken back since is not noticed."),
        "no_keys": _("This device knows no keys yet. Connect it once, then it verifies without a network."),
        "clock": _("The clock of this device is wrong by {age}. Set it right."),
        "no_crypto": _("This browser verifies nothing here: open the page by https, in a newer browser."),
        "minutes": [_("{n} minute"), _("{n} minutes")],
        "hours": [_("{n} hour"), _("{n} hours")],
        "days": [_("{n} day"), _("{n} days")],
        "waiting": [
            _("{n} declaration waits on this device, encrypted. It is sent when there is a network."),
            _("{n} declarations wait on this device, encrypted. They are sent when there is a network."),
        ],
        "login": _("Log in again to send what waits."),
        "sent": [_("{n} declaration sent in this shift."), _("{n} declarations sent in this shift.")],
        "not_taken": [
            _("{n} declaration was not taken: {why} Ask the person to declare again."),
            _("{n} declarations were not taken: {why} Ask the people to declare again."),
        ],
        "kept": _("Kept, encrypted. Nobody at this checkpoint can read it again."),
        "no_pass_yet": _("A pass is made when there is a network. Until then, decide by the colour above."),
        "no_seal": _("Without keys of these days nothing can be declared here. Connect this device once."),
        "full": _("This device has no room left. Connect it, so that what waits is sent."),
        "faults": [_("{n} answer is missing or not right."), _("{n} answers are missing or not right.")],
        "counts": _("This shift: {green} green, {yellow} yellow, {red} red, {other} others"),
        "ended": _("The shift has ended. This device has forgotten what was scanned."),
        "camera_refused": _("The camera is not allowed. Allow it in the browser, or type the code."),
        "no_camera": _("This browser reads no codes by camera. Type or paste the code, or use a hand scanner."),
    }
