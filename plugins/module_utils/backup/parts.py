# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts, in the order in which they are kept.

PostgreSQL comes after ClickHouse: versions of persons are made in PostgreSQL, and ClickHouse keeps the highest. Were
PostgreSQL the older one after a restore, what is changed later would carry lower versions, and be ignored.
"""

from __future__ import annotations

import typing as t

from ..errors import RolloutError
from .clickhouse import ClickHouse
from .files import Files
from .objects import Objects
from .part import Part
from .postgres import Postgres
from .settings import Settings

ORDER = (ClickHouse, Objects, Postgres, Files)
NAMES = tuple(kind.name for kind in ORDER)


def parts_of(settings: Settings, project: str = "") -> list[Part]:
    """Those that the settings have something for; of another project than the settings', where one is named.

    Raises RolloutError for one that is no project's, so that nobody takes the live one for that of the other project.
    """
    away = elsewhere(settings)
    if project and away:
        raise RolloutError(
            f"{', '.join(away)}: outside of the stack, so {project} would have the live one. Prove it by a restore with"
            " the settings of another server"
        )
    used = {
        "clickhouse": bool(settings.clickhouse["databases"]),
        "objects": bool(settings.objects),
        "postgres": True,
        "secrets": bool(settings.files),
    }
    return [t.cast(Part, kind(settings, project)) for kind in ORDER if used[kind.name]]


def elsewhere(settings: Settings) -> list[str]:
    """The stores that are outside of the stack."""
    named = (("postgres", settings.postgres["host"]), ("clickhouse", settings.clickhouse["host"]))
    away = [name for name, host in named if host]
    return away + [f"objects {store['name']}" for store in settings.objects if store["endpoint"]]


def chosen(parts: t.Sequence[Part], names: t.Sequence[str]) -> list[Part]:
    """Raises RolloutError."""
    strangers = [name for name in names if name not in [part.name for part in parts]]
    if strangers:
        raise RolloutError(
            f"there is no part {', '.join(strangers)}; there are {', '.join(part.name for part in parts)}"
        )
    return [part for part in parts if part.name in names or not names]
