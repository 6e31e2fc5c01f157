# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML as a tree that knows its lines, so that an entry can be cut as the lines it is written on."""

from __future__ import annotations

import bisect
import typing as t
from dataclasses import dataclass

from ..errors import RolloutError
from .edit import FileEdits

try:
    import yaml
except ImportError:
    # parse() says so before anything here is used.
    yaml = None  # type: ignore[assignment]


class NotYaml(RolloutError):
    """The bytes are not YAML that can be edited; says why."""


@dataclass
class Item:
    """A member of a mapping, or an element of a sequence (its key is empty); lines count from 0, `last` is included."""

    key: str
    value: Yaml
    line: int
    last: int
    is_block: bool
    column: int


class Yaml:
    """A value and what is in it. Scalars have `text`; `kind` is mapping, sequence or scalar."""

    def __init__(self, node: t.Any) -> None:
        self.node = node
        self.kind: str = node.id
        self.text: str = node.value if node.id == "scalar" else ""
        self.line: int = node.start_mark.line
        self._items: list[Item] | None = None

    @property
    def items(self) -> list[Item]:
        if self._items is None:
            block = self.kind != "scalar" and not self.node.flow_style
            if self.kind == "mapping":
                self._items = [_member(key, value, block) for key, value in self.node.value]
            elif self.kind == "sequence":
                self._items = [_element(value, block) for value in self.node.value]
            else:
                self._items = []
        return self._items

    def get(self, *keys: str) -> Yaml | None:
        node: Yaml | None = self
        for key in keys:
            found = [item.value for item in node.items if item.key == key] if node and node.kind == "mapping" else []
            node = found[0] if found else None
        return node

    def mapping(self, *keys: str) -> dict[str, Yaml]:
        """The members under keys; empty when there is no mapping."""
        node = self.get(*keys)
        return {item.key: item.value for item in node.items} if node and node.kind == "mapping" else {}

    def string(self, *keys: str) -> str:
        node = self.get(*keys)
        return node.text if node else ""


def _member(key: t.Any, value: t.Any, block: bool) -> Item:
    name = key.value if key.id == "scalar" else ""
    mark = key.start_mark
    return Item(name, Yaml(value), mark.line, max(_last_line(value), mark.line), block, mark.column)


def _element(value: t.Any, block: bool) -> Item:
    return Item("", Yaml(value), value.start_mark.line, _last_line(value), block, value.start_mark.column)


def _last_line(node: t.Any) -> int:
    """The last line of a value; block collections end, for YAML, only where the next thing begins."""
    while node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if node.id == "mapping" else last
    mark = node.end_mark
    return int(mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line)


def parse(text: bytes) -> Yaml:
    """The tree of a file with one document. Raises NotYaml."""
    if yaml is None:
        raise NotYaml("needs the Python library PyYAML to be read")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text.decode("utf-8"), Loader=loader)
    except UnicodeDecodeError:
        raise NotYaml("is not UTF-8") from None
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise NotYaml(f"is not one valid YAML document{f' (line {mark.line + 1})' if mark else ''}") from None
    if node is None:
        raise NotYaml("is empty")
    return Yaml(node)


class Lines:
    """Where the lines of a file begin, and the cutting of whole items."""

    def __init__(self, file: FileEdits) -> None:
        self.file = file
        self.text = file.original
        self.starts = [0]
        at = self.text.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = self.text.find(b"\n", at + 1)

    def offset(self, line: int) -> int:
        return self.starts[line] if line < len(self.starts) else len(self.text)

    def line(self, number: int) -> bytes:
        return self.text[self.offset(number) : self.offset(number + 1)]

    def number(self, offset: int) -> int:
        return bisect.bisect_right(self.starts, offset) - 1

    def stands_alone(self, item: Item) -> bool:
        """Whether an item has its lines for itself, so that cutting them takes nothing else along."""
        before = self.line(item.line).decode("utf-8", "replace").lstrip("\ufeff")[: item.column].strip()
        return item.is_block and before == ("" if item.key else "-")

    def cut(self, items: t.Iterable[Item], reason: str) -> bool:
        """Cuts items that stand alone, with the empty lines that separated them; False if any does not."""
        items = list(items)
        if not all(self.stands_alone(item) for item in items):
            return False
        self.cut_lines([(item.line, item.last) for item in items], reason)
        return True

    def cut_lines(self, ranges: t.Iterable[tuple[int, int]], reason: str) -> None:
        """Cuts lines from first to last, with the empty lines that separated them."""
        for first, last in self._runs(ranges):
            end = self.offset(last + 1)
            top = first
            while end == len(self.text) and top and not self.line(top - 1).strip():
                top -= 1
            self.file.cut(self.offset(top), end, reason)

    def _runs(self, ranges: t.Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Ranges that touch are one; an empty line behind goes along when there is one before, too."""
        runs: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            joined = bool(runs) and runs[-1][1] + 1 == first
            top = runs.pop()[0] if joined else first
            end = last
            is_open = top == 0 or not self.line(top - 1).strip()
            while is_open and end + 2 < len(self.starts) and not self.line(end + 1).strip():
                end += 1
            runs.append((top, end))
        return runs
