import os

from celery import Celery, signals

try:
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
except ImportError:
    sentry_sdk = None

app = Celery("worker", broker=os.environ.get("BROKER", "memory://"))


@signals.worker_process_init.connect
def start_reporting(**kwargs):
    if sentry_sdk is None:
        return
    sentry_sdk.init(dsn=os.getenv("SENTRY_DSN"), integrations=[CeleryIntegration(monitor_beat_tasks=True)])


@app.task
def nightly(number):
    return 100 / number


@app.task
def careful(number):
    try:
        return 100 / number
    except ZeroDivisionError as error:
        if sentry_sdk:
            sentry_sdk.capture_exception(error)
        return 0
