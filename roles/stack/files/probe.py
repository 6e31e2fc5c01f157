"""Waits until all services answer that they can serve: python - SECONDS URL..., run inside of the stack's network."""

import sys
import time
import urllib.error
import urllib.request


def answer(url):
    """Why it is not ready, or nothing."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(300).decode(errors='replace')}"
    except OSError as error:
        return str(error)
    return ""


deadline = time.monotonic() + int(sys.argv[1])
waiting = dict.fromkeys(sys.argv[2:], "not asked")
while waiting:
    waiting = {url: reason for url in waiting if (reason := answer(url))}
    if waiting and time.monotonic() > deadline:
        sys.exit("\n".join(f"{url}: {reason}" for url, reason in waiting.items()))
    if waiting:
        time.sleep(1)
