"""The Django project: settings, secrets, clock, locks. Everything an operator can set is in `environment.py`."""
