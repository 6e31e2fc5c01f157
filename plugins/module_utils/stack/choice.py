# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of upstream's services one host runs: by the release that was tested, and by what it shall be able to do."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from . import images

STAGES = ("stores", "topics", "app", "ingestion", "edge", "tools")
CAPABILITIES = ("core", "flags", "replay", "errors", "logs", "batch", "images")

Entry = dict[str, t.Any]


def choose(
    upstream: t.Mapping[str, Entry],
    release: t.Mapping[str, t.Any],
    catalogue: t.Mapping[str, Entry],
    capabilities: t.Iterable[str],
    registry_prefix: str = "",
    left_out: t.Iterable[str] = (),
) -> dict[str, Entry]:
    """The services to run, in the order of the catalogue, each with its entry and its `image`, pinned.

    `upstream` are the services of the checkout, those of `release` are what the release file was made with: a
    difference means
    that nobody has looked at what is new or gone. Raises Invalid with the names.
    """
    known = set(release["services"])
    wanted = set(capabilities)
    compare(set(upstream), known)
    refuse(wanted - set(CAPABILITIES), "{} is no capability; there are: " + ", ".join(CAPABILITIES))
    refuse(
        known - set(catalogue), "nobody has said what {} is for: add it to stack_services with stage and capabilities"
    )
    refuse(set(left_out) - known, "{} is to be left out, but the release has no such service")
    for name in sorted(known):
        check_entry(name, catalogue[name])
    return {
        name: {**entry, "image": images.pinned(upstream[name]["image"], release["images"], registry_prefix)}
        for name, entry in catalogue.items()
        if name in known
        and name not in set(left_out)
        and entry["stage"] != "tools"
        and wanted & set(entry["capabilities"])
    }


def compare(present: set[str], known: set[str]) -> None:
    refuse(
        present - known,
        "the checkout has a service that the release file does not list: {}. See what it is for, then add it to the "
        "release's services",
    )
    refuse(
        known - present,
        "the release file lists a service that the checkout no longer has: {}. See what took its place, then take "
        "it out of the release's services",
    )


def check_entry(name: str, entry: Entry) -> None:
    if entry.get("stage") not in STAGES:
        raise Invalid(f"its stage is {entry.get('stage')!r}; there are: {', '.join(STAGES)}", name)
    if not isinstance(entry.get("capabilities"), list):
        raise Invalid("says no capabilities; give a list", name)


def refuse(names: t.Iterable[str], sentence: str) -> None:
    found = sorted(names)
    if found:
        raise Invalid(sentence.format(", ".join(found)))


def stage(chosen: t.Mapping[str, Entry], name: str) -> list[str]:
    """The services of one stage."""
    return [service for service, entry in chosen.items() if entry["stage"] == name]
