# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of a JavaScript or TypeScript file mean Sentry, and where.

Names are resolved as the language does it: a use belongs to the innermost scope that declares the name, so a parameter
that happens to be called `Sentry` is not Sentry's.
"""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass

from ..outcome import Facts
from ..tree import Node, Tree
from .patterns import imported_names, parameter_names, pattern_names
from .vocabulary import GETTER, GIVING, RUNNER, WRAPPER, reads_only

PACKAGE = re.compile(rb"(@sentry|@sentry-internal|@spotlightjs)/.|sentry-expo$|@sentry$")
FUNCTIONS = (
    "function_declaration",
    "function_expression",
    "function",
    "arrow_function",
    "method_definition",
    "generator_function",
    "generator_function_declaration",
)
TYPES = ("class_declaration", "enum_declaration", "type_alias_declaration", "interface_declaration")
IMPORTS = ("import_clause", "import_require_clause")
DECLARING = frozenset((*FUNCTIONS, *TYPES, *IMPORTS, "variable_declarator", "catch_clause", "for_in_statement"))
SCOPES = (*FUNCTIONS, "statement_block", "program", "for_statement", "for_in_statement", "switch_body", "catch_clause")
USES = ("identifier", "type_identifier", "shorthand_property_identifier", "jsx_identifier")
NOTHING = (b"null", b"undefined", b"false")
TRANSPARENT = (
    "parenthesized_expression",
    "await_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "type_assertion",
)


@dataclass
class Declaration:
    """One declaration of a name, valid in a range of the text."""

    start: int
    end: int
    node: Node
    kind: str  # import, value, late, parameter, function, other
    value: Node | None = None


def string_value(node: Node | None) -> bytes | None:
    """What a plain string says."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    inner = node.text[1:-1]
    return None if b"${" in inner else inner


def callee_name(call: Node) -> bytes:
    """The last name in what is called: `b` in `a.b()` and in `b()`."""
    called = call.get("function") or call.get("constructor")
    while called is not None and called.type in TRANSPARENT:
        called = called.items[0] if called.items else None
    if called is None:
        return b""
    last = called.get("property") if called.type == "member_expression" else called
    return last.text if last else b""


def arguments(call: Node) -> list[Node]:
    found = call.get("arguments")
    return found.items if found and found.type == "arguments" else []


