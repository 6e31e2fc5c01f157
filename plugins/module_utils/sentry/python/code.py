# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python file in one round of editing, and how a statement is cut out so that its block stays one."""

from __future__ import annotations

import re

from ..draft import Draft, Round
from ..edit import line_end, line_start, whole_lines
from ..outcome import Modules
from ..repository import says_sentry
from ..tree import Node, Tree
from .names import Names

DIRECTIVE = re.compile(rb"^#\s*(pylint: disable-next|ruff: noqa|type: ignore)")

LOGGING = re.compile(
    rb"(print|(\w*\.)*_?(log|logger|logging)(\.getLogger\(\w*\))?\.(debug|info|warning|warn|error|exception|critical))",
    re.IGNORECASE,
)
# Calls that only read settings, so that nothing is lost when they are not made.
READING = re.compile(
    rb"(os\.)?getenv|os\.environ\.get|\w*\.get|bool|str|int|float|len|isinstance|hasattr|getattr|env(\.\w+)?|config|get_(\w+_)?(settings|config)"
)


class Code(Round):
    """The present text of a draft, its tree and names, and the edits that this round makes."""

    def __init__(self, path: str, draft: Draft, modules: Modules) -> None:
        super().__init__(draft)
        self.path = path
        self.tree = Tree(draft.text, "python")
        self.comments = {node.start for node in self.tree.of_type("comment")}
        self.names = Names(self.tree, modules, self.emptied)

    def tidy(self, start: int, end: int) -> tuple[int, int]:
        return tidy_blanks(self.text, start, end)

    def is_stub(self, node: Node) -> bool:
        """Whether a statement is a `pass` that an earlier round put there."""
        return node.type == "pass_statement" and self.touched(node)

    def emptied(self, function: Node) -> bool:
        """Whether a function did something, and does nothing any more."""
        body = function.get("body")
        if body is None or (function.parent is not None and function.parent.type == "decorated_definition"):
            return False
        end = line_end(self.text, body.end)
        if not self.draft.touched(function.start, end) and not self._lost_its_end(function, end):
            return False
        return bool(body.items) and all(self.is_idle(one) for one in body.items)

    def _lost_its_end(self, function: Node, end: int) -> bool:
        """Whether what is gone behind the last line of a function was part of it."""
        gone = self.draft.gone_at(end)
        first = next((line for line in gone.split(b"\n") if line.strip()), b"")
        depth = function.start - line_start(self.text, function.start)
        return len(first) - len(first.lstrip(b" \t")) > depth

    def is_idle(self, node: Node) -> bool:
        if node.type == "pass_statement" or is_docstring(node):
            return True
        if node.type == "return_statement":
            return not node.items or node.items[0].text in (b"None", b"True", b"False")
        if node.type == "expression_statement" and node.items[0].type == "assignment":
            return reads_only(node.items[0]) and not self._tells_others(node.items[0])
        if node.type == "try_statement":
            blocks = [one for part in (node, *node.items) for one in part.items if one.type == "block"]
            return all(self.is_idle(one) for block in blocks for one in block.items)
        if node.type == "if_statement":
            then, other = node.get("consequence"), node.get("alternative")
            if other is not None or then is None or not all(self.is_idle(one) for one in then.items):
                return False
            condition = node.get("condition")
            return condition is not None and reads_only(condition)
        return node.type == "global_statement" or announces(node)

    def _tells_others(self, assignment: Node) -> bool:
        """Whether what is assigned is a flag that functions read which this run does not change."""
        name, function = assignment.get("left"), assignment.inside("function_definition")
        shared = (
            function is not None
            and name is not None
            and any(
                one.text == name.text
                for node in function.walk()
                if node.type == "global_statement"
                for one in node.items
            )
        )
        if not shared or name is None:
            return False
        around = [one.inside("function_definition") for one in self.names.uses if one.text == name.text]
        return any(one is None or not (one is function or self.touched(one)) for one in around)

    # -- edits --------------------------------------------------------------------------------------------------------

    def cut_statements(self, block: Node, doomed: list[Node]) -> None:
        """Deletes statements of a block, and leaves a `pass` when none is left."""
        remaining = [one for one in block.items if one not in doomed and not is_docstring(one)]
        if block.type != "module" and not remaining and not any(is_docstring(one) for one in block.items):
            first, last = doomed[0], doomed[-1]
            if len(block.items) == 1 and first.type == "pass_statement":
                return
            self.replace(first.start, last.end, b"pass")
            return
        for one in doomed:
            self._cut_statement(one)

    def _cut_statement(self, node: Node) -> None:
        start, end = self.with_comments_above(node), self.with_comment_behind(node)
        first, last = whole_lines(self.text, start, end)
        if (first, last) == (start, end):
            line = self.text[end : line_end(self.text, end)]
            if line.lstrip(b" \t").startswith(b";"):
                rest = line.lstrip(b" \t")[1:]
                last = end + len(line) - len(rest.lstrip(b" \t"))
            else:
                before = self.text[line_start(self.text, start) : start]
                first -= len(before) - len(before.rstrip(b" \t;")) if before.rstrip().endswith(b";") else 0
        self.cut(first, last)

    def with_comments_above(self, node: Node) -> int:
        """Where the comments start that stand directly above with the same indentation and mention Sentry."""
        start = here = line_start(self.text, node.start)
        if self.text[start : node.start].strip():
            return node.start
        indent = self.text[start : node.start]
        found = node.start
        above: list[tuple[int, bytes]] = []
        while here:
            before = line_start(self.text, here - 1)
            if before + len(indent) not in self.comments or self.text[before : before + len(indent)] != indent:
                break
            above.append((before, self.text[before:here].strip()))
            here = before
        for offset, line in above:
            if says_sentry(line) or (DIRECTIVE.match(line) and offset == above[0][0]):
                found = offset
        return found

    def with_comment_behind(self, node: Node) -> int:
        end = line_end(self.text, node.end)
        line = self.text[node.end : end]
        stripped = line.lstrip(b" \t")
        if node.end + len(line) - len(stripped) in self.comments:
            return node.end + len(line.rstrip())
        return node.end


