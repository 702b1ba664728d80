#!/usr/bin/env python
"""Django's command line, with this clone's own PostgreSQL and Redis running behind it."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from itsyourmove import local

# Commands that read or write no row: they must not start servers.
NEED_NO_DATABASE = {"help", "version", "--help", "--version", "collectstatic", "diffsettings", "startapp"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the environment, which may lack something
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if command not in NEED_NO_DATABASE:
        try:
            local.ensure()
        except local.LocalServicesError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
