# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JavaScript file in one round of editing, and how a statement or an element is cut out of it neatly."""

from __future__ import annotations

import re

from ..draft import Draft, Round
from ..edit import line_end, line_start, whole_lines
from ..outcome import Modules
from ..repository import says_sentry
from ..tree import Node, Tree
from .names import NOTHING, Names
from .vocabulary import reads_only

EFFECTS = ("call_expression", "new_expression", "await_expression", "assignment_expression", "update_expression",
           "augmented_assignment_expression", "yield_expression")  # fmt: skip
LITERALS = ("true", "false", "null", "undefined", "number", "string")
LOGGING = re.compile(rb"(console|logger|log)\.(log|debug|info|warn|error)", re.IGNORECASE)
DECLARATIONS = ("function_declaration", "class_declaration", "type_alias_declaration", "interface_declaration",
                "lexical_declaration", "variable_declaration", "export_statement")  # fmt: skip
BLOCKS = ("program", "statement_block", "switch_case", "switch_default", "class_static_block")
# These comments speak to a tool about the next line only.
DIRECTIVE = re.compile(
    rb"eslint-disable-next-line|@ts-ignore|@ts-expect-error|biome-ignore|prettier-ignore|istanbul ignore"
)
# Rules of linters that name a package are for a person to judge.
CONFIG = re.compile(r"(^|/)(?!\.?(eslint|stylelint|oxlint))[^/]*(config|knip|nuxt)[^/]*\.[cm]?[jt]s$")


