# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PostHog has to know of an application: its framework, where its code lies, and which side a file runs on."""

from __future__ import annotations

import functools
import json
import posixpath
import re
import typing as t
from dataclasses import dataclass

from ...imports import SCRIPTS
from ...javascript.code import CONFIG
from ...repository import Repository
from ..wish import Wish

BROWSER, SERVER, BOTH = "browser", "server", "both"


@dataclass(frozen=True)
class Framework:
    """How a framework hands variables to the browser, and which files run on the server where both sides are."""

    name: str
    package: str  # Who depends on it is built with it
    prefix: str = ""
    reads: str = "process.env.{}"
    sides: tuple[str, ...] = (BROWSER,)
    server: str = r"(?!)"


# The first that fits. What is more than a build tool comes before the build tools that it uses.
FRAMEWORKS = (
    Framework(
        "Next.js", "next", "NEXT_PUBLIC_", sides=(BROWSER, SERVER),
        server=r"(^|/)(instrumentation|middleware|proxy|route|sentry\.(server|edge)\.config)\.\w+$|(^|/)(pages|app)/api/",
    ),
    Framework(
        "SvelteKit", "@sveltejs/kit", "PUBLIC_", "env.{}", (BROWSER, SERVER),
        server=r"\.server\.\w+$|(^|/)\+server\.\w+$|(^|/)lib/server/|(^|/)instrumentation\.",
    ),
    Framework(
        "React Router", "@react-router/dev", "VITE_", "import.meta.env.{}", (BROWSER, SERVER),
        server=r"\.server\.\w+$|(^|/)\.server/|^(\w+/)*server(/|\.\w+$)|(^|/)instrument",
    ),
    Framework(
        "Remix", "@remix-run/dev", "VITE_", "import.meta.env.{}", (BROWSER, SERVER),
        server=r"\.server\.\w+$|(^|/)\.server/|^(\w+/)*server(/|\.\w+$)|(^|/)instrument",
    ),
    Framework("Create React App", "react-scripts", "REACT_APP_"),
    Framework("Gatsby", "gatsby", "GATSBY_", server=r"(^|/)gatsby-(node|ssr)\.", sides=(BROWSER, SERVER)),
    Framework("Vue CLI", "@vue/cli-service", "VUE_APP_"),
    Framework("Vite", "vite", "VITE_", "import.meta.env.{}", (BROWSER,)),
)  # fmt: skip
# What reports to PostHog by other means than posthog-js or posthog-node, or cannot be told apart.
OTHERS = {
    "nuxt": "Nuxt: add the module @posthog/nuxt",
    "astro": "Astro: start posthog-js in a script of the layout",
    "expo": "Expo: take posthog-react-native",
    "react-native": "React Native: take posthog-react-native",
    "electron": "Electron: take posthog-node in the main process and posthog-js in windows",
    "@angular/core": "Angular: start posthog-js in main.ts, and give Angular an ErrorHandler that calls it",
}
LIBRARY = "A library for browsers and servers: let its users hand in what reports errors"
BROWSER_LIBRARIES = ("react-dom", "vue", "svelte", "preact", "solid-js")
# Which of Sentry's packages it has tells where an application runs.
BROWSER_SDKS = ("@sentry/browser", "@sentry/react", "@sentry/vue", "@sentry/svelte", "@sentry/solid")
SERVER_SDKS = ("@sentry/node", "@sentry/nestjs", "@sentry/bun", "@sentry/aws-serverless", "@sentry/serverless")
NODE = Framework("Node.js", "", sides=(SERVER,))
# Without a build tool that is known, a variable may be there or not: it is read as most tools do.
PAGE = Framework("a page", "")
NODE_ONLY = re.compile(
    rb"""["'](node:\w+|fs|path|crypto|child_process|server-only|next/(headers|server|cache))["']|^["']use server["']""",
    re.MULTILINE,
)
USE_CLIENT = re.compile(rb"""\A(\s|//[^\n]*\n|/\*.*?\*/)*["']use client["']""", re.DOTALL)
DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
RAW = (".js", ".mjs", ".cjs")
MOST_IMPORTERS = 50
# What Next.js renders by itself. Source: Next.js' file conventions.
NEXT_FILES = ("page", "layout", "template", "loading", "not-found", "default", "sitemap", "robots", "opengraph-image")
# The files that import a file
Importers = t.Callable[[str], t.Iterable[str]]
HELPERS = {BROWSER: "posthog", SERVER: "posthog-server", BOTH: "posthog-capture"}


