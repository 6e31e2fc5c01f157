import signal
import threading

import redis
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """In place of Celery: beats in Redis until it is told to stop."""

    def handle(self, *args, **options):
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        broker = redis.Redis.from_url(settings.REDIS_URL)
        while not stopped.wait(2):
            broker.set("CELERY_LAST_HEARTBEAT", "alive", ex=30)