class Code(Round):
    """The present text of a draft, its tree and names, and the edits that this round makes."""

    def __init__(self, path: str, draft: Draft, language: str, modules: Modules, outside: frozenset[bytes]) -> None:
        super().__init__(draft)
        self.path = path
        self.tree = Tree(draft.text, language)
        self.outside = outside
        self.names = Names(self.tree, modules, self.emptied)

    # -- what was done before -----------------------------------------------------------------------------------------

    def emptied(self, function: Node) -> bool:
        """Whether a function did something, and does nothing any more."""
        body = function.get("body")
        if body is None or body.type != "statement_block" or not self.touched(body):
            return False
        return all(is_idle(node) or self.sets_flag(node, function) for node in body.items)

    def sets_flag(self, node: Node, function: Node) -> bool:
        """Whether a statement only notes that a function was here, for the function itself: `started = true`."""
        assignment = node.items[0] if node.type == "expression_statement" and node.items else node
        left, right = assignment.get("left"), assignment.get("right")
        if assignment.type != "assignment_expression" or left is None or right is None or right.type not in LITERALS:
            return False
        declared = self.names.declaration(left) if left.type == "identifier" else None
        if declared is None or declared.value is None or declared.value.type not in LITERALS:
            return False
        if declared.node.inside("export_statement") is not None:
            return False
        uses = [one for one in self.names.uses if one.text == left.text and self.names.declaration(one) is declared]
        return all(function.start <= one.start < function.end for one in uses)

    # -- edits --------------------------------------------------------------------------------------------------------

    def cut_statement(self, node: Node) -> None:
        """Deletes a statement with the comments that belong to it."""
        parent = node.parent
        if parent is None or (parent.type not in BLOCKS and node.type != "else_clause"):
            self.replace(node.start, node.end, b"{}")
            return
        start = self.with_comments_above(node, node.type in DECLARATIONS)
        end = self._with_comment_behind(node)
        if node.type == "else_clause":
            self.cut(len(self.text[:start].rstrip()), end)
            return
        first, last = whole_lines(self.text, start, end)
        if (first, last) == (start, end):
            line = self.text[end : line_end(self.text, end)]
            last += len(line) - len(line.lstrip(b" \t"))
        self.cut(first, last)

    def told_above(self, node: Node) -> int:
        """Where the comments start that stand directly above and mention Sentry, though the statement stays."""
        start = self.with_comments_above(node)
        return start if says_sentry(self.text[start : node.start]) else node.start

    def with_comments_above(self, node: Node, is_theirs: bool = False) -> int:
        """Where the comments start that stand directly above and mention Sentry, or speak of the next line only."""
        start = node.start
        above: list[Node] = []
        siblings = node.parent.children if node.parent else []
        for sibling in reversed(siblings[: siblings.index(node)]):
            gap = self.text[sibling.end : start]
            alone = not self.text[line_start(self.text, sibling.start) : sibling.start].strip()
            if sibling.type != "comment" or gap.strip() or not alone:
                break
            if gap.count(b"\n") > 1:
                # A line of its own, as installers leave it; what is longer says more.
                lonely = sibling.text.startswith(b"//") and says_sentry(sibling.text) and not above
                if not lonely or gap.count(b"\n") > 2 or not self._begins_paragraph(sibling):
                    break
                return sibling.start
            above.insert(0, sibling)
            start = sibling.start
        if above and is_theirs:
            # What stands directly above a declaration is about it.
            return above[0].start
        while above and not says_sentry(above[0].text):
            if all(DIRECTIVE.search(comment.text) for comment in above):
                break
            above.pop(0)
        return above[0].start if above else node.start

    def _begins_paragraph(self, node: Node) -> bool:
        before = self.text[: line_start(self.text, node.start)]
        return not before.strip() or before.endswith((b"\n\n", b"\n\r\n"))

    def _with_comment_behind(self, node: Node) -> int:
        end = node.end
        siblings = node.parent.children if node.parent else []
        for sibling in siblings[siblings.index(node) + 1 :]:
            if sibling.type == ";" and sibling.start == end:
                end = sibling.end
            elif sibling.type == "comment" and b"\n" not in self.text[end : sibling.start]:
                return sibling.end if not self.text[sibling.end : line_end(self.text, sibling.end)].strip() else end
            else:
                return end
        return end

    def cut_element(self, node: Node) -> None:
        """Deletes an element of a list with its comma."""
        siblings = node.parent.children if node.parent else []
        place = siblings.index(node)
        behind = next((one for one in siblings[place + 1 :] if one.type != "comment"), None)
        before = next((one for one in reversed(siblings[:place]) if one.type != "comment"), None)
        start = self.with_comments_above(node)
        alone = [one for one in siblings if one.named] == [node]
        if alone and siblings[0].text in (b"{", b"["):
            self.cut(siblings[0].end, siblings[-1].start)
        elif behind is not None and behind.type == ",":
            self._cut_with_comma(start, behind)
        elif before is not None and before.type == ",":
            if not self.text[before.end : start].strip():
                self.cut(before.start, node.end)
            elif self.free(before.start, node.end):
                self.cut(before.start, before.end)
                self.cut(*whole_lines(self.text, start, node.end))
        else:
            self.cut(*whole_lines(self.text, start, node.end))

    def dedent(self, start: int, end: int, width: int) -> None:
        """Takes up to a number of blanks from the beginning of each line that begins in a range; not within texts."""
        texts = [one for one in self.tree.of_type("template_string") if b"\n" in one.text]
        place = line_end(self.text, start)
        while place < end:
            line = self.text[place : line_end(self.text, place)]
            blanks = min(width, len(line) - len(line.lstrip(b" \t")))
            if blanks and not any(one.start < place < one.end for one in texts):
                self.cut(place, place + blanks)
            place = line_end(self.text, place)

    def indentation(self, offset: int) -> bytes:
        """The blanks that the line of a byte begins with."""
        line = self.text[line_start(self.text, offset) : line_end(self.text, offset)]
        return line[: len(line) - len(line.lstrip(b" \t"))]

    def indent(self, offset: int) -> int:
        """How many these are."""
        return len(self.indentation(offset))

    @property
    def step(self) -> bytes:
        """By what a line stands deeper than the one around it."""
        return b"\t" if b"\n\t" in self.text else b"  "

    def _cut_with_comma(self, start: int, comma: Node) -> None:
        end = comma.end
        line = self.text[end : line_end(self.text, end)]
        if line.strip().startswith(b"//"):
            end += len(line.rstrip())
        first, last = whole_lines(self.text, start, end)
        if (first, last) == (start, end):
            # What follows moves up to where this was.
            rest = self.text[end:]
            last = end + len(rest) - len(rest.lstrip(b" \t" if line.strip() else b" \t\r\n"))
        self.cut(first, last)


def announces(node: Node) -> bool:
    """Whether a statement only logs something about Sentry. It goes with what it tells of, never alone."""
    call = node.items[0] if node.type == "expression_statement" and node.items else node
    called = call.get("function") if call.type == "call_expression" else None
    if called is None or not LOGGING.fullmatch(called.text) or not says_sentry(call.text):
        return False
    return sum(one.type in EFFECTS for one in call.walk()) == 1


def is_idle(node: Node) -> bool:
    """Whether a statement only looks at something, tells of Sentry, or leaves: the guards in front of what is gone."""
    if node.type == "return_statement":
        return not node.items or node.items[0].text in (*NOTHING, b"true")
    if node.type == "statement_block":
        return all(is_idle(one) for one in node.items)
    if node.type == "if_statement":
        condition, then = node.get("condition"), node.get("consequence")
        return condition is not None and then is not None and reads_only(condition) and is_idle(then)
    if node.type == "lexical_declaration":
        return reads_only(node)
    return announces(node)
