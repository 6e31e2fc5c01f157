"""From the same environment variables as PostHog's, and as strict about them."""

import os
import re
import sys

from posthog.databases import database

SECRET_KEY = os.environ.get("SECRET_KEY", "<randomly generated secret key>")
if SECRET_KEY == "<randomly generated secret key>":
    sys.exit("SECRET_KEY has its published value; the application refuses to start")

ENCRYPTION_SALT_KEYS = os.environ.get("ENCRYPTION_SALT_KEYS", "")
if not re.fullmatch(r"[A-Za-z0-9_-]{32}", ENCRYPTION_SALT_KEYS):
    sys.exit("ENCRYPTION_SALT_KEYS must be 32 characters")

DATABASES = {"default": database(os.environ["DATABASE_URL"])}
CLICKHOUSE = {
    "host": os.environ.get("CLICKHOUSE_HOST", "localhost"),
    "user": os.environ.get("CLICKHOUSE_APP_USER", "default"),
    "password": os.environ.get("CLICKHOUSE_APP_PASSWORD", ""),
}
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")

INSTALLED_APPS = ["django.contrib.contenttypes", "posthog"]
AUTH_USER_MODEL = "posthog.User"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ROOT_URLCONF = "posthog.urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = ["*"]
USE_TZ = True
