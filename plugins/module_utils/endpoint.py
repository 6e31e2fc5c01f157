# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the objects of a kind are found, and which of them are still there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Endpoint:
    """Where the objects of a kind are found and by which wire attribute people know them."""

    kind: str
    path: str
    key: str
    title: str = ""
    id: str = "id"
    #: Query parameters of the list request; they make it complete, stable and cheap.
    params: t.Mapping[str, str] = field(default_factory=dict)
    #: True where `search=` finds every object whose key contains the text, so that one object costs one request.
    searchable: bool = False
    #: True where list items lack fields, so that each declared object is read by id.
    basic: bool = False
    #: True where the answer is a bare list or is never paged (reference 1.6).
    unpaged: bool = False
    #: Parameters of a second list that holds what the first one hides.
    hidden: t.Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.title or self.kind.replace("_", " ")


def is_gone(wire: dict[str, t.Any]) -> bool:
    """True for what the server still shows of a deleted object."""
    return bool(wire.get("deleted") or wire.get("is_pending_deletion"))
