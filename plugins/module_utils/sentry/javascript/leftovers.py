# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dead once Sentry's parts are gone: only what this run made dead, and only in forms that are beyond doubt."""

from __future__ import annotations

from ..repository import says_sentry
from ..tree import Node
from .code import Code
from .names import FUNCTIONS, PACKAGE, arguments, bare, callee_name, module_of, string_value
from .patterns import imported_names, pattern_names
from .statements import effect_free

EFFECTS_OF_REACT = (b"useEffect", b"useLayoutEffect", b"onMounted", b"onMount")
DECLARATIONS = ("lexical_declaration", "variable_declaration")


def clean(code: Code, lost: frozenset[bytes]) -> None:
    """`lost` are the names that were read where something is gone."""
    cut_self_assignments(code)
    simplify_ternaries(code)
    cut_empty_effects(code)
    used = code.names.used()
    cut_imports(code, used, lost)
    cut_declarations(code, used, lost)
    cut_functions(code, used, lost)


def cut_self_assignments(code: Code) -> None:
    for node in code.tree.of_type("assignment_expression"):
        left, right = node.get("left"), node.get("right")
        alone = node.parent if node.parent and node.parent.type == "expression_statement" else None
        if alone and left and right and left.text == right.text and code.touched(node) and effect_free(code, left):
            code.cut_statement(alone)


def simplify_ternaries(code: Code) -> None:
    for node in code.tree.of_type("ternary_expression"):
        condition, then, other = node.get("condition"), node.get("consequence"), node.get("alternative")
        if not (condition and then and other and code.touched(node)):
            continue
        if bare(then).text == bare(other).text and effect_free(code, condition):
            code.cut(node.start, then.start)
            code.cut(then.end, node.end)


def cut_empty_effects(code: Code) -> None:
    for node in code.tree.of_type("expression_statement"):
        call = bare(node.items[0]) if node.items else node
        given = arguments(call) if call.type == "call_expression" else []
        if given and callee_name(call) in EFFECTS_OF_REACT and given[0].type in FUNCTIONS and code.emptied(given[0]):
            code.cut_statement(node)


# -- names ------------------------------------------------------------------------------------------------------------


def unread(code: Code, name: Node, used: set[tuple[bytes, int]]) -> bool:
    return (name.text, name.start) not in used and name.text not in code.outside


def cut_imports(code: Code, used: set[tuple[bytes, int]], lost: frozenset[bytes]) -> None:
    for node in code.tree.of_type("import_statement"):
        clause = next((one for one in node.items if one.type in ("import_clause", "import_require_clause")), None)
        if clause is None:
            module = string_value(node.get("source"))
            if module is not None and code.names.modules(module, None):
                code.cut_statement(node)
            continue
        names = imported_names(clause)
        dead = [name for name in names if unread(code, name, used) and is_dead(code, name, lost)]
        if dead and len(dead) == len(names):
            code.cut_statement(node)
        elif dead:
            cut_specifier(code, clause, dead[0])


def is_dead(code: Code, name: Node, lost: frozenset[bytes]) -> bool:
    declaration = code.names.declaration(name)
    sentry = declaration is not None and code.names.declares_sentry(declaration)
    return sentry or PACKAGE.match(module_of(name) or b"") is not None or (name.text in lost and name.text != b"React")


def cut_specifier(code: Code, clause: Node, name: Node) -> None:
    """Takes one name out of `import a, { b, c } from "m"`."""
    group = next((one for one in clause.items if one.type == "named_imports"), None)
    if name.parent is not None and name.parent.type == "import_specifier":
        if group is not None and len(group.items) == 1:
            comma = next(one for one in clause.children if one.type == ",")
            code.cut(comma.start, group.end)
        else:
            code.cut_element(name.parent)
        return
    behind = next((one for one in clause.items if one.start > name.end), None)
    if name.parent is clause and behind is not None:
        code.cut(name.start, behind.start)
    elif name.parent is not None and name.parent.type == "namespace_import":
        comma = next(one for one in clause.children if one.type == ",")
        code.cut(comma.start, name.parent.end)


