"""For the service feature-flags, which knows the database and nothing else."""

import os
import secrets

from posthog.databases import database

from posthog_emulator.settings import REST_FRAMEWORK  # noqa: F401

SECRET_KEY = secrets.token_hex(32)
DATABASES = {"default": database(os.environ["READ_DATABASE_URL"])}
INSTALLED_APPS = ["posthog_emulator", "rest_framework"]
ROOT_URLCONF = "whole.flags_urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
