# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code of one Python project as it is to be."""

from __future__ import annotations

import typing as t

from ...edit import Edit, line_end
from ...python.names import Names
from ...tree import Node, Tree
from ..furnishing import Furnishing
from . import imports


class Source:
    """One file: its text as it is to be, the tree and the names of that."""

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.tree = Tree(text, "python")
        self.names = Names(self.tree, lambda module, name: False, lambda node: False)

    def imported(self, node: Node) -> tuple[bytes, bytes]:
        """(module, name) that an expression such as `Flask` or `flask.Flask` means; empty for what is not imported."""
        last = node.get("attribute") if node.type == "attribute" else None
        base = node.get("object") if node.type == "attribute" else node
        found = self.names.bindings(base) if base is not None and base.type == "identifier" else []
        if len(found) != 1 or found[0].kind != "import":
            return b"", b""
        if last is not None:
            return (found[0].module, last.text) if found[0].original is None else (b"", b"")
        return found[0].module, found[0].original or b""

    def assigned(self) -> t.Iterator[tuple[Node, bytes, Node]]:
        """(statement, name, value) of each plain assignment to a name."""
        for node in self.tree.of_type("assignment"):
            left, right, statement = node.get("left"), node.get("right"), node.parent
            if left is None or right is None or statement is None or left.type != "identifier":
                continue
            if statement.type == "expression_statement":
                yield statement, left.text, right

    def import_line(self, line: bytes, beside: Node | None) -> Edit:
        """`beside` is an import of the framework's, or None for the first import of the file."""
        top = [one for one in self.tree.root.items if one.type in imports.TYPES and imports.is_alone(one)]
        anchor = beside if beside in top else next(iter(top), None)
        if anchor is None:
            place, text = imports.at_top(self.tree, line)
        else:
            place, text = imports.place_in(imports.group_of(anchor), line)
        return Edit(place, place, text)

    def import_of(self, module: bytes) -> Node | None:
        """The statement that imports something from a module."""
        bindings = [one for group in self.names.bound.values() for one in group if one.kind == "import"]
        return next((one.value for one in bindings if one.module == module), None)


class Sources:
    """All files of one project."""

    def __init__(self, furnishing: Furnishing, root: str, paths: list[str]) -> None:
        self.furnishing = furnishing
        self.root = root
        self.paths = [path for path in paths if not furnishing.is_gone(path)]

    def text(self, path: str) -> bytes:
        result = self.furnishing.results.get(path)
        return result.result() if result is not None else self.furnishing.repository.read(path)

    def with_word(self, word: bytes) -> list[Source]:
        """The files that say a word and can be read."""
        known = set(self.furnishing.repository.with_word(word))
        found = [Source(path, self.text(path)) for path in self.paths if path in known and word in self.text(path)]
        return [one for one in found if not one.tree.has_error]

    def says(self, word: bytes) -> bool:
        """Whether the project's code will say a word, also where this run put it."""
        return any(word in self.text(path) for path in self.paths)

    def change(self, path: str, edits: list[Edit]) -> None:
        """Edits on the present text. What is put in the same place comes in the given order."""
        joined: dict[int, bytes] = {}
        for edit in edits:
            joined[edit.start] = joined.get(edit.start, b"") + edit.replacement
        inserts = [Edit(place, place, text) for place, text in joined.items()]
        self.furnishing.revise(path, lambda draft: draft.apply(inserts))


def behind(source: Source, statement: Node, line: bytes) -> Edit:
    """A line of its own below a statement, as deep."""
    text = source.text
    end = line_end(text, statement.end)
    joint = b"" if text[end - 1 : end] == b"\n" else imports.newline(text)
    return Edit(end, end, joint + imports.indentation(statement) + line + imports.newline(text))


def appended(text: bytes, elements: Node, element: str) -> list[Edit]:
    """One more text at the end of a list display, in its layout."""
    items = elements.items
    quote = items[-1].text[:1].decode() if items and items[-1].text[:1] in b"'\"" and items[-1].text else '"'
    new = f"{quote}{element}{quote}".encode()
    if not items:
        return [Edit(elements.start + 1, elements.start + 1, new)]
    last = items[-1]
    comma = next((one for one in elements.children if one.type == "," and one.start >= last.end), None)
    if b"\n" not in text[elements.start : last.start]:
        return [Edit(last.end, last.end, b", " + new)]
    end = line_end(text, comma.end if comma is not None else last.end)
    line = imports.indentation(last) + new + b"," + imports.newline(text)
    edits = [] if comma is not None else [Edit(last.end, last.end, b",")]
    return [*edits, Edit(end, end, line)] if end <= elements.end else [Edit(last.end, last.end, b", " + new)]
