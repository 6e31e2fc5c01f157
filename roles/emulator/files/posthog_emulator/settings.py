"""Django settings. Everything that varies comes from the environment, which the command line sets."""

import os
import secrets
from pathlib import Path

DATA_DIR = Path(os.environ.get("POSTHOG_EMULATOR_DATA_DIR", "."))
OWNER_KEY = os.environ.get("POSTHOG_EMULATOR_KEY", "phx_emulator_local_key")

# Nothing that is signed outlives the process, so a fresh secret for each start is enough.
SECRET_KEY = secrets.token_hex(32)
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "posthog_emulator.urls"
INSTALLED_APPS = ["posthog_emulator", "rest_framework"]
MIDDLEWARE: list[str] = []
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / "emulator.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction takes the write lock at its start: two writers wait for one another, neither fails.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "pages" / "templates"],
        "OPTIONS": {"libraries": {"emulator_text": "posthog_emulator.pages.emulator_text"}},
    }
]

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["posthog_emulator.api.auth.PersonalKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["posthog_emulator.api.permissions.ScopePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["posthog_emulator.api.throttling.KeyThrottle"],
    "DEFAULT_PAGINATION_CLASS": "posthog_emulator.api.pagination.OffsetPages",
    "EXCEPTION_HANDLER": "posthog_emulator.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
