# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Syntax trees by tree-sitter, as plain objects: what a node is, where it is, and what is around it."""

from __future__ import annotations

import functools
import gc
import traceback
import typing as t

from ..errors import RolloutError

try:
    import tree_sitter
    import tree_sitter_javascript
    import tree_sitter_python
    import tree_sitter_typescript

    TREE_SITTER_ERROR: str | None = None
except ImportError:
    TREE_SITTER_ERROR = traceback.format_exc()

NEEDED = "tree-sitter, tree-sitter-javascript, tree-sitter-typescript and tree-sitter-python"


class Unparsable(RolloutError):
    """A file is not what its name says, as far as the grammar can tell."""


class Node:
    """A node of a syntax tree; `start` and `end` are byte offsets into `tree.text`."""

    __slots__ = ("children", "end", "field", "named", "parent", "start", "tree", "type")

    def __init__(self, tree: Tree, type: str, start: int, end: int, field: str | None, named: bool) -> None:
        self.tree = tree
        self.type = type
        self.start = start
        self.end = end
        self.field = field
        self.named = named
        self.parent: Node | None = None
        self.children: list[Node] = []

    @property
    def text(self) -> bytes:
        return self.tree.text[self.start : self.end]

    def get(self, field: str) -> Node | None:
        # Asked some thousand times for each file: a loop takes half as long as a generator.
        for child in self.children:
            if child.field == field:
                return child
        return None

    @property
    def items(self) -> list[Node]:
        """The named children without comments."""
        return [child for child in self.children if child.named and child.type != "comment"]

    def walk(self) -> t.Iterator[Node]:
        """This node and all below it, in the order of the text."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def up(self) -> t.Iterator[Node]:
        """This node and all around it, inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def inside(self, *types: str) -> Node | None:
        """The nearest node of these types around this one."""
        return next((node for node in self.up() if node is not self and node.type in types), None)

    def __repr__(self) -> str:
        return f"<{self.type} {self.start}-{self.end}>"


class Tree:
    """The syntax tree of a text. Raises RolloutError when the grammars are not installed."""

    def __init__(self, text: bytes, language: str) -> None:
        self.text = text
        self.language = language
        parsed = parser(language).parse(text)
        # All nodes, in the order of the text
        self.nodes: list[Node] = []
        self.has_error: bool = parsed.root_node.has_error
        # Thousands of objects that all stay: looking for garbage among them meanwhile would take a third of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            self.root = self._build(parsed.walk())
        finally:
            if collecting:
                gc.enable()

    def _build(self, cursor: t.Any) -> Node:
        made = around = root = self._node(cursor, None)
        while True:
            if cursor.goto_first_child():
                around = made
            else:
                while not cursor.goto_next_sibling():
                    if not cursor.goto_parent() or around.parent is None:
                        return root
                    around = around.parent
            made = self._node(cursor, around)
            around.children.append(made)

    def _node(self, cursor: t.Any, parent: Node | None) -> Node:
        node = cursor.node
        made = Node(self, node.type, node.start_byte, node.end_byte, cursor.field_name, node.is_named)
        made.parent = parent
        self.nodes.append(made)
        return made

    def of_type(self, *types: str) -> list[Node]:
        return [node for type in types for node in self._by_type.get(type, ())]

    @functools.cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.type, []).append(node)
        return found


def require_grammars() -> None:
    """Raises RolloutError when code cannot be read here. There is no other way to read it: guessing breaks code."""
    if TREE_SITTER_ERROR:
        raise RolloutError(
            f"code can only be edited where Python has the packages {NEEDED}; install them (requirements-sentry.txt), "
            "delegate the task to a host that has them, or set code to false"
        )
    try:
        for language in ("javascript", "typescript", "tsx", "python"):
            parser(language)
    except ValueError as problem:
        raise RolloutError(
            f"the tree-sitter packages do not fit together ({problem}); with tree-sitter 0.23 take "
            "tree-sitter-javascript<0.24 and tree-sitter-python<0.24"
        ) from problem


@functools.cache
def parser(language: str) -> t.Any:
    if TREE_SITTER_ERROR:
        raise RolloutError(f"the Python packages {NEEDED} are missing")
    grammars = {
        "javascript": tree_sitter_javascript.language,
        "typescript": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
        "python": tree_sitter_python.language,
    }
    return tree_sitter.Parser(tree_sitter.Language(grammars[language]()))
