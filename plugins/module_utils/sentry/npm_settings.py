# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where package.json, pnpm-workspace.yaml and bun.lock name packages. One table, so that they agree."""

from __future__ import annotations

from .needed import Needed
from .packages import is_npm_selector

#: What a project depends on; locks hold copies of these.
DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")

# A path of keys; "*" stands for every key. What is there is a mapping by package or a list of packages.
_PNPM: tuple[tuple[str, ...], ...] = (
    ("overrides",),
    ("packageExtensions",),
    ("patchedDependencies",),
    ("onlyBuiltDependencies",),
    ("neverBuiltDependencies",),
    ("ignoredBuiltDependencies",),
    ("allowBuilds",),
    ("allowedDeprecatedVersions",),
    ("configDependencies",),
    ("minimumReleaseAgeExclude",),
    ("trustPolicyExclude",),
    ("peerDependencyRules", "ignoreMissing"),
    ("peerDependencyRules", "allowAny"),
    ("peerDependencyRules", "allowedVersions"),
)
_CATALOGS: tuple[tuple[str, ...], ...] = (("catalog",), ("catalogs", "*"))

PNPM_WORKSPACE = _PNPM + _CATALOGS

#: Keys of package.json under which a package is named because this project itself depends on it
OF_PACKAGES = (*DEPENDENCIES, "peerDependenciesMeta", "dependenciesMeta", "bundledDependencies", "bundleDependencies")

PACKAGE_JSON: tuple[tuple[str, ...], ...] = (
    *((name,) for name in OF_PACKAGES),
    ("resolutions",),
    ("overrides",),
    ("overrides", "*"),
    ("trustedDependencies",),
    ("patchedDependencies",),
    ("allowScripts",),
    *(("pnpm", *path) for path in _PNPM),
    *_CATALOGS,
    *(("workspaces", *path) for path in _CATALOGS),
)


def is_about(key: str, value: object) -> bool:
    """Whether an entry of such a place is about Sentry: a member by its key, an element by its value."""
    return is_npm_selector(key) if key else isinstance(value, str) and is_npm_selector(value)


def is_doomed(key: str, value: object, needed: Needed) -> bool:
    """Whether a setting goes. Where a package of Sentry's stays, so does all that is set for any of them."""
    return not needed.any_npm() and is_about(key, value)
