# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of a Python file mean Sentry, and where. A name belongs to the innermost function that binds it."""

from __future__ import annotations

import builtins
import functools
import re
import typing as t
from dataclasses import dataclass

from ..outcome import Facts, Modules
from ..tree import Node, Tree

PACKAGE = re.compile(rb"sentry_sdk(\.|$)")
BUILT_IN = frozenset(name.encode() for name in dir(builtins))
SCOPES = ("function_definition", "lambda", "list_comprehension", "generator_expression", "set_comprehension",
          "dictionary_comprehension", "module")  # fmt: skip
# What these give back is what they were given, without Sentry around it.
WRAPPERS = re.compile(rb"Sentry(Asgi|Wsgi|LegacyWsgi)\w*|wrap_(async_)?\w+")
# Calls whose value is Sentry's own thing, so that a name for it is a name of Sentry's.
GETTER = re.compile(
    rb"^(start_\w+|get_\w+|continue_trace|capture_\w+|last_event_id|init|(push|new|isolation|configure|use)_\w*scope"
    rb"|Hub|Scope|Client|Sentry|Span|\w+Integration|\w+Handler|\w+Processor|configure_scope)$"
)


@dataclass
class Binding:
    """One place where a name gets its meaning."""

    scope: Node
    name: Node
    kind: str  # import, value, function, other
    value: Node | None = None
    module: bytes = b""
    original: bytes | None = None  # The imported name; None for a module


