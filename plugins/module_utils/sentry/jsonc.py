# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON with the place of everything in it, as bytes; comments and trailing commas as turbo.json and bun.lock have them.

No library that is kept up gives positions for all of this: tree-sitter-json takes a trailing comma for an error, and
manifests have to be editable where no wheel can be installed. Strings are still the standard library's to read."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ..errors import RolloutError

_GAP = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_DECODER = json.JSONDecoder()
_DEEPEST = 200


class NotJson(RolloutError):
    """The bytes are not JSON; says where."""


@dataclass
class Entry:
    """A member of an object, or an element of an array (its key is empty). `end` is that of the value."""

    key: str
    start: int
    end: int
    value: Node
    #: Behind the comma that follows; None for the last one without
    comma: int | None = None


@dataclass
class Node:
    """A value. `scalar` is set for what is neither object nor array."""

    start: int
    end: int = 0
    kind: str = "scalar"
    scalar: t.Any = None
    entries: list[Entry] = field(default_factory=list)

    def get(self, *keys: str) -> Node | None:
        """What lies under keys, or None."""
        node: Node | None = self
        for key in keys:
            found = (
                [entry.value for entry in node.entries if entry.key == key] if node and node.kind == "object" else []
            )
            node = found[-1] if found else None
        return node

    def object(self, *keys: str) -> dict[str, Node]:
        """The members of the object under keys; empty when there is none."""
        node = self.get(*keys)
        return {entry.key: entry.value for entry in node.entries} if node and node.kind == "object" else {}

    def strings(self, *keys: str) -> dict[str, str]:
        """Those members of the object under keys that are strings."""
        return {key: node.scalar for key, node in self.object(*keys).items() if isinstance(node.scalar, str)}

    def plain(self) -> t.Any:
        """As json.loads would have it."""
        if self.kind == "object":
            return {entry.key: entry.value.plain() for entry in self.entries}
        return [entry.value.plain() for entry in self.entries] if self.kind == "array" else self.scalar


def parse(text: bytes) -> Node:
    """The tree of a file. Raises NotJson."""
    # Every byte is one character of Latin-1, so that positions in it are positions in the file.
    reader = _Reader(text.decode("latin-1"))
    begin = 3 if text.startswith(b"\xef\xbb\xbf") else 0
    node = reader.value(reader.skip(begin), 0)
    if reader.skip(node.end) != len(text):
        raise reader.problem(node.end)
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def problem(self, at: int) -> NotJson:
        return NotJson(f"is not valid JSON at line {self.text.count(chr(10), 0, at) + 1}")

    def skip(self, at: int) -> int:
        found = _GAP.match(self.text, at)
        return found.end() if found else at

    def string(self, at: int) -> tuple[str, int]:
        try:
            value, end = _DECODER.raw_decode(self.text, at)
            # What is not ASCII is UTF-8 in the file, but escapes may already have made characters of their own.
            plain = value if value.isascii() else json.loads(self.text[at:end].encode("latin-1"))
        except ValueError:
            raise self.problem(at) from None
        return plain, end

    def value(self, at: int, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.problem(at)
        opening = self.text[at : at + 1]
        if opening == '"':
            scalar, end = self.string(at)
            return Node(at, end, scalar=scalar)
        if opening in ("{", "[") and opening:
            return self.container(at, depth)
        found = _SCALAR.match(self.text, at)
        if not found:
            raise self.problem(at)
        return Node(at, found.end(), scalar=json.loads(found.group()))

    def container(self, at: int, depth: int) -> Node:
        is_object = self.text[at] == "{"
        node = Node(at, kind="object" if is_object else "array")
        closing = "}" if is_object else "]"
        place = self.skip(at + 1)
        while self.text[place : place + 1] != closing:
            if node.entries and node.entries[-1].comma is None:
                raise self.problem(place)
            entry = self.entry(place, is_object, depth)
            node.entries.append(entry)
            place = self.skip(entry.end)
            if self.text[place : place + 1] == ",":
                entry.comma = place + 1
                place = self.skip(place + 1)
        node.end = place + 1
        return node

    def entry(self, at: int, is_object: bool, depth: int) -> Entry:
        if not is_object:
            value = self.value(at, depth + 1)
            return Entry("", at, value.end, value)
        if self.text[at : at + 1] != '"':
            raise self.problem(at)
        key, place = self.string(at)
        place = self.skip(place)
        if self.text[place : place + 1] != ":":
            raise self.problem(place)
        value = self.value(self.skip(place + 1), depth + 1)
        return Entry(key, at, value.end, value)
