"""The product's settings with the bare view as the only address and without any middleware."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
MIDDLEWARE = []
