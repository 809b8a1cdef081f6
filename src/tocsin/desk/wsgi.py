"""The desk as a WSGI application, for any server that wants one."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.desk.settings")
application = get_wsgi_application()
