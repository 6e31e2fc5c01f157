# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package managers: which lock is whose, how each resolves it anew without installing, and how each proves it.

The options were tried with the managers themselves (npm 11, pnpm 8 to 10, yarn 1, 3 and 4, bun 1.2 and 1.4, uv, poetry
1.8 and 2, pipenv, pip-tools 7)."""

from __future__ import annotations

import posixpath
import re
import typing as t
from dataclasses import dataclass, field

from . import lock_sources
from .repository import Repository

#: What every program is told: no telemetry, no questions, nothing fetched but packages, nothing left outside the copy.
ENVIRONMENT = {
    "CI": "true",
    "NO_COLOR": "1",
    "DO_NOT_TRACK": "1",
    "COREPACK_ENABLE_NETWORK": "0",
    "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
    "COREPACK_ENABLE_AUTO_PIN": "0",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
    "npm_config_omit_lockfile_registry_resolved": "false",
    # pnpm would fetch the version of itself that package.json names; its settings have a prefix of their own since 11.
    "npm_config_manage_package_manager_versions": "false",
    "pnpm_config_manage_package_manager_versions": "false",
    "pnpm_config_pm_on_fail": "ignore",
    "YARN_ENABLE_TELEMETRY": "0",
    "YARN_ENABLE_SCRIPTS": "false",
    "YARN_ENABLE_IMMUTABLE_INSTALLS": "false",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
    "POETRY_NO_INTERACTION": "1",
    "POETRY_VIRTUALENVS_IN_PROJECT": "true",
    "PIPENV_VENV_IN_PROJECT": "1",
    "PIPENV_IGNORE_VIRTUALENVS": "1",
    "PIPENV_DONT_LOAD_ENV": "1",
    "PIPENV_NOSPIN": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


@dataclass(frozen=True)
class Command:
    arguments: tuple[str, ...]
    environment: t.Mapping[str, str] = field(default_factory=dict)


def command(arguments: str, **environment: str) -> Command:
    return Command(tuple(arguments.split()), environment)


@dataclass(frozen=True)
class Manager:
    """One program in the versions that share a lock. `majors` are those versions, all of them when empty."""

    name: str
    program: str
    relock: Command
    frozen: Command
    majors: t.Sequence[int] = ()

    def fits(self, version: str) -> bool:
        return not self.majors or major_of(version) in self.majors


@dataclass(frozen=True)
class Kind:
    """A kind of lock. `marker` is searched in its bytes; the one group of `version` says which layout it has."""

    pattern: t.Pattern[str]
    managers: tuple[Manager, ...]
    version: t.Pattern[bytes]
    sources: lock_sources.Sources
    marker: t.Pattern[bytes] = re.compile(b"")
    refusal: str = ""
    alone: tuple[Manager, ...] = ()  # Instead, for a lock inside of a workspace that it has no part in


NPM = Manager(
    "npm",
    "npm",
    command("install --package-lock-only --ignore-scripts --no-audit --no-fund"),
    command("ci --dry-run --ignore-scripts --no-audit --no-fund"),
)
PNPM = Manager(
    "pnpm",
    "pnpm",
    command("install --lockfile-only --no-frozen-lockfile --ignore-scripts"),
    command("install --lockfile-only --frozen-lockfile --ignore-scripts"),
)
PNPM_ALONE = Manager(
    "pnpm",
    "pnpm",
    # Otherwise pnpm looks after the workspace above, and neither changes nor checks this lock.
    command("install --lockfile-only --no-frozen-lockfile --ignore-workspace --ignore-scripts"),
    command("install --lockfile-only --frozen-lockfile --ignore-workspace --ignore-scripts"),
)
YARN_CLASSIC = Manager(
    "yarn 1",
    "yarn",
    command("install --ignore-scripts --non-interactive"),
    command("install --frozen-lockfile --ignore-scripts --non-interactive"),
    (0, 1),
)
YARN_BERRY = Manager(
    "yarn",
    "yarn",
    command("install --mode=update-lockfile"),
    # The option --immutable wants a whole install; the setting does not.
    command("install --mode=update-lockfile", YARN_ENABLE_IMMUTABLE_INSTALLS="true"),
    range(2, 100),
)
BUN = Manager(
    "bun",
    "bun",
    command("install --lockfile-only --ignore-scripts"),
    command("install --frozen-lockfile --dry-run --ignore-scripts"),
)
UV = Manager("uv", "uv", command("lock"), command("lock --check"))
POETRY_1 = Manager("poetry", "poetry", command("lock --no-update"), command("lock --check"), (1,))
POETRY = Manager("poetry", "poetry", command("lock"), command("check --lock"), range(2, 100))
PIPENV = Manager("pipenv", "pipenv", command("lock"), command("verify"))


def kind(
    pattern: str, managers: t.Sequence[Manager], version: bytes, sources: lock_sources.Sources, **more: t.Any
) -> Kind:
    return Kind(re.compile(rf"(^|/){pattern}$"), tuple(managers), re.compile(version, re.MULTILINE), sources, **more)


KINDS = (
    kind(r"(package-lock|npm-shrinkwrap)\.json", [NPM], rb'"lockfileVersion":\s*(\d+)', lock_sources.npm),
    kind(r"pnpm-lock\.yaml", [PNPM], rb"^lockfileVersion:\s*['\"]?([\d.]+)", lock_sources.pnpm, alone=(PNPM_ALONE,)),
    kind(
        r"yarn\.lock",
        [YARN_BERRY],
        rb"^__metadata:\s+version:\s*(\d+)",
        lock_sources.yarn_berry,
        marker=re.compile(rb"^__metadata:", re.MULTILINE),
    ),
    kind(r"yarn\.lock", [YARN_CLASSIC], rb"^# yarn lockfile v(\d+)", lock_sources.declared),
    kind(r"bun\.lock", [BUN], rb'"lockfileVersion":\s*(\d+)', lock_sources.bun),
    kind(r"bun\.lockb", [], rb"(?!)()", lock_sources.declared, refusal="is a binary file"),
    kind(r"uv\.lock", [UV], rb"^version = (\d+)", lock_sources.uv),
    kind(r"poetry\.lock", [POETRY_1, POETRY], rb'^lock-version = "([\d.]+)"', lock_sources.poetry),
    kind(r"Pipfile\.lock", [PIPENV], rb'"pipfile-spec":\s*(\d+)', lock_sources.pipfile),
)


@dataclass(frozen=True)
class Lock:
    """A lock, and the folder in which its manager runs. `sources` are the manifests that it is made from;
    `refusal` says why no manager can be asked about it."""

    path: str
    folder: str
    managers: tuple[Manager, ...]
    version: t.Pattern[bytes]
    sources: frozenset[str]
    refusal: str = ""

    def version_of(self, text: bytes) -> str:
        """Which layout the bytes have, empty when they do not say."""
        found = self.version.search(text)
        return found.group(1).decode() if found else ""


def lock_of(repository: Repository, path: str) -> Lock | None:
    """What is known of a lock, or None for another file."""
    folder = posixpath.dirname(path)
    for one in KINDS:
        if one.pattern.search(path) and one.marker.search(text := repository.read(path)):
            sources = lock_sources.of(one.sources, repository, path, text)
            alone = one.alone and lock_sources.is_stranger(repository, folder)
            return Lock(path, folder, one.alone if alone else one.managers, one.version, sources, one.refusal)
    return None


def major_of(version: str) -> int:
    return int(version.split(".")[0])
