# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release file, made from the services of a checkout, and what is new in it."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from . import images
from .choice import Entry

Release = dict[str, t.Any]


def made(
    commit: str,
    services: t.Mapping[str, t.Mapping[str, t.Any]],
    references: t.Iterable[str],
    digest: t.Callable[[str], str],
    registry_prefix: str = "",
) -> Release:
    """`services` are all of upstream's, `references` the images to pin. Raises Invalid, and what `digest` raises."""
    pinned: dict[str, str] = {}
    tags: dict[str, str] = {}
    for reference in sorted(set(references)):
        name = images.repository(reference)
        if tags.setdefault(name, images.tag(reference)) != images.tag(reference):
            raise Invalid(f"upstream uses two tags of {name}, and a release file has one digest of each image")
        pinned[name] = digest(images.from_mirror(reference, registry_prefix))
    release: Release = {"commit": commit}
    if "clickhouse" in services:
        release["clickhouse"] = images.tag(services["clickhouse"]["image"])
    if "db" in services:
        release["postgres"] = images.tag(services["db"]["image"]).split(".")[0].split("-")[0]
    return {**release, "images": pinned, "services": sorted(services)}


def wanted(
    services: t.Mapping[str, t.Mapping[str, t.Any]], catalogue: t.Mapping[str, Entry], capabilities: t.Iterable[str]
) -> list[str]:
    """The images of the services that the capabilities need. One that is not in the catalogue may be needed, too."""
    needed = set(capabilities)
    return [
        service["image"]
        for name, service in services.items()
        if name not in catalogue
        or (catalogue[name]["stage"] != "tools" and needed & set(catalogue[name]["capabilities"]))
    ]


def differences(old: t.Mapping[str, t.Any], new: Release, catalogue: t.Iterable[str]) -> list[str]:
    """What a person should look at before the new file is used; nothing if there is no old one but unknown services."""
    here, before = set(new["services"]), set(old.get("services", []))
    unknown = here - set(catalogue)
    told = [f"the service {name} is in no catalogue: say in stack_services what it is for" for name in sorted(unknown)]
    if not old:
        return told
    versions = [
        field for field in ("clickhouse", "postgres") if str(old.get(field, "")) not in ("", new.get(field, ""))
    ]
    return [
        *told,
        *(f"the service {name} is new" for name in sorted(here - before)),
        *(f"the service {name} is gone: see what took its place" for name in sorted(before - here)),
        *(f"{field} goes from {old[field]} to {new.get(field, 'none')}" for field in versions),
    ]