def tidy_blanks(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The range with the blank lines behind it that would add to those before it: the larger gap of the two stays."""
    if start != line_start(text, start) or text[end - 1 : end] != b"\n":
        return start, end
    before = text[len(text[:start].rstrip()) : start].count(b"\n") - 1
    if re.match(rb"\s*(else|elif|except|finally)\b", text[end:]):
        return len(text[:start].rstrip()) + 1, end + len(text[end:]) - len(text[end:].lstrip(b"\r\n"))
    if text[:start].rstrip().endswith(b":") and not before:
        before = 1
    while (before > 0 or not text[:start].strip()) and end < len(text) and not text[end : line_end(text, end)].strip():
        end = line_end(text, end)
        before -= 1
    if not text[end:].strip() and text[:start].strip():
        start = line_end(text, len(text[:start].rstrip()))
    return start, end


def announces(node: Node) -> bool:
    """Whether a statement only logs something about Sentry. It goes with what it tells of, never alone."""
    call = node.items[0] if node.type == "expression_statement" and node.items else node
    called = call.get("function") if call.type == "call" else None
    if called is None or not LOGGING.fullmatch(called.text) or not says_sentry(call.text):
        return False
    return all(one is call or one.text.startswith(b"logging.getLogger(") for one in call.walk() if one.type == "call")


def reads_only(node: Node) -> bool:
    """Whether an expression, or the assignment of one to a plain name, calls nothing but readers of settings."""
    if node.type == "assignment":
        left, right = node.get("left"), node.get("right")
        return left is not None and left.type == "identifier" and right is not None and reads_only(right)
    for one in node.walk():
        if one.type in ("await", "yield", "named_expression"):
            return False
        if one.type == "call" and not READING.fullmatch((one.get("function") or one).text):
            return False
    return True


def is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and len(node.items) == 1 and node.items[0].type == "string"
