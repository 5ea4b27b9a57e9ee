"""Test what the check of the catalogues refuses."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages

SOURCE = """
plain = _("Call") + f"{count} {name}"
inside = f"# {_('Call')}"
deeper = f"{ngettext('%(n)s day', '%(n)s days', n) % {'n': n}}"
"""


def test_a_text_inside_an_f_string_is_named_by_its_line(tmp_path):
    (tmp_path / "texts.py").write_text(SOURCE, "utf-8")
    assert [line for _path, line in messages.hidden(tmp_path)] == [3, 4]
