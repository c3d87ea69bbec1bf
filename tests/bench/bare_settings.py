"""The product's settings with the bare view as the only address, without middleware and what asks for some."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
INSTALLED_APPS = ["tickets", "attachments", "accounts", "django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE = []
