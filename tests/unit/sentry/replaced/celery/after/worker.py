import os

import posthog
from celery import Celery, signals
from posthog.integrations.celery import PosthogCeleryIntegration

app = Celery("worker", broker=os.environ.get("BROKER", "memory://"))


@signals.worker_process_init.connect
def start_reporting(**kwargs):
    posthog.api_key = os.getenv("POSTHOG_KEY")
    posthog.host = os.getenv("POSTHOG_HOST")
    posthog.enable_exception_autocapture = True
    posthog.disabled = not (posthog.api_key and posthog.host)
    if posthog.api_key:
        posthog.setup()
        PosthogCeleryIntegration(capture_task_lifecycle_events=False).instrument()


@app.task
def nightly(number):
    return 100 / number


@app.task
def careful(number):
    try:
        return 100 / number
    except ZeroDivisionError as error:
        posthog.capture_exception(error)
        return 0
