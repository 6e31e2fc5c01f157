# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statements are Sentry's as a whole, and go: calls for their effect, also with what is only around them."""

from __future__ import annotations

import re

from ..tree import Node
from .code import CONFIG, EFFECTS, Code, announces
from .names import FUNCTIONS, NOTHING, PACKAGE, TRANSPARENT, arguments, bare, callee_name, string_value
from .patterns import parameter_names

# Functions whose value nobody wants.
VOID = re.compile(
    rb"capture\w*|set[A-Z]\w*|addBreadcrumb|flush|close|init|add[A-Z]\w*|configureScope|withScope|metrics|increment|end"
)
# What is given to these is Sentry's own configuration, also where it is a function.
CONFIGURING = re.compile(rb"init\w*|add\w*Processor|setup\w+|addIntegration|on|then|lazyLoadIntegration|setBeforeSend")
# Calls of the app that do nothing but hand Sentry to a framework.
TAKING = re.compile(rb"use|useGlobalFilters|useGlobalInterceptors|register|addPlugin")
# What is done with errors nobody catches; an empty handler would hide them.
GLOBAL_HANDLER = re.compile(
    rb"(\.config\.(errorHandler|warnHandler)|(window|globalThis|self)\.(onerror|onunhandledrejection))$"
)
MOCKING = re.compile(rb"(vi|jest)\s*\.\s*(mock|doMock|unmock|unstable_mockModule)")
HARMLESS = re.compile(rb"Boolean|String|Number|Object\.(keys|values|entries)|isNaN")
HOOKS = re.compile(
    rb"onRequestError|onRouterTransitionStart|handle|handleError|handleFetch|register|onServerRequestError"
)


def effect_free(code: Code, node: Node) -> bool:
    """Whether evaluating an expression does nothing, as far as one can see: no call but Sentry's own."""
    for one in node.walk():
        if one.type not in EFFECTS or code.names.rooted(one):
            continue
        called = one.get("function")
        if one.type != "call_expression" or called is None or not HARMLESS.fullmatch(called.text):
            return False
    return True


def removable(code: Code, node: Node) -> bool:
    """Whether a statement does nothing but Sentry's work."""
    if node.type == "expression_statement":
        return bool(node.items) and expendable(code, node.items[0])
    if node.type in ("statement_block", "else_clause"):
        inner = node.items
        rest = [one for one in inner if not removable(code, one)]
        if len(rest) == len(inner):
            return not inner and code.touched(node)
        return all(announces(one) for one in rest)
    if node.type == "if_statement":
        condition, then, other = node.get("condition"), node.get("consequence"), node.get("alternative")
        return (
            condition is not None
            and then is not None
            and effect_free(code, condition)
            and removable(code, then)
            and (other is None or removable(code, other))
        )
    if node.type == "try_statement":
        body = node.get("body")
        return body is not None and not node.get("finalizer") and removable(code, body)
    if node.type == "for_in_statement":
        body, right = node.get("body"), node.get("right")
        return body is not None and right is not None and effect_free(code, right) and removable(code, body)
    if node.type in ("lexical_declaration", "variable_declaration") and node.inside("statement_block"):
        values = [one.get("value") for one in node.items if one.type == "variable_declarator"]
        return bool(values) and all(value is not None and code.names.rooted(value) for value in values)
    return node.type == "empty_statement"


def removable_function(code: Code, function: Node) -> bool:
    body = function.get("body")
    if body is None:
        return False
    if body.type != "statement_block":
        return expendable(code, body)
    return all(
        removable(code, one) or (one.type == "return_statement" and all(code.names.rooted(it) for it in one.items))
        for one in body.items
    )


