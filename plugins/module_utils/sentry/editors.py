# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which editor takes which file: the first row that matches the path."""

from __future__ import annotations

import re
import typing as t

from . import (
    config_compose,
    config_docker,
    config_env,
    config_expo,
    config_ignore,
    config_own,
    config_turbo,
    config_workflow,
    lock_bun,
    lock_npm,
    lock_pipfile,
    lock_pnpm,
    lock_poetry,
    lock_uv,
    lock_yarn_classic,
    manifest_package_json,
    manifest_pnpm,
    manifest_pyproject,
    manifest_requirements,
)
from .edit import FileEdits
from .repository import Repository

Editor = t.Callable[[Repository, str], FileEdits]


def row(pattern: str, editor: Editor) -> tuple[t.Pattern[str], Editor]:
    return re.compile(pattern), editor


# What only looks like a file of variables.
_CODE = r"[^/]*\.(d\.ts|[cm]?[jt]sx?|py|rb|go|json|ya?ml|toml|md|vue|html|sh)$"

# (pattern searched in the path, editor). One file has one editor; the order decides.
EDITORS: list[tuple[t.Pattern[str], Editor]] = [
    row(r"(^|/)package\.json$", manifest_package_json.edit),
    row(r"(^|/)pnpm-workspace\.ya?ml$", manifest_pnpm.edit),
    row(r"(^|/)(pyproject\.toml|Pipfile)$", manifest_pyproject.edit),
    row(r"(^|/)((dev-|test-)?requirements|constraints)[^/]*\.(txt|in)$", manifest_requirements.edit),
    row(r"(^|/)requirements/[^/]+\.(txt|in)$", manifest_requirements.edit),
    row(r"(^|/)(package-lock|npm-shrinkwrap)\.json$", lock_npm.edit),
    row(r"(^|/)pnpm-lock\.yaml$", lock_pnpm.edit),
    row(r"(^|/)yarn\.lock$", lock_yarn_classic.edit),
    row(r"(^|/)bun\.lock$", lock_bun.edit),
    row(r"(^|/)uv\.lock$", lock_uv.edit),
    row(r"(^|/)poetry\.lock$", lock_poetry.edit),
    row(r"(^|/)Pipfile\.lock$", lock_pipfile.edit),
    row(r"(^|/)(\.sentryclirc|sentry\.properties|\.env\.sentry-build-plugin)$", config_own.edit),
    row(rf"(^|/)(?!{_CODE})(\.env(rc)?(\.[^/]+)?|env\.[^/]+|[^/]+\.env(\.[a-z]+)?)$", config_env.edit),
    row(r"(^|/)\.[a-z]*ignore$", config_ignore.edit),
    row(r"(^|/)(app|eas)\.json$", config_expo.edit),
    row(r"(^|/)turbo\.jsonc?$", config_turbo.edit),
    row(r"(^|/)([\w.-]*[Dd]ockerfile([.-][\w.-]+)?|[Cc]ontainerfile)(?<!\.dockerignore)$", config_docker.edit),
    row(r"(^|/)(docker-)?compose[\w.-]*\.ya?ml$", config_compose.edit),
    row(config_workflow.WORKFLOW.pattern, config_workflow.edit),
]


def editor_of(path: str) -> Editor | None:
    """The editor for a path, or None when such files are only reported."""
    return next((editor for pattern, editor in EDITORS if pattern.search(path)), None)
