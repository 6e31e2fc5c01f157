# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reported to Sentry reports to PostHog: calls and the set-up, each in its place, before the rest is removed."""

from __future__ import annotations

from ...outcome import Note
from ...python.code import Code
from ...python.leftovers import SETTING
from ...python.names import Binding, bare, positional
from ...python.statements import with_items
from ...tree import Node
from ..wish import Wish
from . import guards, imports, start
from .meaning import argument, is_package, meaning, statement_of, unused
from .meaning import imports as imports_of
from .properties import SETTERS, WIDTH, call_text, in_front, of_call

SDK = b"import posthog"
ASGI = "from posthog.integrations.asgi import PosthogASGIMiddleware"
LOST = (
    "This went to Sentry together with an error, and is not sent any more.",
    "Pass it as a property of posthog.capture_exception, or set it with posthog.tag in a posthog.new_context.",
)
TAKEN = (
    "The name posthog means something else in this file, so that nothing takes Sentry's place here.",
    "Report errors to PostHog by hand where Sentry was told of them.",
)
STILL_ASKED = (
    "What is inside reports to PostHog only where this condition on Sentry holds.",
    "Let it ask for PostHog's key, or for nothing.",
)
CAPTURES = (b"capture_exception", b"capture_message")


class Replacing:
    """The rules for one file, over its rounds. `notes` are for the report."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.notes: list[Note] = []
        self._anchors: list[Binding] = []
        self._more: set[str] = set()
        self._dsn: set[bytes] = set()

    def apply(self, code: Code) -> None:
        """The edits of a round; none when nothing is left to replace."""
        taken = other_posthog(code)
        calls = [call for call in code.tree.of_type("call") if self._concerns(code, call)]
        if taken is not None:
            if calls and not self.notes:
                self.notes.append(Note(code.draft.origin(taken.start), *TAKEN))
            return
        self._anchors, self._more = [], set()
        for call in calls:
            self._replace(code, call)
        self._import(code)

    def open_up(self, code: Code) -> None:
        """One condition on Sentry less, once nothing else is to be done."""
        if other_posthog(code) is None:
            guards.unwrap(code, self.wish, frozenset(self._dsn))

    def final_notes(self, code: Code) -> list[Note]:
        """All that is to be said in the end."""
        left = [] if other_posthog(code) is not None else guards.left(code)
        return self.notes + [Note(code.draft.origin(one.start), *STILL_ASKED) for one in left]

    def _concerns(self, code: Code, call: Node) -> bool:
        called = call.get("function")
        if called is None or is_asgi(code, call):
            return called is not None and is_asgi(code, call)
        return meaning(code, call) in (*CAPTURES, b"init", b"flush", b"close") and bool(imports_of(code, called))

    def _replace(self, code: Code, call: Node) -> None:
        called, name = call.get("function"), meaning(code, call)
        if called is None:
            return
        if is_asgi(code, call):
            self._middleware(code, call)
        elif name == b"init":
            self._start(code, call, called)
        elif (around := unused(code, call)) is not None:
            if name in CAPTURES:
                self._capture(code, call, around, name)
            elif name == b"flush":
                self._flush(code, call, around)
            elif called.text.endswith((b"client.close", b"get_client().close")):
                code.replace(around.start, around.end, b"posthog.shutdown()")
            else:
                return
            self._anchors += imports_of(code, called)

    # -- one call each ------------------------------------------------------------------------------------------------

    def _capture(self, code: Code, call: Node, around: Node, name: bytes) -> None:
        own, is_all = of_call(call, 1 if name == b"capture_message" else None)
        statement = statement_of(around)
        set_before = in_front(code, statement)
        told = set_before.properties.before(own)
        lost = [] if is_all else [call]
        set_around = [*set_before.seen, *setters_around(code, statement, call)]
        lost += [one for one in set_around if one.start not in set_before.taken]
        known = {note.offset for note in self.notes}
        self.notes += [Note(place, *LOST) for place in {code.draft.origin(one.start) for one in lost} - known]
        error = argument(call, 0, b"message" if name == b"capture_message" else b"error")
        given = [error.text] if error is not None and error.text != b"None" else []
        if name == b"capture_message" and given:
            # PostHog's issues are exceptions: one that was never raised gets the stack of this place.
            given = [b"Exception(" + given[0] + b")"]
        indent = imports.indentation(statement)
        room = WIDTH - (around.start - code.text.rfind(b"\n", 0, around.start) - 1)
        # The scopes around it will be gone.
        room += sum(len(indent) - len(imports.indentation(one)) for one in scopes_around(code, statement)[-1:])
        code.replace(around.start, around.end, call_text(b"posthog.capture_exception", given, told, indent, room))

    def _flush(self, code: Code, call: Node, around: Node) -> None:
        timeout = argument(call, 0, b"timeout")
        given = b"timeout_seconds=" + timeout.text if timeout is not None and timeout.text != b"None" else b""
        code.replace(around.start, around.end, b"posthog.flush(" + given + b")")

    def _start(self, code: Code, call: Node, called: Node) -> None:
        roots = imports_of(code, called)
        around = unused(code, call)
        statement = around.parent if around is not None else None
        if statement is None or statement.type != "expression_statement" or not all(map(is_package, roots)):
            return
        dsn = argument(call, 0, b"dsn")
        if dsn is not None and dsn.type in ("identifier", "attribute"):
            self._dsn.add(dsn.text)
        celery = start.is_of_celery(code)
        self.notes += start.notes(code, call)
        start.put(code, statement, start.lines(code, call, self.wish), celery)
        self._anchors += roots
        if celery:
            self._more.add(start.CELERY)
        if start.Reader(code, call.start).needs_os(code, call.start):
            self._more.add("import os")

    def _middleware(self, code: Code, call: Node) -> None:
        """`app.add_middleware(SentryAsgiMiddleware)` and `SentryAsgiMiddleware(app)`."""
        named = call.get("function") if code.names.is_wrapper(call) else positional(call)[0]
        if named is None:
            return
        code.replace(named.start, named.end, b"PosthogASGIMiddleware")
        self._anchors += imports_of(code, named)
        self._more.add(ASGI)

    # -- imports ------------------------------------------------------------------------------------------------------

    def _import(self, code: Code) -> None:
        """Imports of what is used now, beside those of Sentry's that are used there."""
        places = anchors(self._anchors)
        if not places:
            return
        added: dict[int, list[bytes]] = {}
        lines = {line.encode() for line in self._more - {"import os"}}
        if any(one.text != b"" for one in places) and uses_sdk(code):
            lines.add(SDK)
        for anchor in places:
            for line in sorted(lines):
                if line == SDK and imports.has(code, b"posthog"):
                    continue
                if not imports.is_alone(anchor):
                    added.setdefault(anchor.start, []).append(line + b"; ")
                    continue
                beside = imports.import_before(anchor)
                if beside is None:
                    place, text = imports.line_before(anchor, line)
                else:
                    group = imports.group_of(beside)
                    above = {one.start: code.with_comments_above(one) for one in group}
                    place, text = imports.place_in(group, line, above)
                added.setdefault(place, []).append(text)
        if "import os" in self._more:
            place, text = imports.at_top(code.tree, b"import os")
            added.setdefault(place, []).insert(0, text)
        for place, texts in added.items():
            in_order = sorted(texts, key=lambda text: not text.lstrip().startswith(b"import"))
            code.replace(place, place, b"".join(in_order))


