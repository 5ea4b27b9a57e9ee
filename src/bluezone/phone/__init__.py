"""Be a citizen's phone, in six layers: stores, air, matching, client, app, web. Each imports only those before it."""

import sys

# httpx's command line is an extra of its own, and brings rich, pygments and click into memory where they are installed
# (4 MB): to httpx it is absent here.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
