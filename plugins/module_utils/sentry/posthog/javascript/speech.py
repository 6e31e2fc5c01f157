# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one file speaks to PostHog: with which client, and where it gets it from."""

from __future__ import annotations

import posixpath
import re
import typing as t
from dataclasses import dataclass

from .scene import BOTH, SERVER, Scene

CLIENT = b"posthog"
# (prefix, folders that it stands for)
Aliases = t.Iterable[tuple[str, list[str]]]
ANYWHERE = "captureWithPostHog"
PACKAGES = ("posthog-js", "posthog-node", "@posthog/react")


@dataclass(frozen=True)
class Import:
    """One name that a file imports. `default`: it is what the module is, not one of its names. `is_type`: of a type."""

    name: str
    module: str
    default: bool = False
    is_type: bool = False


class Speech:
    """How one file speaks to PostHog, and what it has to import for what the rules made it say."""

    def __init__(self, scene: Scene, path: str, side: str, aliases: Aliases = ()) -> None:
        self.scene = scene
        self.aliases = aliases
        self.path = path
        self.side = side
        self.wanted: list[Import] = []
        self.effects: list[str] = []
        self.helpers: set[str] = set()

    @property
    def on_server(self) -> bool:
        return self.side == SERVER

    @property
    def report(self) -> bytes:
        """The function that gets an error."""
        return ANYWHERE.encode() if self.side == BOTH else CLIENT + b".captureException"

    @property
    def speaks(self) -> bool:
        return bool(self.wanted or self.effects)

    @property
    def packages(self) -> frozenset[str]:
        """The packages of PostHog's that the file needs now."""
        return frozenset(package for one in self.wanted for package in PACKAGES if one.module.startswith(package))

    def want(self, name: Import | None = None) -> None:
        """Without a name what `report` needs: posthog-js has one client for all, a server makes its own."""
        self.wanted.append(name or self._reporter())

    def _reporter(self) -> Import:
        if self.side == BOTH:
            return self.local(ANYWHERE, BOTH)
        return self.local("posthog", SERVER) if self.on_server else Import("posthog", "posthog-js", default=True)

    def want_effect(self, side: str) -> None:
        """The file that sets PostHog up is loaded, whether anything is read from it or not."""
        self.helpers.add(side)
        self.effects.append(self.specifier(self.scene.helper(side)))

    def local(self, name: str, side: str) -> Import:
        """A name of the file that sets PostHog up."""
        self.helpers.add(side)
        return Import(name, self.specifier(self.scene.helper(side)))

    def specifier(self, target: str) -> str:
        """How this file imports another one: by a short name where it uses one already."""
        text = self.scene.repository.read(self.path) if self.path in self.scene.repository else b""
        for prefix, folders in self.aliases:
            below = next(
                (one.strip("/") for one in folders if target.startswith(f"{one.strip('/')}/".lstrip("/"))), None
            )
            if below is not None and re.search(rb"""["']""" + re.escape(prefix).encode(), text):
                return prefix + posixpath.splitext(posixpath.relpath(target, below or "."))[0]
        module = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
        if not module.startswith("."):
            module = f"./{module}"
        stem = posixpath.splitext(module)[0]
        return f"{stem}.js" if self._writes_endings else stem

    @property
    def _writes_endings(self) -> bool:
        """Node's own modules have to be named in full; what a bundler or CommonJS resolves is not."""
        scene = self.scene
        if self.path.endswith((".mjs", ".mts")):
            return True
        if len(scene.framework.sides) > 1 or not self.on_server or not scene.is_module:
            return False
        return not self.path.endswith((".cjs", ".cts"))
