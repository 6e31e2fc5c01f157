"""The rate limit: off unless its switch is set."""

import threading
import time
from collections import deque

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from posthog_emulator.control.switches import board


class KeyThrottle(BaseThrottle):
    """One bucket for all requests, since all come from keys of one owner."""

    _lock = threading.Lock()
    _recent: deque[float] = deque()
    _blocked_until = 0.0

    @classmethod
    def forget(cls) -> None:
        """Start with an empty bucket."""
        with cls._lock:
            cls._recent.clear()
            cls._blocked_until = 0.0

    def allow_request(self, _request: Request, _view: object) -> bool:
        """Whether this request is within the limit; a refused one blocks until its Retry-After is over."""
        limit, scale = board.switches.rate_limit, board.switches.time_scale
        if limit is None:
            return True
        now = time.monotonic()
        with self._lock:
            if now < KeyThrottle._blocked_until:
                return False
            while self._recent and self._recent[0] <= now - 60 * scale:
                self._recent.popleft()
            if len(self._recent) < limit.per_minute:
                self._recent.append(now)
                return True
            # Whoever waits as long as told finds an empty bucket.
            self._recent.clear()
            KeyThrottle._blocked_until = now + limit.retry_after * scale
        return False

    def wait(self) -> float | None:
        """What Retry-After says."""
        limit, scale = board.switches.rate_limit, board.switches.time_scale
        if limit is None:
            return None
        left = (KeyThrottle._blocked_until - time.monotonic()) / scale
        return max(1.0, min(float(limit.retry_after), -(-left // 1)))
