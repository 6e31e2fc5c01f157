# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application in Python needs beside the code that spoke to Sentry: frameworks, manifests, the browser."""

from __future__ import annotations

import posixpath
import re

from ...edit import FileEdits
from ...project import TEST
from ...repository import Repository
from ..furnishing import KIND, Furnishing
from ..template import add_variables
from ..wish import Wish
from . import django, frameworks, manifests
from .shadow import in_the_way
from .sources import Sources

ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt", "requirements.in", "manage.py")
STARTED = b"posthog.enable_exception_autocapture = True"
INTEGRATION = re.compile(rb"sentry_sdk\.integrations\.(\w+)")
# What Sentry's SDK took care of inside a framework for which PostHog's has nothing.
WITHOUT = frozenset(
    b"aiohttp arq aws_lambda beam bottle chalice dramatiq falcon gcp grpc huey litestar pyramid quart ray rq sanic "
    b"serverless spark starlite strawberry tornado".split()
)
IN_THE_WAY = (
    "Rename it, and report errors by hand where Sentry was told of them.",
    "This file stands in the way of PostHog's SDK, which has the same name, so nothing takes Sentry's place.",
)
LOGGED = (
    "Sentry also took what was logged as an error; PostHog only takes exceptions.",
    "Call posthog.capture_exception where such a log entry has to be seen.",
)


def furnish(furnishing: Furnishing) -> None:
    """Adds to the results of all editors what Python projects need."""
    repository, project, results = furnishing.repository, furnishing.project, furnishing.results
    wish = project.wish or Wish()
    needing = sorted(path for path, script in project.scripts.items() if "posthog" in script.needs and path in results)
    shadows = {in_the_way(repository, path) for path in project.scripts if path in results and not TEST.search(path)}
    for path in shadows:
        if path is not None:
            furnishing.say(path, *IN_THE_WAY)
    if not needing:
        return
    started = [path for path in needing if is_started(results[path])]
    for root in sorted({root_of(repository, path) for path in started}):
        files = [path for path in started if root_of(repository, path) == root]
        sources = Sources(furnishing, root, [path for path in repository.files if is_code(repository, path, root)])
        frameworks.furnish(sources, files)
        django.furnish(sources, files, wish)
        add_variables(furnishing, root, [wish.key_variable, wish.host_variable])
    for path in started:
        say_what_is_lost(results[path])
    manifests.furnish(furnishing, needing)


def say_what_is_lost(result: FileEdits) -> None:
    """What Sentry's SDK did by itself, and PostHog's does not."""
    place = next(edit.start for edit in result.edits if STARTED in edit.replacement)
    result.report(place, KIND, *LOGGED)
    for name in sorted(WITHOUT.intersection(INTEGRATION.findall(result.original))):
        reason = f"PostHog has no integration for {name.decode()}."
        result.report(place, KIND, reason, "Call posthog.capture_exception where it handles errors.")


def is_started(result: FileEdits) -> bool:
    return STARTED in result.result() and STARTED not in result.original


def root_of(repository: Repository, path: str) -> str:
    """The nearest folder above a file that is the root of a Python project; `""` is the repository's."""
    place = posixpath.dirname(path)
    while place and not any(posixpath.join(place, name) in repository for name in ROOTS):
        place = posixpath.dirname(place)
    return place


def is_code(repository: Repository, path: str, root: str) -> bool:
    inside = not root or path.startswith(root + "/")
    return inside and path.endswith(".py") and not TEST.search(path) and repository.editable(path)
