import os
from pathlib import Path

import posthog

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "only for development")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "posthog.integrations.django.PosthogContextMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "config.posthog_context.posthog",
            ],
        },
    },
]

posthog.api_key = os.environ.get("POSTHOG_KEY")
posthog.host = os.environ.get("POSTHOG_HOST")
posthog.enable_exception_autocapture = True
posthog.super_properties = {"environment": os.environ.get("STAGE", "development")}
posthog.disabled = not (posthog.api_key and posthog.host)
if posthog.api_key:
    posthog.setup()

STATIC_URL = "/static/"
