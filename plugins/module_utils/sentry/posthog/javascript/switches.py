# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions on Sentry's address are conditions on PostHog's key: otherwise nothing would be reported without it."""

from __future__ import annotations

import re

from ...javascript.code import Code
from .speech import Speech

READ = re.compile(rb"(process|import\.meta)\.env(\.|\[[\"'])(\w+_)?SENTRY_DSN([\"']\])?")


def replace_switches(code: Code, speech: Speech) -> None:
    if not speech.speaks:
        return
    for node in code.tree.of_type("member_expression", "subscript_expression"):
        if READ.fullmatch(node.text):
            scene = speech.scene
            code.replace(node.start, node.end, scene.variable(scene.wish.key_variable, speech.side).encode())