def anchors(bindings: list[Binding]) -> list[Node]:
    """The statements beside which PostHog is imported: one for all at the top, or one in each function."""
    found: list[Node] = []
    for binding in bindings:
        node = binding.value
        if node is None:
            continue
        around = node.parent.parent if node.parent is not None and node.parent.type == "block" else None
        body = around.get("body") if around is not None and around.type == "try_statement" else None
        # Sentry may have been missing; PostHog is there.
        if body is not None and body is node.parent and all(is_import_or_flag(one) for one in body.items):
            node = around
        if node is not None and node not in found:
            found.append(node)
    top = [one for one in found if one.parent is not None and one.parent.type == "module"]
    return sorted(top, key=lambda one: one.start)[:1] or found


def is_import_or_flag(node: Node) -> bool:
    """Whether a statement imports, or notes that Sentry could be imported."""
    inner = node.items[0] if node.type == "expression_statement" and node.items else None
    flag = inner.get("left") if inner is not None and inner.type == "assignment" else None
    return node.type in imports.TYPES or (flag is not None and SETTING.fullmatch(flag.text) is not None)


def uses_sdk(code: Code) -> bool:
    return any(b"posthog." in edit.replacement for edit in code.edits)


def other_posthog(code: Code) -> Node | None:
    """A binding by which `posthog` is not the SDK, or None."""
    for one in code.names.bound.get(b"posthog", ()):
        if one.kind != "import" or one.original is not None or not one.module.startswith(b"posthog"):
            return one.name
    return None


def is_asgi(code: Code, call: Node) -> bool:
    """Whether a call puts Sentry's middleware around an ASGI application."""
    given = positional(call)
    called = call.get("function")
    if called is None or not given:
        return False
    if code.names.is_wrapper(call):
        return is_asgi_class(code, called)
    return called.text.endswith(b".add_middleware") and len(given) == 1 and is_asgi_class(code, given[0])


def is_asgi_class(code: Code, node: Node) -> bool:
    found = [one.original for one in imports_of(code, node)] if node.type == "identifier" else []
    return found == [b"SentryAsgiMiddleware"]


def setters_around(code: Code, statement: Node, call: Node) -> list[Node]:
    """What is set in the scopes of Sentry's that a call is in, before it."""
    found = []
    for node in scopes_around(code, statement):
        calls = [bare(one) for one in node.walk() if one.type == "call" and one.start < call.start]
        found += [one for one in calls if meaning(code, one) in SETTERS]
    return found


def scopes_around(code: Code, statement: Node) -> list[Node]:
    """The scopes of Sentry's that a statement is in, inside out."""
    found = []
    for node in statement.up():
        if node.type in ("function_definition", "lambda"):
            break
        items = with_items(node) if node.type == "with_statement" else []
        if items and all(code.names.rooted(value) for value, _item in items):
            found.append(node)
    return found
