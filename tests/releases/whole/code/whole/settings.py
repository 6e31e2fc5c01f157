"""Those of the application of all releases, and what the API needs beside."""

from posthog.settings import *  # noqa: F403

from posthog_emulator.settings import DATA_UPLOAD_MAX_MEMORY_SIZE, REST_FRAMEWORK  # noqa: F401

INSTALLED_APPS = ["django.contrib.contenttypes", "posthog", "posthog_emulator", "rest_framework", "whole"]
ROOT_URLCONF = "whole.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The switchboard of the emulator has no database; its pages are not served.
DATA_DIR = None