def cut_declarations(code: Code, used: set[tuple[bytes, int]], lost: frozenset[bytes]) -> None:
    for node in code.tree.of_type(*DECLARATIONS):
        if node.parent is None or node.parent.type not in ("program", "statement_block", "switch_case"):
            continue
        declarators = [one for one in node.items if one.type == "variable_declarator"]
        for declarator in declarators:
            cut_declarator(code, node, declarator, len(declarators) == 1, used, lost)


def unused(code: Code, lost: frozenset[bytes]) -> list[Node]:
    """Names for values that only Sentry's part read, and that are made by calls which may do something."""
    used = code.names.used()
    found = []
    for declarator in code.tree.of_type("variable_declarator"):
        names = pattern_names(declarator.get("name"))
        exported = declarator.inside("export_statement") is not None and declarator.inside(*FUNCTIONS) is None
        if names and not exported and all(unread(code, name, used) and name.text in lost for name in names):
            found.append(names[0])
    return found


def cut_declarator(
    code: Code, node: Node, declarator: Node, alone: bool, used: set[tuple[bytes, int]], lost: frozenset[bytes]
) -> None:
    pattern, value = declarator.get("name"), declarator.get("value")
    names = pattern_names(pattern)
    dead = [name for name in names if unread(code, name, used) and is_lost(code, name, lost)]
    if not dead or pattern is None:
        return
    if len(dead) == len(names) and (value is None or is_pure(code, value) or is_options(code, dead[0])):
        if alone:
            code.cut_statement(node)
        elif not code.edits:
            code.cut_element(declarator)
    elif pattern.type == "object_pattern" and len(dead) < len(names) and b"..." not in pattern.text:
        element = next(one for one in dead[0].up() if one.parent is pattern)
        code.cut_element(element)


def is_options(code: Code, name: Node) -> bool:
    """Whether a name is for options of Sentry's; making them does nothing else."""
    declaration = code.names.declaration(name)
    typed = declaration is not None and declaration.value is not None and declaration.value.type == "object"
    return typed and declaration is not None and code.names.is_typed(declaration)


def is_lost(code: Code, name: Node, lost: frozenset[bytes]) -> bool:
    declaration = code.names.declaration(name)
    return name.text in lost or (declaration is not None and code.names.declares_sentry(declaration))


def is_pure(code: Code, value: Node) -> bool:
    """Whether nothing happens when a value is made, as far as one can see. A function literal does nothing."""
    value = bare(value)
    if value.type in FUNCTIONS or code.names.rooted(value):
        return True
    loaded = code.names.loads(value)
    if loaded is not None:
        return True  # A module that nobody reads any more
    stack = [value]
    while stack:
        node = stack.pop()
        if node.type in FUNCTIONS:
            continue
        if node.type in ("new_expression", "assignment_expression", "update_expression"):
            return False
        if node.type == "call_expression" and not is_harmless_call(code, node):
            return False
        stack.extend(node.children)
    return True


def is_harmless_call(code: Code, call: Node) -> bool:
    """Whether a call is Sentry's, loads a module, or makes something for Sentry by its own word."""
    called = call.get("function")
    ours = code.names.rooted(call) or code.names.loads(call) is not None
    return ours or (called is not None and called.type == "identifier" and says_sentry(called.text))


def cut_functions(code: Code, used: set[tuple[bytes, int]], lost: frozenset[bytes]) -> None:
    """Functions, types and interfaces that nobody uses any more."""
    for node in code.tree.of_type("function_declaration", "type_alias_declaration", "interface_declaration"):
        name = node.get("name")
        if name is None or node.parent is None or node.parent.type not in ("program", "statement_block"):
            continue
        inner = {use.text for use in code.names.uses if node.start <= use.start < node.end}
        recursive = name.text in inner
        gone = name.text in lost or (node.type == "function_declaration" and code.emptied(node))
        if gone and not recursive and unread(code, name, used):
            code.cut_statement(node)