def expendable(code: Code, node: Node) -> bool:
    """Whether an expression whose value is not used can go."""
    node = bare(node)
    if node.type == "call_expression":
        return expendable_call(code, node)
    if node.type == "assignment_expression":
        left, right = node.get("left"), node.get("right")
        if left is None or right is None:
            return False
        if left.type == "member_expression" and GLOBAL_HANDLER.search(left.text):
            return right.type in FUNCTIONS and code.emptied(right)
        if not code.names.rooted(left):
            return False
        return left.type == "member_expression" or right.text in NOTHING or code.names.rooted(right)
    if node.type == "binary_expression":
        left, right, sign = node.get("left"), node.get("right"), node.get("operator")
        short = sign is not None and sign.text in (b"&&", b"||", b"??")
        return short and left is not None and right is not None and effect_free(code, left) and expendable(code, right)
    if node.type == "ternary_expression":
        condition, *values = node.items
        return effect_free(code, condition) and all(
            expendable(code, one) or one.text in (b"null", b"undefined") for one in values
        )
    return code.names.rooted(node) and not (node.type == "call_expression" and code.names.is_wrapper(node))


def expendable_call(code: Code, call: Node) -> bool:
    called, given = call.get("function"), arguments(call)
    if called is None:
        return False
    if MOCKING.fullmatch(called.text):
        module = string_value(given[0]) if given else None
        return module is not None and PACKAGE.match(module) is not None
    if callee_name(call) == b"forEach" and given and given[0].type in FUNCTIONS:
        return effect_free(code, called) and bool(given[0].items) and removable_function(code, given[0])
    if callee_name(call) in (b"push", b"unshift") and given and not code.names.rooted(called):
        return all(is_listed(code, one) for one in given)
    if TAKING.fullmatch(callee_name(call)) and given and not code.names.rooted(called):
        return all(code.names.rooted(one) or (place and one.type == "object") for place, one in enumerate(given))
    inner = called.get("object")
    chained = callee_name(call) in (b"then", b"catch", b"finally")
    if chained and inner is not None and inner.type == "call_expression" and code.names.loads(inner) is None:
        return expendable_call(code, inner) and all(harmless_argument(code, call, one) for one in given)
    return is_ours(code, call) and all(
        harmless_argument(code, one, argument) for one in chain(call) for argument in arguments(one)
    )


def is_listed(code: Code, node: Node) -> bool:
    """Whether what is added to a list is Sentry's: a thing of it, or in a configuration the name of its module."""
    first = node.items[0] if node.type == "array" and node.items else node
    if first.type == "string":
        return CONFIG.search(code.path) is not None and PACKAGE.match(string_value(first) or b"") is not None
    return code.names.rooted(node)


def chain(call: Node) -> list[Node]:
    """The calls in `a().b().c()`."""
    found = [call]
    inner = call.get("function")
    while inner is not None and inner.type in ("member_expression", "call_expression", *TRANSPARENT):
        if inner.type == "call_expression":
            found.append(inner)
        inner = inner.get("function") or inner.get("object") or (inner.items[0] if inner.items else None)
    return found


def harmless_argument(code: Code, call: Node, node: Node) -> bool:
    """Whether nothing of the app is lost with an argument of a call of Sentry's."""
    if node.type in FUNCTIONS:
        if callee_name(call) != b"then" and CONFIGURING.fullmatch(callee_name(call)):
            return True
        return removable_function(code, node)
    return not any(
        one.type in ("assignment_expression", "update_expression", "augmented_assignment_expression")
        and one.inside(*FUNCTIONS) is node.inside(*FUNCTIONS)
        for one in node.walk()
    )


# -- rules ------------------------------------------------------------------------------------------------------------


def cut_statements(code: Code) -> None:
    stack = [code.tree.root]
    kinds = ("expression_statement", "if_statement", "try_statement", "for_in_statement")
    while stack:
        node = stack.pop()
        if node.type in kinds and removable(code, node):
            inside_else = node.parent is not None and node.parent.type == "else_clause"
            code.cut_statement(node.parent if inside_else and node.parent else node)
        elif node.type == "else_clause" and removable(code, node):
            code.cut_statement(node)
        elif not is_kept_scope(code, node):
            stack.extend(node.children)