class Names:
    """The names of one tree. `modules` says whether importing a name from a module is importing Sentry."""

    def __init__(
        self,
        tree: Tree,
        modules: t.Callable[[bytes, bytes | None], bool],
        emptied: t.Callable[[Node], bool],
    ) -> None:
        self.tree = tree
        self.modules = modules
        self.emptied = emptied
        #: Whether a function only hands on what Sentry gives
        self.relays: t.Callable[[Node], bool] = lambda function: False
        self.declared: dict[bytes, list[Declaration]] = {}
        self._own: set[int] = set()
        self._resolved: dict[int, bool] = {}
        for node in tree.nodes:
            if node.type in DECLARING:
                self._declare(node)

    # -- declarations -------------------------------------------------------------------------------------------------

    def _declare(self, node: Node) -> None:
        if node.type in IMPORTS:
            for name in imported_names(node):
                self._add(name, self.tree.root, "import", node)
        elif node.type == "variable_declarator":
            pattern, value = node.get("name"), node.get("value")
            scope = scope_of(node)
            late = value is None or value.text in NOTHING
            for name in pattern_names(pattern):
                self._add(name, scope, "late" if late else "value", value)
        elif node.type in FUNCTIONS:
            self._declare_function(node)
        elif node.type in TYPES:
            own = node.get("name")
            if own:
                self._add(own, scope_of(node), "other", None)
        elif node.type == "catch_clause":
            for name in pattern_names(node.get("parameter")):
                self._add(name, node, "other", None)
        elif node.type == "for_in_statement" and node.get("kind"):
            for name in pattern_names(node.get("left")):
                self._add(name, node, "other", None)

    def _declare_function(self, node: Node) -> None:
        own = node.get("name")
        if own and own.type == "identifier" and node.type.endswith("declaration"):
            self._add(own, scope_of(node), "function", node)
        for name in parameter_names(node):
            self._add(name, node, "parameter", node)

    def _add(self, name: Node, scope: Node, kind: str, value: Node | None) -> None:
        self._own.add(name.start)
        self.declared.setdefault(name.text, []).append(Declaration(scope.start, scope.end, name, kind, value))

    def follow(self, relays: t.Callable[[Node], bool]) -> None:
        """Takes functions that only hand on what Sentry gives for Sentry's own."""
        self.relays = relays
        self._resolved.clear()

    # -- resolution ---------------------------------------------------------------------------------------------------

    def declaration(self, use: Node) -> Declaration | None:
        return self.declared_for(use.text, use.start)

    def declared_for(self, name: bytes, place: int) -> Declaration | None:
        """What a name means at a place."""
        around = [one for one in self.declared.get(name, ()) if one.start <= place < one.end]
        return max(around, key=lambda one: (one.start, -one.end)) if around else None

    def is_sentry(self, use: Node) -> bool:
        found = self.declaration(use)
        return found is not None and self.declares_sentry(found)

    def declares_sentry(self, declaration: Declaration) -> bool:
        key = declaration.node.start
        if key not in self._resolved:
            self._resolved[key] = False  # A name that is declared by itself is not Sentry's.
            self._resolved[key] = self._judge(declaration)
        return self._resolved[key]

    def _judge(self, declaration: Declaration) -> bool:
        value = declaration.value
        if declaration.kind == "late":
            return self._becomes_sentry(declaration)
        if value is None:
            return False
        if declaration.kind == "import":
            return self._imports_sentry(declaration)
        if declaration.kind == "value":
            if value.type in FUNCTIONS:
                return self.emptied(value) or self.relays(value)
            if value.type == "object":
                return self.is_typed(declaration)
            return self._binds_sentry(declaration, value)
        if declaration.kind == "parameter":
            return self._given_by_sentry(value)
        return declaration.kind == "function" and (self.emptied(value) or self.relays(value))

    def is_typed(self, declaration: Declaration) -> bool:
        """Whether an object is declared to be of a type of Sentry's: options for it."""
        kind = declaration.node.parent.get("type") if declaration.node.parent is not None else None
        names = [one for one in kind.walk() if one.type in USES] if kind is not None else []
        return any(self.is_sentry(one) for one in names)

    def _imports_sentry(self, declaration: Declaration) -> bool:
        specifier = declaration.node.parent
        name: bytes | None = b"default"
        if specifier and specifier.type == "import_specifier":
            imported = specifier.get("name")
            name = imported.text if imported else None
        elif specifier and specifier.type in ("namespace_import", "import_require_clause"):
            name = None
        module = module_of(declaration.node)
        return module is not None and self.modules(module, name)

    def _binds_sentry(self, declaration: Declaration, value: Node) -> bool:
        loaded = self.loads(value)
        if loaded is not None:
            parent = declaration.node.parent
            name: bytes | None = None
            if parent and parent.type == "pair_pattern":
                key = parent.get("key")
                name = key.text if key else None
            elif declaration.node.type == "shorthand_property_identifier_pattern":
                name = declaration.node.text
            return self.modules(loaded, name)
        return self.rooted(value) and self._is_thing(value)

    def _is_thing(self, value: Node) -> bool:
        """Whether what Sentry gives is its own; what an unknown function of its returns may be the app's."""
        value = bare(value)
        if value.type == "call_expression":
            return GETTER.fullmatch(self.original_name(value)) is not None
        if value.type in ("ternary_expression", "array"):
            parts = value.items[1:] if value.type == "ternary_expression" else value.items
            return all(is_nothing(one) or self._is_thing(one) for one in parts)
        return True

    def _becomes_sentry(self, declaration: Declaration) -> bool:
        """Whether a variable that starts out empty is only ever given something of Sentry's."""
        values = []
        for node in self.tree.of_type("assignment_expression"):
            left, right = node.get("left"), node.get("right")
            plain = left is not None and left.type == "identifier" and left.text == declaration.node.text
            if left is not None and right is not None and plain and self.declaration(left) is declaration:
                values.append(right)
        filled = [value for value in values if value.text not in NOTHING]
        return bool(filled) and all(self.rooted(value) for value in filled)

    def _given_by_sentry(self, function: Node) -> bool:
        """Whether a function's parameters are filled by Sentry, as in `withScope((scope) => ...)`."""
        call = function.parent.parent if function.parent and function.parent.type == "arguments" else None
        if call is None or call.type != "call_expression" or not GIVING.fullmatch(callee_name(call)):
            return False
        called = call.get("function")
        return called is not None and self.rooted(called)

    def loads(self, node: Node) -> bytes | None:
        """The module that `require("m")` or `await import("m")` loads."""
        node = bare(node)
        if node.type != "call_expression":
            return None
        called = node.get("function")
        if called is None or (called.type != "import" and called.text != b"require"):
            return None
        given = arguments(node)
        return string_value(given[0]) if given else None

    # -- expressions --------------------------------------------------------------------------------------------------

    def rooted(self, node: Node) -> bool:
        """Whether an expression is a thing of Sentry's: a name of it, a member of one, a call of one."""
        node = bare(node)
        if node.type in ("identifier", "shorthand_property_identifier"):
            return self.is_sentry(node)
        if node.type in ("member_expression", "subscript_expression"):
            inner = node.get("object")
            return inner is not None and self.rooted(inner)
        if node.type == "new_expression":
            inner = node.get("constructor")
            return inner is not None and self.rooted(inner)
        if node.type == "call_expression":
            loaded = self.loads(node)
            if loaded is not None:
                return self.modules(loaded, None)
            inner = node.get("function")
            # What Sentry only wraps or runs is the app's; so is what a function that Sentry gives back returns.
            if inner is None or inner.type == "call_expression" or not self.rooted(inner):
                return False
            return not self.is_wrapper(node) and not self.is_runner(node)
        if node.type == "array":
            return bool(node.items) and all(self.rooted(one) for one in node.items)
        if node.type == "ternary_expression":
            condition, *values = node.items
            filled = [one for one in values if not is_nothing(one)]
            return reads_only(condition) and bool(filled) and all(self.rooted(one) for one in filled)
        return False

    def is_wrapper(self, call: Node) -> bool:
        """Whether a call only puts Sentry around its first argument."""
        return bool(arguments(call)) and self.calls(call, WRAPPER)

    def is_runner(self, call: Node) -> bool:
        return self.calls(call, RUNNER)

    def calls(self, call: Node, names: t.Pattern[bytes]) -> bool:
        called = call.get("function")
        if called is None or not self.rooted(called):
            return False
        return names.fullmatch(self.original_name(call)) is not None

    def original_name(self, call: Node) -> bytes:
        """The name in Sentry's package of what is called, also when it was imported under another one."""
        called = call.get("function")
        if called is not None and called.type == "identifier":
            found = self.declaration(called)
            parent = found.node.parent if found else None
            key = parent.get("name") or parent.get("key") if parent else None
            if parent and key and parent.type in ("import_specifier", "pair_pattern"):
                return key.text
        return callee_name(call)

    # -- uses ---------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def uses(self) -> list[Node]:
        """All identifiers that read a name, declarations left out."""
        return [node for node in self.tree.of_type(*USES) if node.start not in self._own and not is_imported_name(node)]

    def facts(self) -> Facts:
        unknown: dict[bytes, int] = {}
        for use in self.uses:
            if self.declaration(use) is None:
                unknown.setdefault(use.text, use.start)
        every = [one for group in self.declared.values() for one in group]
        top = {one.node.text for one in every if one.start == self.tree.root.start and one.kind != "import"}
        return Facts(unknown, frozenset(top))

    def used(self) -> set[tuple[bytes, int]]:
        """(name, start of its declaration) of each declaration that is read somewhere."""
        found = set()
        for node in self.uses:
            declaration = self.declaration(node)
            if declaration:
                found.add((node.text, declaration.node.start))
        return found


