"""What granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from bluezone.authority.config.orphans import end_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.config.settings")
end_with_server()
application = get_wsgi_application()
