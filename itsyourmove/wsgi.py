"""The door for gunicorn."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
try:
    application = get_wsgi_application()
    from itsyourmove import starting  # models need the settings

    starting.check_server()
except ImproperlyConfigured as refusal:
    sys.stderr.write(f"{refusal}\n")
    sys.exit(3)  # gunicorn's own status for "cannot start": with any other it would try for ever
