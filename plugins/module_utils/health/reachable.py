# SPDX-License-Identifier: GPL-3.0-or-later
"""Which channels a task wants, none of which has an address that nothing could ever arrive at."""

from __future__ import annotations

import re
import typing as t
from email.utils import getaddresses

from ..errors import RolloutError
from .channels import CHANNELS
from .settings import Options, check_url

MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


def channels_of(params: Options) -> dict[str, t.Any]:
    """The options of each channel that is used. Raises RolloutError for those that cannot work."""
    channels = {name: params[name] for name in CHANNELS if params[name]}
    if "webhook" in channels:
        check_url("webhook.url", channels["webhook"]["url"], secret=True)
    if "posthog_event" in channels:
        check_url("posthog_event.host", channels["posthog_event"]["host"])
    if "email" in channels:
        check_email(channels["email"])
    return channels


def check_email(options: Options) -> None:
    """Raises RolloutError."""
    if not options["to"]:
        raise RolloutError("email.to names nobody; write it like ops@example.com")
    for option, address in (("sender", options["sender"]), *(("to", address) for address in options["to"])):
        # With a name before it, as in: PostHog <posthog@example.com>
        found = getaddresses([address])
        if len(found) != 1 or not MAILBOX.fullmatch(found[0][1]):
            raise RolloutError(f"email.{option}: '{address}' is no address; write it like ops@example.com")
