# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flask, FastAPI and Starlette, Celery: errors that the framework handles reach PostHog by its integration.

Source: posthog/integrations of the SDK 7.91.1. Sentry hooked itself into every framework that was installed.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...tree import Node
from .sources import Source, Sources, behind
from .start import INSTRUMENT


@dataclass(frozen=True)
class Framework:
    name: str
    module: bytes
    classes: tuple[bytes, ...]
    integration: bytes  # The import
    use: str  # What is said behind the statement that makes the app

    @property
    def marker(self) -> bytes:
        return self.integration.split()[-1]


FRAMEWORKS = (
    Framework(
        "Flask",
        b"flask",
        (b"Flask",),
        b"from posthog.integrations.flask import PosthogFlaskIntegration",
        "PosthogFlaskIntegration({})",
    ),
    Framework(
        "FastAPI",
        b"fastapi",
        (b"FastAPI",),
        b"from posthog.integrations.asgi import PosthogASGIMiddleware",
        "{}.add_middleware(PosthogASGIMiddleware)",
    ),
    Framework(
        "Starlette",
        b"starlette.applications",
        (b"Starlette",),
        b"from posthog.integrations.asgi import PosthogASGIMiddleware",
        "{}.add_middleware(PosthogASGIMiddleware)",
    ),
)
CELERY = Framework(
    "Celery",
    b"celery",
    (b"Celery",),
    b"from posthog.integrations.celery import PosthogCeleryIntegration",
    INSTRUMENT.decode(),
)


def furnish(sources: Sources, started: list[str]) -> None:
    """`started` are the files of this project that set PostHog up now."""
    for framework in FRAMEWORKS:
        if not sources.says(framework.marker):
            integrate(sources, started, framework)
    # Django's settings are read by the workers, too; another web application is not.
    if sources.with_word(b"DJANGO_SETTINGS_MODULE") and not sources.says(CELERY.marker):
        integrate(sources, started, CELERY)


def integrate(sources: Sources, started: list[str], framework: Framework) -> None:
    apps = [found for source in sources.with_word(framework.classes[0]) for found in apps_in(source, framework)]
    near = [found for found in apps if found[0].path in started]
    chosen = near if len(near) == 1 else apps
    if len(chosen) == 1:
        source, statement, name = chosen[0]
        line = framework.use.format(name.decode()).encode()
        added = source.import_line(framework.integration, source.import_of(framework.module))
        sources.change(source.path, [added, behind(source, statement, line)])
    elif apps or told_sentry(sources, started, framework):
        use = framework.use.format("app")
        sources.furnishing.say(
            started[0],
            f"Add {use} ({framework.integration.decode()}) where the application is made.",
            f"PostHog is in no application of {framework.name}: {len(apps)} were found.",
        )


def told_sentry(sources: Sources, started: list[str], framework: Framework) -> bool:
    """Whether Sentry was set up for a framework by name."""
    module = b"sentry_sdk.integrations." + framework.name.lower().encode()
    return any(module in sources.furnishing.repository.read(path) for path in started)


def apps_in(source: Source, framework: Framework) -> list[tuple[Source, Node, bytes]]:
    """(file, statement, name) of each `app = Flask(...)`."""
    found = []
    for statement, name, value in source.assigned():
        called = value.get("function") if value.type == "call" else None
        module, original = source.imported(called) if called is not None else (b"", b"")
        if original in framework.classes and module.split(b".")[0] == framework.module.split(b".")[0]:
            found.append((source, statement, name))
    return found
