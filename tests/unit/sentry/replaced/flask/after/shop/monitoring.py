import os

import posthog


def init_sentry():
    posthog.api_key = os.environ.get("POSTHOG_KEY")
    posthog.host = os.environ.get("POSTHOG_HOST")
    posthog.enable_exception_autocapture = True
    posthog.disabled = not (posthog.api_key and posthog.host)
    if posthog.api_key:
        posthog.setup()


def report(error, **extra):
    """Tells of an error that was handled."""
    posthog.capture_exception(error, properties={"handled": "yes", **extra})
