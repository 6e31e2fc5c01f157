# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`sentry_sdk.init(...)` becomes the set-up of the SDK's own client, with what the environment says.

Source: posthog/__init__.py of the SDK 7.91.1: the client is made once, by the first call or by `setup`; only then do
the hooks for uncaught exceptions exist. Without a key `setup` would log an error.
"""

from __future__ import annotations

import re

from ...edit import line_end, line_start
from ...outcome import Note
from ...python.code import Code
from ...python.statements import effect_free
from ...repository import says_sentry
from ...tree import Node
from ..wish import Wish
from . import imports
from .meaning import arguments

INSTRUMENT = b"PosthogCeleryIntegration(capture_task_lifecycle_events=False).instrument()"
CELERY = "from posthog.integrations.celery import PosthogCeleryIntegration"
OS_READERS = re.compile(rb"(os\.)?getenv|(os\.)?environ\.get")
# django-environ, environs and decouple; all take a default.
ENV_READERS = re.compile(rb"env(\.str)?|config")
FILTERS = (b"before_send", b"ignore_errors", b"event_scrubber")
FILTERED = (
    "Sentry's events went through a filter of the app; PostHog's do not.",
    "Write the filter for PostHog's events, and set it as posthog.before_send.",
)
SPREAD = (
    "Options that are made elsewhere went to Sentry; none of them is passed on.",
    "Look what was among them, and set it on posthog where it has its like.",
)


class Reader:
    """How a file reads a variable of its environment."""

    def __init__(self, code: Code, at: int) -> None:
        self.call, self.default = b"os.environ.get", b""
        for call in code.tree.of_type("call"):
            called = call.get("function")
            if called is None or not says_sentry(call.text) or not is_visible(code, called, at):
                continue
            if OS_READERS.fullmatch(called.text):
                self.call = called.text
                break
            if ENV_READERS.fullmatch(called.text):
                self.call, self.default = called.text, b', default=""'
                break

    def read(self, name: str) -> bytes:
        return self.call + b'("' + name.encode() + b'"' + self.default + b")"

    def needs_os(self, code: Code, at: int) -> bool:
        seen = [one for one in code.names.bound.get(b"os", ()) if one.scope.start <= at < one.scope.end]
        return self.call.startswith(b"os.") and not any(one.kind == "import" for one in seen)


def is_visible(code: Code, called: Node, at: int) -> bool:
    """Whether the name at the start of what is called is one of the module's, so that it is the same everywhere."""
    name = called.text.split(b".")[0]
    found = [one for one in code.names.bound.get(name, ()) if one.scope.start <= at < one.scope.end]
    return bool(found) and all(one.scope.type == "module" for one in found)


def lines(code: Code, call: Node, wish: Wish) -> list[bytes]:
    """What is there instead of a call of `init`, without indentation."""
    reader = Reader(code, call.start)
    found = [
        b"posthog.api_key = " + reader.read(wish.key_variable),
        b"posthog.host = " + reader.read(wish.host_variable),
        b"posthog.enable_exception_autocapture = True",
    ]
    environment = arguments(call)[1].get(b"environment")
    if environment is not None and effect_free(code, environment) and not is_sentrys(code, environment):
        found.append(b'posthog.super_properties = {"environment": ' + environment.text + b"}")
    return [*found, b"posthog.disabled = not (posthog.api_key and posthog.host)"]


def is_sentrys(code: Code, node: Node) -> bool:
    return says_sentry(node.text) or any(code.names.is_sentry(one) for one in node.walk() if one.type == "identifier")


def put(code: Code, statement: Node, text: list[bytes], celery: bool) -> None:
    """Replaces the statement of `init`, with the comments above it that speak of Sentry."""
    final = [b"posthog.setup()", INSTRUMENT] if celery else [b"posthog.setup()"]
    indent, newline = imports.indentation(statement), imports.newline(code.text)
    step = b"\t" if indent.startswith(b"\t") else b"    "
    start = line_start(code.text, statement.start)
    before = code.text[start : statement.start]
    if not before.strip():
        block = [*text, b"if posthog.api_key:", *(step + one for one in final)]
        above = code.with_comments_above(statement)
        lead = b"" if above == statement.start else indent
        code.replace(above, statement.end, lead + (newline + indent).join(block))
    elif before.rstrip().endswith(b":") and not code.text[statement.end : line_end(code.text, statement.end)].strip():
        inner = newline + indent + step
        block = [*text, b"if posthog.api_key:", *(step + one for one in final)]
        code.replace(start + len(before.rstrip()), statement.end, b"".join(inner + one for one in block))
    else:
        code.replace(statement.start, statement.end, b"; ".join([*text, *final]))


def notes(code: Code, call: Node) -> list[Note]:
    by_name, whole = arguments(call)[1:]
    lost = next((by_name[name] for name in FILTERS if name in by_name), None)
    found = [Note(code.draft.origin(call.start), *FILTERED)] if lost is not None else []
    return found if whole else [*found, Note(code.draft.origin(call.start), *SPREAD)]


def is_of_celery(code: Code) -> bool:
    """Whether a file is about Celery: it has the app, or told Sentry of it."""
    modules = (b"celery", b"sentry_sdk.integrations.celery")
    bindings = [one for group in code.names.bound.values() for one in group if one.kind == "import"]
    return any(one.module in modules or one.module.startswith(b"celery.") for one in bindings)