def is_kept_scope(code: Code, node: Node) -> bool:
    """Whether a function stays in Sentry's hands as it is, because the app's work in it needs its parameter."""
    call = node.parent.parent if node.parent and node.parent.type == "arguments" else None
    if node.type not in FUNCTIONS or call is None or not code.names.is_runner(call):
        return False
    scoped = code.names.original_name(call) in (b"withScope", b"withIsolationScope", b"configureScope")
    body = node.get("body")
    given = {one.text for one in parameter_names(node)}
    if not scoped or not given or body is None:
        return False
    rest = [one for one in body.items if not removable(code, one)] if body.type == "statement_block" else [body]
    return node.type != "arrow_function" or any(
        code.names.is_sentry(use) for one in rest for use in one.walk() if use.type == "identifier"
    )


def cut_hooks(code: Code) -> None:
    """Exports that a framework looks for by name, and that are Sentry's."""
    for node in code.tree.of_type("export_statement"):
        declaration = node.get("declaration")
        if declaration is not None and declaration.type == "lexical_declaration":
            pairs = [(one.get("name"), one.get("value")) for one in declaration.items]
            if all(name and value and HOOKS.fullmatch(name.text) and is_hook(code, value) for name, value in pairs):
                code.cut_statement(node)
        elif declaration is not None and declaration.type == "function_declaration":
            name = declaration.get("name")
            # An empty register() does nothing; the other hooks do no more than that either.
            if name and HOOKS.fullmatch(name.text) and code.emptied(declaration):
                code.cut_statement(node)
        elif declaration is None:
            cut_reexports(code, node)


def is_hook(code: Code, value: Node) -> bool:
    value = bare(value)
    if value.type == "call_expression" and callee_name(value) == b"sequence":
        given = arguments(value)
        return bool(given) and all(is_hook(code, one) for one in given)
    if value.type in FUNCTIONS:
        return code.emptied(value)
    return code.names.rooted(value)


def cut_reexports(code: Code, node: Node) -> None:
    """`export { captureRequestError as onRequestError } from "@sentry/nextjs"`, also of a name imported before."""
    clause = next((one for one in node.items if one.type == "export_clause"), None)
    if clause is None:
        return
    module = string_value(node.get("source"))
    hooks = []
    for one in clause.items:
        name, alias = one.get("name"), one.get("alias") or one.get("name")
        if name is None or alias is None or not HOOKS.fullmatch(alias.text):
            continue
        sentry = PACKAGE.match(module) is not None if module is not None else code.names.is_sentry(name)
        if sentry:
            hooks.append(one)
    if hooks and len(hooks) == len(clause.items):
        code.cut_statement(node)
    elif hooks:
        code.cut_element(hooks[0])


def is_ours(code: Code, call: Node) -> bool:
    return code.names.rooted(call) or code.names.is_runner(call)


def empty_arrows(code: Code) -> None:
    """`(error) => Sentry.captureException(error)` and `.catch(Sentry.captureException)` do nothing any more."""
    for node in code.tree.of_type("arrow_function"):
        body = node.get("body")
        if body is None or body.type == "statement_block":
            continue
        calls = [one for one in body.walk() if one.type == "call_expression" and is_ours(code, one)]
        if calls and VOID.fullmatch(code.names.original_name(calls[0])) and expendable(code, body):
            code.replace(body.start, body.end, b"{}")
    for node in code.tree.of_type("call_expression"):
        if callee_name(node) not in (b"catch", b"on", b"once", b"addEventListener") or code.names.rooted(node):
            continue
        for one in arguments(node):
            called = one.get("property") if one.type == "member_expression" else one
            original = called is not None and VOID.fullmatch(called.text)
            if original and one.type in ("member_expression", "identifier") and code.names.rooted(one):
                code.replace(one.start, one.end, b"() => {}")
