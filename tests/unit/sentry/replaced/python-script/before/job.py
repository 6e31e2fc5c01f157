#!/usr/bin/env python3
"""Counts what is in a folder, every night."""

import sys
from pathlib import Path

from sentry_sdk import capture_exception, capture_message, flush, init


def count(folder):
    return sum(1 for path in Path(folder).iterdir() if path.is_file())


def main(folders):
    init("https://public@errors.example/1")
    for folder in folders:
        try:
            print(folder, count(folder))
        except OSError as error:
            capture_exception(error)
    if not folders:
        capture_message("no folders were given", level="warning")
    flush(timeout=2)


if __name__ == "__main__":
    main(sys.argv[1:])