def bare(node: Node) -> Node:
    """The expression inside brackets, `await`, `!`, `as T` and `void`."""
    while node.items and (node.type in TRANSPARENT or (node.type == "unary_expression" and node.text[:4] == b"void")):
        node = node.items[-1] if node.type in ("unary_expression", "type_assertion") else node.items[0]
    return node


def is_nothing(node: Node) -> bool:
    node = bare(node)
    return node.text in NOTHING or (node.type in ("array", "object") and not node.items)


def scope_of(node: Node) -> Node:
    kind = node.parent.children[0].text if node.parent and node.parent.children else b""
    types = (*FUNCTIONS, "program") if kind == b"var" else SCOPES
    return node.inside(*types) or node.tree.root


def module_of(node: Node) -> bytes | None:
    """The module of the import or export statement around a node."""
    statement = node.inside("import_statement", "export_statement")
    clause = node.inside("import_require_clause")
    return string_value((clause or statement).get("source")) if clause or statement else None  # type: ignore[union-attr]


def is_imported_name(node: Node) -> bool:
    """Whether an identifier is the other module's name in an import or a re-export."""
    parent = node.parent
    if parent is None or parent.type not in ("import_specifier", "export_specifier"):
        return False
    if parent.type == "import_specifier":
        return True
    return node.field == "alias" or module_of(node) is not None
