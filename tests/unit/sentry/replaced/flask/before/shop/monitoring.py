import os

import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration


def init_sentry():
    dsn = os.environ.get("SENTRY_DSN")
    if not dsn:
        return
    sentry_sdk.init(dsn=dsn, integrations=[FlaskIntegration()])


def report(error, **extra):
    """Tells of an error that was handled."""
    sentry_sdk.capture_exception(error, extras=extra, tags={"handled": "yes"})
