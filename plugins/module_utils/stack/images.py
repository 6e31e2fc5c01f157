# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image references: upstream's name, the digest that was tested, and the registry that it is fetched from."""

from __future__ import annotations

import re
import typing as t

from ..errors import Invalid

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def repository(reference: str) -> str:
    """`ghcr.io/a/b:tag@sha256:...` -> `ghcr.io/a/b`. A colon before the last slash is a port."""
    name = reference.split("@", 1)[0]
    path, slash, last = name.rpartition("/")
    return path + slash + last.split(":", 1)[0]


def tag(reference: str) -> str:
    """The tag, or nothing."""
    return reference.split("@", 1)[0].rpartition("/")[2].partition(":")[2]


def pinned(reference: str, digests: t.Mapping[str, str], prefix: str = "") -> str:
    """The reference with its digest, behind the prefix of a mirror. Raises Invalid.

    A mirror holds an image under the prefix and the name that upstream gives, registry included; Docker's own has none.
    """
    name = repository(reference)
    digest = digests.get(name)
    if digest is None:
        raise Invalid(f"the release file has no digest for {name}: add it to the release's images")
    if not DIGEST.fullmatch(digest):
        raise Invalid(f"{digest!r} is no digest; it looks like sha256: and 64 hexadecimal digits", f"images.{name}")
    return f"{from_mirror(reference, prefix).split('@', 1)[0]}@{digest}"


def from_mirror(reference: str, prefix: str) -> str:
    """The reference as the mirror has it; without a prefix as it is."""
    if not prefix:
        return reference
    return prefix.rstrip("/") + "/" + re.sub(r"^(docker\.io/)?(library/)?", "", reference)