class Scene:
    """One package of a repository, as it was before any edit."""

    def __init__(self, repository: Repository, root: str, wish: Wish) -> None:
        self.repository = repository
        self.root = root
        self.wish = wish
        manifest = read_manifest(repository, posixpath.join(root, "package.json"))
        groups = [manifest.get(group) for group in DEPENDENCIES]
        self.versions: dict[str, str] = {}
        for group in groups:
            self.versions.update({k: str(v) for k, v in group.items()} if isinstance(group, dict) else {})
        self.is_module = manifest.get("type") == "module"
        self.framework = self._framework()

    def _framework(self) -> Framework:
        found = next((one for one in FRAMEWORKS if one.package in self.versions), None)
        if found is not None:
            return found
        if any(name in self.versions for name in SERVER_SDKS):
            return NODE
        return PAGE if any(name in self.versions for name in (*BROWSER_SDKS, *BROWSER_LIBRARIES)) else NODE

    @property
    def unsupported(self) -> str | None:
        """What to do by hand where this cannot, or None."""
        found = next((advice for name, advice in OTHERS.items() if name in self.versions), None)
        for_both = self.framework is NODE and self.has("@sentry/core") and not any(map(self.has, SERVER_SDKS))
        return found or (LIBRARY if for_both else None)

    def has(self, package: str) -> bool:
        return package in self.versions

    def major(self, package: str) -> int:
        """The first number of the version that is asked for; 0 when it says none."""
        found = re.search(r"\d+", self.versions.get(package, ""))
        return int(found.group()) if found else 0

    # -- places -------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def files(self) -> list[str]:
        below = f"{self.root}/" if self.root else ""
        return [path for path in self.repository.files if path.startswith(below)]

    @functools.cached_property
    def source(self) -> str:
        """The folder of the code."""
        usual = ("src", "app") if self.framework.name in ("React Router", "Remix") else ("src",)
        for name in usual:
            place = posixpath.join(self.root, name)
            if any(path.startswith(place + "/") and path.endswith(SCRIPTS) for path in self.files):
                return place
        return self.root

    @functools.cached_property
    def is_typed(self) -> bool:
        declared = posixpath.join(self.root, "tsconfig.json") in self.repository or "typescript" in self.versions
        return declared or any(re.search(r"(?<!\.d)\.[cm]?tsx?$", path) for path in self.files)

    @functools.cached_property
    def writes_types(self) -> bool:
        """Whether new files are TypeScript: never where Node.js runs a file as it is that has to load them."""
        raw = (path for path in self.files if path.endswith(RAW) and not CONFIG.search(path))
        return self.is_typed and not (self.framework is NODE and any(self.repository.mentions(path) for path in raw))

    def is_out_of_reach(self, path: str) -> bool:
        """Whether a file is run before anything is built, so that it cannot load what only exists once it is."""
        built = self.framework not in (NODE, PAGE) and self.framework.name != "Next.js"
        return built and path.endswith(RAW) and bool(self.source) and not path.startswith(self.source + "/")

    @functools.cached_property
    def uses_require(self) -> bool:
        """Whether new files have to be CommonJS: nothing compiles them, and the package is not made of modules."""
        return self.framework is NODE and not self.writes_types and not self.is_module

    def helper(self, side: str) -> str:
        """The file that sets PostHog up on one side, or reports on both; never one that the application has already."""
        name = HELPERS[side] if len(self.framework.sides) > 1 else "posthog"
        stem = posixpath.join(self.source, "lib", name)
        if any(f"{stem}{ending}" in self.repository for ending in SCRIPTS):
            stem += "-errors"
        return f"{stem}.{'ts' if self.writes_types else 'js'}"

    def variable(self, name: str, side: str) -> str:
        """How code reads a variable."""
        if side == SERVER:
            # SvelteKit's own way throws while pages are rendered in advance.
            return f"process.env.{self.framework.prefix}{name}"
        return self.framework.reads.format(self.framework.prefix + name)

    # -- sides --------------------------------------------------------------------------------------------------------

    def side(self, path: str, importers: Importers) -> str:
        """Where a file runs: in the browser, on the server, or on both as far as one can tell."""
        framework = self.framework
        if len(framework.sides) == 1:
            return framework.sides[0]
        own = self._own_side(path)
        return own or (self._side_of_importers(path, importers) if framework.name == "Next.js" else BOTH)

    def _own_side(self, path: str) -> str | None:
        """What a file says by its name or its directive, None when it says nothing."""
        below = posixpath.relpath(path, self.root or ".")
        if re.search(self.framework.server, below):
            return SERVER
        if re.search(r"[.-]client\.", below):
            return BROWSER
        text = self.repository.read(path)
        if self.framework.name != "Next.js":
            return None
        if USE_CLIENT.match(text):
            return BROWSER
        return SERVER if NODE_ONLY.search(text) else None

    def _side_of_importers(self, path: str, importers: Importers) -> str:
        """A module of Next's runs wherever it is imported; one of app/ that only itself is asked for, on the server."""
        found: set[str] = set()
        seen, stack = {path}, [path]
        while stack and len(seen) < MOST_IMPORTERS:
            here = stack.pop()
            if re.search(r"(^|/)pages/", here):
                found.add(BOTH)
            if re.search(r"(^|/)app/", here) and here.rpartition("/")[2].partition(".")[0] in NEXT_FILES:
                found.add(SERVER)
            for one in importers(here):
                own = self._own_side(one)
                if own is not None:
                    found.add(own)
                elif one not in seen:
                    seen.add(one)
                    stack.append(one)
        return found.pop() if len(found) == 1 else BOTH

    def starts_elsewhere(self, path: str) -> bool:
        """Whether a file only started Sentry, and PostHog starts in another one: the provider or the hook of Next's."""
        return self.framework.name == "Next.js" and posixpath.basename(path).startswith("sentry.")


def read_manifest(repository: Repository, path: str) -> dict[str, t.Any]:
    """A package.json as it was; empty when there is none that can be read."""
    if path not in repository:
        return {}
    try:
        found = json.loads(repository.read(path))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
