# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostHog in Sentry's place, in one round of editing. What a rule here takes over is not Sentry's any more, so that the
rules that remove Sentry leave it alone."""

from __future__ import annotations

from ...javascript.code import Code
from ...javascript.names import Declaration, module_of
from . import boundary, calls, starts, switches
from .imports import put_imports
from .scene import BOTH
from .speech import CLIENT, Speech

RULES = (
    calls.replace_scopes,
    calls.replace_calls,
    calls.replace_references,
    starts.replace_starts,
    starts.replace_hooks,
    starts.replace_providers,
    boundary.replace_boundaries,
    switches.replace_switches,
)


def replace(code: Code, speech: Speech) -> None:
    for rule in RULES:
        rule(code, speech)
    put_imports(code, speech.wanted, speech.effects)


def can_speak(code: Code, speech: Speech) -> bool:
    """Whether the name `posthog` is PostHog's client wherever the file has it, or the file does without it."""
    return speech.side == BOTH or all(is_client(one) for one in code.names.declared.get(CLIENT, ()))


def is_client(declaration: Declaration) -> bool:
    if declaration.kind == "import":
        return b"posthog" in (module_of(declaration.node) or b"").lower()
    return declaration.kind == "value" and declaration.value is not None and b"require(" in declaration.value.text
