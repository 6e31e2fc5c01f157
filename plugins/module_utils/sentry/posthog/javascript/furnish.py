# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package needs besides its edited code: files that set PostHog up, its packages, and what Next.js looks for."""

from __future__ import annotations

import posixpath

from ... import jsonc
from ...draft import Draft
from ...edit import Edit
from ...javascript.script import LANGUAGES
from ..furnishing import Furnishing
from ..template import add_variables
from . import manifest, provider
from .files import both_file, browser_file, provider_file, server_file
from .scene import BOTH, BROWSER, SERVER, Scene, read_manifest
from .speech import Import, Speech

HOOK = "onRequestError"
# The first version whose instrumentation file gets the errors of requests. Source: Next.js 15's release notes.
FIRST_WITH_HOOK = 15


def furnish(furnishing: Furnishing) -> None:
    """What each package needs that speaks to PostHog now."""
    project = furnishing.project
    for scene in project.scenes.values():
        package = Package(furnishing, scene)
        if scene.unsupported:
            package.say(f"{scene.unsupported}.")
            continue
        used = [path for path in scene.files if path in project.needs and not furnishing.is_gone(path)]
        helpers = frozenset(side for path in used for side in project.helpers[path])
        packages = frozenset(name for path in used for name in project.needs[path])
        if helpers or packages:
            package.furnish(helpers, packages)


class Package:
    """One package in which PostHog takes Sentry's place."""

    def __init__(self, furnishing: Furnishing, scene: Scene) -> None:
        self.furnishing = furnishing
        self.repository = furnishing.repository
        self.scene = scene
        self.manifest = posixpath.join(scene.root, "package.json")

    def say(self, advice: str) -> None:
        self.furnishing.say(self.manifest, advice)

    def _speech(self, path: str, side: str) -> Speech:
        return Speech(self.scene, path, side, tuple(self.furnishing.project.resolver.aliases(path)))

    def furnish(self, helpers: frozenset[str], packages: frozenset[str]) -> None:
        if self.scene.has("posthog-js"):
            self.say("The application starts posthog-js itself: see that it does so with capture_exceptions: true.")
        if self.scene.framework.name == "Next.js":
            more, needed = self._furnish_next()
            helpers, packages = helpers | more, packages | needed
        if BOTH in helpers:
            helpers |= {SERVER}
            packages |= {"posthog-js"}
            self.furnishing.put(self.scene.helper(BOTH), both_file(self.scene))
        if BROWSER in helpers:
            packages |= {"posthog-js"}
            self.furnishing.put(self.scene.helper(BROWSER), browser_file(self.scene))
        if SERVER in helpers:
            packages |= {"posthog-node"}
            self.furnishing.put(self.scene.helper(SERVER), server_file(self.scene, self._has_hook))
        if "@posthog/react" in packages:
            packages |= {"posthog-js"}
        self._add_packages(packages)
        wish, prefix = self.scene.wish, self.scene.framework.prefix
        names = [f"{prefix}{name}" for name in (wish.key_variable, wish.host_variable)]
        add_variables(self.furnishing, self.scene.root, names)

    def _add_packages(self, packages: frozenset[str]) -> None:
        try:
            if self.furnishing.revise(self.manifest, lambda draft: manifest.add_packages(draft, packages)):
                self.furnishing.extended.append(self.manifest)
        except jsonc.NotJson:
            self.say(f"Add {', '.join(sorted(packages))} to the dependencies.")
            return
        engines = read_manifest(self.repository, self.manifest).get("engines")
        node = str(engines.get("node", "")) if isinstance(engines, dict) else ""
        if "posthog-node" in packages and manifest.admits_older_node(node):
            self.say(f"posthog-node needs {manifest.NODE_VERSIONS}; engines.node says {node}.")

    # -- Next.js ------------------------------------------------------------------------------------------------------

    def _furnish_next(self) -> tuple[frozenset[str], frozenset[str]]:
        """(sides, packages) that the provider and the hook for requests need."""
        sides: frozenset[str] = frozenset()
        packages: frozenset[str] = frozenset()
        if not self.scene.has("posthog-js"):
            self._add_provider()
            sides, packages = frozenset({BROWSER}), frozenset({"@posthog/react"})
        if self._has_hook and self._add_hook():
            sides |= {SERVER}
        return sides, packages

    def _add_provider(self) -> None:
        scene = self.scene
        name = f"PostHogProvider.{'tsx' if scene.writes_types else 'jsx'}"
        path = posixpath.join(scene.source, "components", "providers", name)
        hosts = provider.hosts(scene)
        if not [host for host in hosts if self._wrap(host, path)]:
            place = hosts[0] if hosts else "the root layout"
            self.say(f"Put <PostHogProvider> of {path} around the page in {place}.")
        init = self._speech(path, BROWSER).specifier(scene.helper(BROWSER))
        self.furnishing.put(path, provider_file(scene, init))

    def _wrap(self, host: str, path: str) -> bool:
        wanted = Import("PostHogProvider", self._speech(host, BROWSER).specifier(path))
        # JSX in a file of TypeScript's is only in those that say so.
        language = LANGUAGES[posixpath.splitext(host)[1]][-1]
        return self.furnishing.revise(host, lambda draft: provider.wrap(draft, host, language, wanted))

    @property
    def _has_hook(self) -> bool:
        return self.scene.major("next") >= FIRST_WITH_HOOK

    def _add_hook(self) -> bool:
        """Next.js tells the instrumentation file of requests that fail; whether it has PostHog's hook now."""
        scene = self.scene
        path = posixpath.join(scene.source, f"instrumentation.{'ts' if scene.writes_types else 'js'}")
        path = next((one for one in scene.files if is_instrumentation(one, scene)), path)
        module = self._speech(path, SERVER).specifier(scene.helper(SERVER))
        line = f'export {{ captureRequestError as {HOOK} }} from "{module}";\n'
        if path not in self.repository or self.furnishing.is_gone(path):
            self.furnishing.put(path, line)
            return True
        return self.furnishing.revise(path, lambda draft: append_hook(draft, line))


def is_instrumentation(path: str, scene: Scene) -> bool:
    place, name = posixpath.split(path)
    return name.startswith("instrumentation.") and place in (scene.root, scene.source)


def append_hook(draft: Draft, line: str) -> bool:
    if HOOK.encode() in draft.text:
        return False
    joint = "\n" if draft.text.endswith(b"\n") else "\n\n"
    return draft.apply([Edit(len(draft.text), len(draft.text), f"{joint}{line}".encode())])
