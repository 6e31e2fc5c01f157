# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as programs written in Go print them."""

from __future__ import annotations

import re
from datetime import datetime


def moment(text: str) -> datetime:
    """To the second, as nanoseconds are more than Python takes: `2026-11-26T19:02:04.123456789Z`, `...+02:00`."""
    return datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
