# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable and command of upstream's that names a store of the stack names the one elsewhere instead.

It is found by what a value names, not by a list of variables: one that is new upstream is led on like all others, and
one whose form nobody knows stops the play.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import Invalid
from .stores import CA, Postgres, Store

Variables = t.Mapping[str, t.Optional[str]]

URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+]*)://(?:[^/@\s]*@)?(?P<host>[\w.-]+)(?::\d+)?(?P<path>/[^?\s]*)?(?:\?\S*)?")
HOST = re.compile(r"HOSTS?$")
ADDRESS = re.compile(r"(?P<host>[\w.-]+)(?P<port>:\d+)?")


def names(service: str) -> re.Pattern[str]:
    """Where a text names a service as a host: alone, in a list, in a URL."""
    return re.compile(rf"(?:^|[@/,=\s\"']){re.escape(service)}(?::\d+|(?=$|[,/\s\"']))")


def variables(environment: Variables, stores: t.Sequence[Store]) -> dict[str, str]:
    """What changes in an environment: variable -> its new text. Raises Invalid."""
    changed: dict[str, str] = {}
    for name, value in environment.items():
        for store in stores:
            new = text(str(value or ""), store)
            if new is None:
                continue
            changed[name] = new
            # A URL says all; beside a bare host stand the other parts.
            if "://" not in new:
                changed.update(store.beside(HOST.sub("", name)))
    return changed


def text(value: str, store: Store) -> t.Optional[str]:
    """In place of a value that names the own store as PostHog's variables do; None if it does not."""
    url = URL.fullmatch(value)
    if url:
        return store.url(url["scheme"], url["path"] or "") if url["host"] in store.services else None
    parts = [ADDRESS.fullmatch(part.strip()) for part in value.split(",")]
    if all(part and part["host"] in store.services for part in parts):
        port = parts[0]["port"] if parts[0] else None
        return store.hosts(port or "")
    return None


def words(line: t.Optional[t.Sequence[str]], stores: t.Sequence[Store]) -> t.Optional[list[str]]:
    """A command with the addresses of stores elsewhere, or None if it names none."""
    old = list(line or [])
    new = [led(word, stores) for word in old]
    return new if new != old else None


def led(word: str, stores: t.Sequence[Store]) -> str:
    for store in stores:
        for service in store.services:
            parts = re.split(rf"(?<![\w.-]){re.escape(service)}:\d+", word)
            word = store.hosts(":").join(parts)
    return word


def volumes(environment: Variables, stores: t.Sequence[Store]) -> list[dict[str, t.Any]]:
    """The certificate that a service needs. Mounted in long form: Docker makes no directory where a file is missing."""
    for store in stores:
        if isinstance(store, Postgres) and store.ca and any(text(str(v or ""), store) for v in environment.values()):
            return [{"type": "bind", "source": store.ca, "target": CA, "read_only": True}]
    return []


def check(environments: t.Mapping[str, Variables], stores: t.Sequence[Store]) -> None:
    """Raises Invalid with every variable that still names a container which was left out."""
    gone = {service: names(service) for store in stores for service in store.services + store.helpers}
    lost = [
        f"{service}.{name} names {host}"
        for service, environment in environments.items()
        for name, value in environment.items()
        for host, pattern in gone.items()
        if pattern.search(str(value or ""))
    ]
    if lost:
        raise Invalid(
            f"these variables name a store that is left out because it is elsewhere: {', '.join(lost)}. Say where it "
            "is in stack_environment"
        )