class Names:
    def __init__(self, tree: Tree, modules: Modules, emptied: t.Callable[[Node], bool]) -> None:
        self.tree = tree
        self.modules = modules
        self.emptied = emptied
        self.bound: dict[bytes, list[Binding]] = {}
        self._own: set[int] = set()
        self._resolved: dict[tuple[bytes, int], bool] = {}
        for node in tree.nodes:
            self._bind(node)

    # -- bindings -----------------------------------------------------------------------------------------------------

    def _bind(self, node: Node) -> None:
        if node.type in ("import_statement", "import_from_statement"):
            self._bind_import(node)
        elif node.type in ("assignment", "augmented_assignment", "for_statement", "for_in_clause", "named_expression"):
            target = node.get("left") or node.get("name")
            value = node.get("right") if node.type == "assignment" else None
            for name in target_names(target):
                plain = target is not None and target.type == "identifier"
                self._add(name, "value" if plain and value else "other", value if plain else None)
        elif node.type == "as_pattern":
            alias = node.get("alias")
            for name in target_names(alias.items[0] if alias and alias.items else None):
                self._add(name, "value", node.items[0])
        elif node.type in ("function_definition", "class_definition"):
            own = node.get("name")
            if own is not None:
                scope = (node.parent or node).inside(*SCOPES) or self.tree.root
                self._add(own, "function" if node.type == "function_definition" else "other", node, scope)
        elif node.type in ("parameters", "lambda_parameters"):
            for name in parameter_names(node):
                self._add(name, "other", None, node.parent)

    def _bind_import(self, node: Node) -> None:
        source = node.get("module_name")
        module = source.text if source else b""
        for child in node.items:
            if child.field != "name":
                continue
            name, alias = child.get("name") or child, child.get("alias")
            first = name.items[0] if name.type == "dotted_name" and name.items else name
            own = alias or first
            from_module = module if source else name.text
            self._add(own, "import", node, None, from_module, name.text if source else None)
            self._own.update(one.start for one in child.walk())
        if source:
            self._own.update(one.start for one in source.walk())

    def _add(self, name: Node, kind: str, value: Node | None, scope: Node | None = None,
             module: bytes = b"", original: bytes | None = None) -> None:  # fmt: skip
        self._own.add(name.start)
        place = scope or name.inside(*SCOPES) or self.tree.root
        self.bound.setdefault(name.text, []).append(Binding(place, name, kind, value, module, original))

    # -- resolution ---------------------------------------------------------------------------------------------------

    def bindings(self, use: Node) -> list[Binding]:
        """What a name can mean where it is used: all that the innermost scope binds it to."""
        around = [one for one in self.bound.get(use.text, ()) if one.scope.start <= use.start < one.scope.end]
        if not around:
            return []
        inner = max(around, key=lambda one: (one.scope.start, -one.scope.end)).scope
        return [one for one in around if one.scope is inner]

    def is_sentry(self, use: Node) -> bool:
        found = self.bindings(use)
        if not found:
            return False
        key = (use.text, found[0].scope.start)
        if key not in self._resolved:
            self._resolved[key] = False
            ours = [one for one in found if self.binds_sentry(one)]
            absent = [one for one in found if one.value is not None and one.value.text == b"None"]
            self._resolved[key] = bool(ours) and len(ours) + len(absent) == len(found)
        return self._resolved[key]

    def binds_sentry(self, binding: Binding) -> bool:
        if binding.kind == "import":
            return self.imports_sentry(binding)
        if binding.kind == "value" and binding.value is not None:
            value = bare(binding.value)
            return self.rooted(value) and (value.type != "call" or GETTER.search(callee_name(value)) is not None)
        return binding.kind == "function" and binding.value is not None and self.emptied(binding.value)

    def imports_sentry(self, binding: Binding) -> bool:
        whole = binding.module + b"." + binding.original if binding.original else binding.module
        return self.modules(binding.module, binding.original) or self.modules(whole, None)

    def rooted(self, node: Node) -> bool:
        """Whether an expression is a thing of Sentry's: a name of it, a member of one, a call of one."""
        node = bare(node)
        if node.type == "identifier":
            return self.is_sentry(node)
        if node.type in ("attribute", "subscript"):
            inner = node.get("object") or node.get("value")
            return inner is not None and self.rooted(inner)
        if node.type == "call":
            inner = node.get("function")
            # What a function that Sentry gives back returns is the app's.
            return inner is not None and inner.type != "call" and self.rooted(inner) and not self.is_wrapper(node)
        return False

    def is_wrapper(self, call: Node) -> bool:
        called = call.get("function") if call.type == "call" else None
        if called is None or not self.rooted(called) or not positional(call):
            return False
        return WRAPPERS.fullmatch(callee_name(call)) is not None

    # -- uses ---------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def uses(self) -> list[Node]:
        return [node for node in self.tree.of_type("identifier") if node.start not in self._own and not is_label(node)]

    def facts(self) -> Facts:
        unknown: dict[bytes, int] = {}
        for use in self.uses:
            if not self.bindings(use) and use.text not in BUILT_IN:
                unknown.setdefault(use.text, use.start)
        every = [one for group in self.bound.values() for one in group]
        top = {one.name.text for one in every if one.scope.type == "module" and one.kind != "import"}
        return Facts(unknown, frozenset(top))

    @functools.cached_property
    def used(self) -> set[tuple[bytes, int]]:
        """(name, start of the scope that binds it) of all names that are read."""
        found = set()
        for node in self.uses:
            bindings = self.bindings(node)
            if bindings:
                found.add((node.text, bindings[0].scope.start))
        return found


def bare(node: Node) -> Node:
    while node.type in ("parenthesized_expression", "await") and len(node.items) == 1:
        node = node.items[0]
    return node


def callee_name(call: Node) -> bytes:
    """The last name in what is called: `b` in `a.b()`."""
    called = call.get("function")
    return called.text.rpartition(b".")[2] if called else b""


def positional(call: Node) -> list[Node]:
    given = call.get("arguments")
    if given is None or given.type != "argument_list":
        return []
    return [one for one in given.items if one.type not in ("keyword_argument", "list_splat", "dictionary_splat")]


def is_label(node: Node) -> bool:
    """Whether an identifier is no name of a variable: an attribute, or the name of an argument."""
    return node.field == "attribute" or (node.field == "name" and node.parent is not None
                                         and node.parent.type == "keyword_argument")  # fmt: skip


def target_names(target: Node | None) -> list[Node]:
    if target is None:
        return []
    if target.type == "identifier":
        return [target]
    if target.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "as_pattern_target"):
        return [name for one in target.items for name in target_names(one)]
    return []


def parameter_names(parameters: Node) -> list[Node]:
    found: list[Node] = []
    for one in parameters.items:
        name = one.get("name") or (one if one.type == "identifier" else next(iter(one.items), None))
        while name is not None and name.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            name = next(iter(name.items), None)
        if name is not None and name.type == "identifier":
            found.append(name)
    return found
