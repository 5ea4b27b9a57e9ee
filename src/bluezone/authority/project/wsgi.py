"""Define the application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from bluezone.authority.project.orphans import end_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.project.settings")
end_with_server()
application = get_wsgi_application()
