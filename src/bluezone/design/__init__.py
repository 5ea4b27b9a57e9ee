"""Hold the one stylesheet of phone and authority: data only, so that both can use it without knowing each other.

`tokens.css` is the only place where a colour, a size or a space is named; `components.css` draws buttons, fields,
cards, notices and tables from the tokens. Each room serves both files and adds a sheet for its own layout. `camera.js`
reads QR codes by `vendor/qr.js`, which is not ours.
"""

from __future__ import annotations

from pathlib import Path

#: the folder to serve
DIRECTORY = Path(__file__).parent / "static"
