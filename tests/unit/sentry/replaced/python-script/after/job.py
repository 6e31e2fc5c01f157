#!/usr/bin/env python3
"""Counts what is in a folder, every night."""

import os
import sys
from pathlib import Path

import posthog


def count(folder):
    return sum(1 for path in Path(folder).iterdir() if path.is_file())


def main(folders):
    posthog.api_key = os.environ.get("POSTHOG_KEY")
    posthog.host = os.environ.get("POSTHOG_HOST")
    posthog.enable_exception_autocapture = True
    posthog.disabled = not (posthog.api_key and posthog.host)
    if posthog.api_key:
        posthog.setup()
    for folder in folders:
        try:
            print(folder, count(folder))
        except OSError as error:
            posthog.capture_exception(error)
    if not folders:
        posthog.capture_exception(
            Exception("no folders were given"),
            properties={"level": "warning"},
        )
    posthog.flush(timeout_seconds=2)


if __name__ == "__main__":
    main(sys.argv[1:])
