# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Sentry is told beside an error, as the properties of PostHog's event: tags and extra values side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...javascript.names import FUNCTIONS, arguments, bare, callee_name, string_value
from ...javascript.patterns import parameter_names
from ...tree import Node

NAME = re.compile(rb"[A-Za-z_$][\w$]*")
# Groups whose members are properties of their own.
FLAT = (b"tags", b"extra")
# How an error came about, in Sentry's own terms; PostHog finds out by itself.
DROPPED = (b"mechanism", b"captureContext", b"originalException", b"attachments", b"event_id", b"integrations")
WIDTH = 80


@dataclass
class Properties:
    """Members of an object literal, as texts; `user` is the id of whom it happened to."""

    members: list[bytes] = field(default_factory=list)
    whole: bytes | None = None  # All of them as one expression that can be taken as it is written
    user: bytes | None = None

    def add(self, key: bytes, value: bytes) -> None:
        self.members.append(key if key == value else key + b": " + value)

    def merge(self, other: Properties) -> None:
        if other.members:
            self.members, self.whole = [*self.members, *other.members], None
        self.user = self.user or other.user

    def literal(self, indent: bytes) -> bytes | None:
        """The object literal, or None when there is nothing to say. `indent` is that of the statement."""
        if self.whole is not None:
            return moved_left(self.whole, indent)
        if not self.members:
            return None
        line = b"{ " + b", ".join(self.members) + b" }"
        if len(line) <= WIDTH and b"\n" not in line:
            return line
        step = b"\t" if indent.startswith(b"\t") else b"  "
        return b"{\n" + b"".join(indent + step + one + b",\n" for one in self.members) + indent + b"}"


def moved_left(text: bytes, indent: bytes) -> bytes:
    """A literal that stood deeper, with the indentation of the statement that it is part of now."""
    first, *rest = text.split(b"\n")
    surplus = rest[-1][: len(rest[-1]) - len(rest[-1].lstrip(b" \t"))].removeprefix(indent) if rest else b""
    # A text over several lines would change its meaning.
    if not surplus or b"`" in text or not all(line.startswith(indent + surplus) for line in rest if line.strip()):
        return text
    return b"\n".join([first, *(indent + line[len(indent + surplus) :] if line.strip() else line for line in rest)])


# -- the second argument of a capture ---------------------------------------------------------------------------------


def of_hint(node: Node | None) -> Properties | None:
    """The properties that a hint says, None when it cannot be told: a function, or something that is spread."""
    found = Properties()
    if node is None or node.text in (b"undefined", b"null"):
        return found
    node = bare(node)
    if node.type == "string":
        found.add(b"level", node.text)
        return found
    if node.type in FUNCTIONS:
        return of_scope_function(node)
    if node.type == "spread_element":
        return None
    if node.type != "object":
        return Properties([b"..." + node.text], node.text)
    members = [one for one in node.items if key_of(one) not in DROPPED]
    if len(members) == 1 and key_of(members[0]) in FLAT:
        value = members[0].get("value")
        if value is not None and value.type == "object":
            return Properties([one.text for one in value.items], value.text if value.items else None)
    for one in members:
        add_member(found, one)
    return found


def of_scope_function(function: Node) -> Properties | None:
    """What `(scope) => scope.setTag("a", b)` sets; None when it does anything else."""
    body, names = function.get("body"), parameter_names(function)
    if body is None or len(names) != 1:
        return None
    found = Properties()
    parts = body.items if body.type == "statement_block" else [body]
    for part in parts:
        inner = part.items[0] if part.type in ("expression_statement", "return_statement") and part.items else part
        called = inner.get("function") if inner.type == "call_expression" else None
        scope = called.get("object") if called is not None else None
        said = of_setter(inner) if scope is not None and scope.text == names[0].text else None
        if said is not None:
            found.merge(said)
        elif inner.text != names[0].text:
            return None
    return found


def key_of(member: Node) -> bytes:
    """The name of a member of an object literal, empty when it has none that can be read."""
    key = (
        member.get("key")
        if member.type == "pair"
        else member.get("name")
        if member.type == "method_definition"
        else None
    )
    if member.type == "shorthand_property_identifier":
        return member.text
    return (string_value(key) or key.text) if key is not None else b""


def add_member(found: Properties, member: Node) -> None:
    key, value = key_of(member), member.get("value")
    if member.type == "shorthand_property_identifier":
        found.members.append(b"..." + member.text if key in FLAT else member.text)
    elif value is None or not key:
        found.members.append(member.text)
    elif key in FLAT and value.type == "object":
        found.members += [one.text for one in value.items]
    elif key in FLAT:
        brackets = value.type not in ("identifier", "member_expression", "call_expression")
        found.members.append(b"...(" + value.text + b")" if brackets else b"..." + value.text)
    elif key == b"user" and value.type == "object":
        found.user = found.user or member_text(value, b"id")
    elif key == b"fingerprint":
        add_fingerprint(found, value)
    else:
        found.members.append(member.text)


def add_fingerprint(found: Properties, value: Node) -> None:
    """PostHog groups by one text; of Sentry's list only one element can be that. Source: reference, section 7."""
    if value.type == "array" and len(value.items) == 1:
        found.add(b"$exception_fingerprint", value.items[0].text)
    else:
        found.add(b"fingerprint", value.text)


def member_text(node: Node, key: bytes) -> bytes | None:
    for one in node.items:
        value = one.get("value")
        if key_of(one) == key:
            return value.text if value is not None else one.text
    return None


# -- what is set on a scope -------------------------------------------------------------------------------------------


def of_setter(call: Node) -> Properties | None:
    """The properties that a call such as `scope.setTag("a", b)` says; None for one that says nothing for an event."""
    name, given = callee_name(call), arguments(call)
    found = Properties()
    if name in (b"setTag", b"setExtra", b"setContext") and len(given) == 2:
        found.add(written_key(given[0]), given[1].text)
    elif name in (b"setTags", b"setExtras") and len(given) == 1:
        inner = given[0]
        found.members += [one.text for one in inner.items] if inner.type == "object" else [b"..." + inner.text]
    elif name == b"setLevel" and len(given) == 1:
        found.add(b"level", given[0].text)
    elif name == b"setTransactionName" and len(given) == 1:
        found.add(b"transaction", given[0].text)
    elif name == b"setFingerprint" and len(given) == 1:
        add_fingerprint(found, given[0])
    elif name == b"setUser" and len(given) == 1 and given[0].type == "object":
        found.user = member_text(given[0], b"id")
    else:
        return None
    return found


def written_key(node: Node) -> bytes:
    """An expression as the key of an object literal."""
    plain = string_value(node) if node.type == "string" else None
    if plain is None:
        return b"[" + node.text + b"]"
    return plain if NAME.fullmatch(plain) else node.text
