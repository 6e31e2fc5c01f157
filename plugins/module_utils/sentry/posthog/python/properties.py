# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Sentry is told beside an error, as the properties of PostHog's event: tags and extra values side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...python.code import Code
from ...python.names import bare
from ...python.statements import effect_free, removable, with_items
from ...tree import Node
from .meaning import argument, arguments, meaning

# Usual for Python code, which is what a formatter would make of it.
WIDTH = 88
SETTERS = (b"set_tag", b"set_extra", b"set_context", b"set_tags", b"set_extras", b"set_level")


@dataclass
class Properties:
    """Entries of a dictionary display, as texts; `user` is the id of whom it happened to."""

    entries: list[bytes] = field(default_factory=list)
    whole: bytes | None = None  # All of them as one expression that can be taken as it is written
    user: bytes | None = None

    def add(self, key: bytes, value: Node | bytes) -> None:
        self.entries.append(key + b": " + (value if isinstance(value, bytes) else value.text))
        self.whole = None

    def add_all(self, value: Node) -> None:
        """All entries of an expression that gives a dictionary."""
        value = bare(value)
        first = not self.entries
        if value.type == "dictionary" and not any(one.type == "comment" for one in value.children):
            self.entries += [one.text for one in value.items]
        else:
            simple = value.type in ("identifier", "attribute", "call", "subscript", "dictionary")
            self.entries.append(b"**" + value.text if simple else b"**(" + value.text + b")")
        self.whole = value.text if first and self.entries else None

    def set_user(self, value: Node) -> None:
        if value.type == "dictionary":
            for one in value.items:
                key, entry = one.get("key"), one.get("value")
                if key is not None and entry is not None and key.text.strip(b"'\"") == b"id":
                    self.user = entry.text

    def set_fingerprint(self, value: Node) -> None:
        """PostHog groups by one text; of Sentry's list only one element can be that."""
        single = value.type in ("list", "tuple") and len(value.items) == 1
        self.add(b'"$exception_fingerprint"' if single else b'"fingerprint"', value.items[0] if single else value)

    def before(self, other: Properties) -> Properties:
        """These and then others, which win."""
        if not self.entries:
            return Properties(other.entries, other.whole, other.user or self.user)
        if not other.entries:
            return Properties(self.entries, self.whole, other.user or self.user)
        return Properties([*self.entries, *other.entries], None, other.user or self.user)


def of_call(call: Node, level_place: int | None = None) -> tuple[Properties, bool]:
    """What a capture says by its own arguments, and whether that is all that it says."""
    found = Properties()
    by_place, by_name, known = arguments(call)
    level = by_name.get(b"level")
    if level_place is not None and len(by_place) > level_place:
        level = by_place[level_place]
    for name in (b"tags", b"extras"):
        if name in by_name:
            found.add_all(by_name[name])
    if b"contexts" in by_name:
        found.add(b'"contexts"', by_name[b"contexts"])
    if level is not None and level.text != b"None":
        found.add(b'"level"', level)
    if b"fingerprint" in by_name:
        found.set_fingerprint(by_name[b"fingerprint"])
    if b"user" in by_name:
        found.set_user(by_name[b"user"])
    limit = 1 if level_place is None else level_place + 1
    scoped = b"scope" in by_name and by_name[b"scope"].text != b"None"
    return found, known and not scoped and len(by_place) <= limit


# -- what was set before ----------------------------------------------------------------------------------------------


@dataclass
class Collected:
    """What statements in front of a capture say; `taken` are the places of the calls that are part of it, `seen` are
    all calls that set something."""

    properties: Properties = field(default_factory=Properties)
    taken: set[int] = field(default_factory=set)
    seen: list[Node] = field(default_factory=list)


def in_front(code: Code, statement: Node) -> Collected:
    """What is set right before a statement, with nothing of the app's in between, and around it by `with`."""
    found = Collected()
    here: Node | None = statement
    while here is not None:
        block = here.parent
        if block is None or block.type not in ("block", "module"):
            break
        siblings = block.items
        for one in reversed(siblings[: siblings.index(here)]):
            if not removable(code, one):
                return found
            told = of_statement(code, one)
            found.properties = told.properties.before(found.properties)
            found.taken |= told.taken
            found.seen += setters_in(code, one)
        here = opened(code, block)
    return found


def opened(code: Code, block: Node) -> Node | None:
    """The statement around a block when what is set before it is set for the block: a scope, or a plain condition."""
    around = block.parent
    if around is None:
        return None
    if around.type == "with_statement":
        entered = with_items(around)
        return around if entered and all(code.names.rooted(value) for value, _item in entered) else None
    whole = around.parent if around.type in ("elif_clause", "else_clause") else around
    if whole is None or whole.type != "if_statement":
        return None
    conditions = [one.get("condition") for one in (whole, *whole.items)]
    return whole if all(one is None or effect_free(code, one) for one in conditions) else None


