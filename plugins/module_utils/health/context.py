# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks share: who may be asked, and for which project."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ..client import Client
from ..errors import RolloutError
from ..scope import find_scope
from .probe import Probe
from .result import Result, failed, skipped
from .settings import Settings


@dataclass(frozen=True)
class Context:
    """`problem` is why the project or its token is not known although it was asked for."""

    settings: Settings
    probe: Probe
    #: Whether an event may be sent.
    may_write: bool
    now: datetime
    client: Client | None = None
    project: int | None = None
    token: str = ""
    problem: str = ""

    def without_token(self, name: str) -> Result:
        """What a check says that needs the project's token and has none."""
        if self.problem:
            return failed(name, f"the project's token is not known: {self.problem}", "Mend api_key and project.")
        return skipped(name, "neither project_token is given, nor api_key and project to read it with")


def context_of(settings: Settings, may_write: bool) -> Context:
    """Asks PostHog for the project and its token, as far as they are needed and not given."""
    facts: dict[str, t.Any] = {"token": settings.project_token}
    if settings.api_key and settings.project not in (None, ""):
        try:
            client = facts["client"] = Client(settings.connection)
            project = facts["project"] = find_scope(client, settings.organization, settings.project).project
            if not settings.project_token:
                facts["token"] = client.get(f"/api/projects/{project}/").get("api_token") or ""
        except RolloutError as problem:
            facts["problem"] = str(problem)
    probe = Probe(settings.connection.verify, settings.timeout)
    return Context(settings, probe, may_write, datetime.now(timezone.utc), **facts)
