"""The web application, as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

from config.bodies import only_whole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = only_whole(get_wsgi_application())