def setters_in(code: Code, statement: Node) -> list[Node]:
    """The calls in a statement that set something for later; a scope of its own holds nothing for later."""
    if statement.type == "with_statement" and not is_lasting(code, statement):
        return []
    return [one for one in statement.walk() if one.type == "call" and meaning(code, one) in SETTERS]


def is_lasting(code: Code, statement: Node) -> bool:
    return all(meaning(code, value) == b"configure_scope" for value, _item in with_items(statement))


def of_statement(code: Code, statement: Node) -> Collected:
    """What one statement of Sentry's sets for every run of it."""
    found = Collected()
    if statement.type == "with_statement":
        body = statement.get("body") if is_lasting(code, statement) else None
        for one in body.items if body is not None else ():
            told = of_statement(code, one)
            found.properties = found.properties.before(told.properties)
            found.taken |= told.taken
    elif statement.type == "for_statement":
        call = of_loop(code, statement)
        if call is not None:
            source = statement.get("right")
            called = source.get("function") if source is not None else None
            mapping = called.get("object") if called is not None else None
            if mapping is not None:
                found.properties.add_all(mapping)
                found.taken.add(call.start)
    elif statement.type == "expression_statement" and len(statement.items) == 1:
        of_expression(code, bare(statement.items[0]), found)
    return found


def of_expression(code: Code, node: Node, found: Collected) -> None:
    if node.type == "assignment":
        left, right = node.get("left"), node.get("right")
        name = left.get("attribute") if left is not None and left.type == "attribute" else None
        if right is None or name is None or left is None or not code.names.rooted(left):
            return
        if name.text == b"level":
            found.properties.add(b'"level"', right)
        elif name.text == b"fingerprint":
            found.properties.set_fingerprint(right)
        elif name.text == b"user":
            found.properties.set_user(right)
        return
    called = meaning(code, node)
    first = argument(node, 0, b"value" if called == b"set_level" else b"key") if called else None
    second = argument(node, 1, b"value") if called else None
    if called in (b"set_tag", b"set_extra", b"set_context") and first is not None and second is not None:
        found.properties.add(first.text, second)
    elif called in (b"set_tags", b"set_extras") and first is not None:
        found.properties.add_all(first)
    elif called == b"set_level" and first is not None:
        found.properties.add(b'"level"', first)
    elif called == b"set_fingerprint" and first is not None:
        found.properties.set_fingerprint(first)
    elif called == b"set_user" and first is not None:
        found.properties.set_user(first)
    if called in SETTERS:
        found.taken.add(node.start)


def of_loop(code: Code, loop: Node) -> Node | None:
    """The setter in `for key, value in mapping.items(): scope.set_tag(key, value)`, or None for another loop."""
    left, right, body = loop.get("left"), loop.get("right"), loop.get("body")
    if left is None or right is None or body is None or len(body.items) != 1 or right.type != "call":
        return None
    called, statement = right.get("function"), body.items[0]
    if called is None or called.type != "attribute" or not called.text.endswith(b".items") or right.text[-2:] != b"()":
        return None
    call = bare(statement.items[0]) if statement.type == "expression_statement" and statement.items else statement
    if meaning(code, call) not in (b"set_tag", b"set_extra", b"set_context"):
        return None
    names = [one.text for one in left.items] if left.type in ("pattern_list", "tuple_pattern") else []
    by_place, by_name, _whole = arguments(call)
    return call if len(names) == 2 and [one.text for one in by_place] == names and not by_name else None


# -- as text ----------------------------------------------------------------------------------------------------------


def call_text(name: bytes, given: list[bytes], told: Properties, indent: bytes, room: int) -> bytes:
    """A call with properties, on one line when it fits in the room that is left there."""
    step = b"\t" if indent.startswith(b"\t") else b"    "
    given = [*given, b"distinct_id=" + told.user] if told.user is not None else given
    if not told.entries:
        return name + b"(" + b", ".join(given) + b")"
    display = told.whole if told.whole is not None else b"{" + b", ".join(told.entries) + b"}"
    line = name + b"(" + b", ".join([*given, b"properties=" + display]) + b")"
    if (len(line) <= room and b"\n" not in line) or (told.whole is not None and b"\n" in told.whole):
        return line
    lines = [name + b"("] + [indent + step + one + b"," for one in given]
    if len(indent + step + b"properties=" + display) < WIDTH and b"\n" not in display:
        lines.append(indent + step + b"properties=" + display + b",")
    else:
        lines.append(indent + step + b"properties={")
        lines += [indent + step * 2 + one + b"," for one in told.entries]
        lines.append(indent + step + b"},")
    return b"\n".join([*lines, indent + b")"])
