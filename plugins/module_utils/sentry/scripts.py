# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes Sentry's commands out of the scripts of a package.json."""

from __future__ import annotations

import re
import shlex

# What may stand before the command itself: assignments and runners of commands.
_BEFORE = re.compile(
    r"(?:\w+=\S*\s+|(?:cross-env|npx|bunx|(?:pnpm|yarn|bun)\s+(?:exec|dlx|x)|pnpx|npm\s+exec)\s+(?:(?:-y|--yes|--)\s+)*)*"
)
# Sentry's programs, by the names under which its packages install them.
_PROGRAM = re.compile(
    r"(?:sentry-cli|sentry-[a-z-]*upload-[a-z-]+|spotlight(?:-sidecar)?|(?:@sentry|@spotlightjs)/\S+)(?=\s|$)"
)
_RUNNER = re.compile(r"(?:npm\s+run|(?:pnpm|yarn|bun)(?:\s+run)?)\s+([\w:.@/-]+)(?=\s|$)")
# Beyond a plain chain of commands nothing is certain.
_NOT_PLAIN = re.compile(r"[;|`\n()]|\$\(|(?<!&)&(?!&)")
_SWALLOWED = re.compile(r"\s*\|\|\s*(?:true|exit 0|:)\s*$")


def runs_sentry(command: str, gone: frozenset[str] = frozenset()) -> bool:
    """Whether a single command is Sentry's, or runs a script that is gone."""
    start = _BEFORE.match(command.strip())
    rest = command.strip()[start.end() if start else 0 :]
    runner = _RUNNER.match(rest)
    return bool(_PROGRAM.match(rest)) or bool(runner and runner.group(1) in gone)


def is_only_sentry(script: str, gone: frozenset[str] = frozenset()) -> bool:
    """Whether nothing but Sentry is in a script, which is a chain of commands or one whose failure is ignored."""
    script = _SWALLOWED.sub("", script)
    links = links_of(script)
    return links is not None and all(runs_sentry(script[start:end], gone) for start, end in links)


def links_of(script: str) -> list[tuple[int, int]] | None:
    """The places of the commands in a chain `a && b && c`, or None when it is anything but such a chain."""
    if _NOT_PLAIN.search(script):
        return None
    places, at = [], 0
    for link in script.split("&&"):
        try:
            # An "&&" within quotes leaves an open quote on either side.
            words = shlex.split(link)
        except ValueError:
            return None
        if not words:
            return None
        places.append((at, at + len(link)))
        at += len(link) + 2
    return places


def cuts(script: str, gone: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """The ranges to take out of a chain so that Sentry's commands are gone; none when it is not certain."""
    links = links_of(script) or []
    mine = [runs_sentry(script[start:end], gone) for start, end in links]
    if not any(mine) or all(mine):
        return []
    found = []
    for index, (start, end) in enumerate(links):
        if mine[index] and any(not other for other in mine[:index]):
            # With the "&&" before it and the blank before that
            found.append((len(script[: start - 2].rstrip()), start + len(script[start:end].rstrip())))
        elif mine[index]:
            following = links[index + 1][0]
            found.append((start, following + len(script[following:]) - len(script[following:].lstrip())))
    return found


def removed(scripts: dict[str, str]) -> frozenset[str]:
    """The scripts that go: those that are only Sentry's, unless one that stays names them in a way of its own."""
    gone: frozenset[str] = frozenset()
    while True:
        more = frozenset(name for name, script in scripts.items() if is_only_sentry(script, gone))
        if more == gone:
            break
        gone = more
    while True:
        rest = {name: without(script, gone) for name, script in scripts.items() if name not in gone}
        named = frozenset(name for name in gone if any(_names(script, name) for script in rest.values()))
        if not named:
            return gone
        gone -= named


def without(script: str, gone: frozenset[str]) -> str:
    for start, end in reversed(cuts(script, gone)):
        script = script[:start] + script[end:]
    return script


def _names(script: str, name: str) -> bool:
    return re.search(rf"(?<![\w:.@/-]){re.escape(name)}(?![\w:.@/-])", script) is not None
