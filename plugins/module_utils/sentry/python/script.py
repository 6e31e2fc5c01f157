# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of what is done to one Python text: rounds of rules until none applies."""

from __future__ import annotations

from ..draft import Draft
from ..outcome import ROUNDS, Elsewhere, Modules, Note, Script, lost_names, nowhere
from ..posthog.python.rules import Replacing
from ..posthog.wish import Wish
from ..tree import Node, Unparsable
from . import leftovers, statements
from .code import Code, is_docstring
from .names import PACKAGE

RULES = (
    statements.cut_statements,
    statements.unwrap_with,
    statements.cut_decorators,
    statements.unwrap_calls,
    statements.cut_elements,
)


def of_package(module: bytes, name: bytes | None) -> bool:
    return PACKAGE.match(module) is not None


def make_code(path: str, draft: Draft, modules: Modules) -> Code:
    """Raises Unparsable."""
    code = Code(path, draft, modules)
    if code.tree.has_error:
        raise Unparsable(f"{path}: the Python grammar cannot read it")
    return code


def edit_script(
    path: str,
    original: bytes,
    modules: Modules = of_package,
    elsewhere: Elsewhere = nowhere,
    wish: Wish | None = None,
) -> Script:
    """Without a wish nothing takes Sentry's place.

    Raises Unparsable, also when an edit would make a text unreadable: then a rule is wrong."""
    draft = Draft(original)
    code = make_code(path, draft, modules)
    reads = [(use.text, use.start) for use in code.names.uses]
    before = code.names.facts()
    forgotten: list[Note] = []
    had_posthog = uses_posthog(code)
    replacing = Replacing(wish) if wish is not None else None
    for _round in range(ROUNDS):
        if replacing is not None:
            replacing.apply(code)
        # What was replaced is not Sentry's any more, which is only seen in the next round.
        for rule in RULES if not code.edits else ():
            rule(code)
        if not code.edits:
            leftovers.clean(code, lost_names(draft, reads), elsewhere)
        if not code.edits and replacing is None:
            forgotten += [Note(draft.origin(one.start), *NO_ID) for one in statements.forget_ids(code)]
        if replacing is not None and not code.edits:
            replacing.open_up(code)
        if not draft.apply(code.finish()):
            break
        code = make_code(path, draft, modules)
    return Script(
        draft,
        before,
        after=code.names.facts(),
        notes=notes(code) + forgotten + (replacing.final_notes(code) if replacing is not None else []),
        hollow=all(is_hollow(code, node) for node in code.tree.root.items),
        hollow_exports=frozenset(hollow_names(code)),
        reads_sentry=any(code.names.is_sentry(use) for use in code.names.uses),
        needs=frozenset({"posthog"}) if uses_posthog(code) and not had_posthog else frozenset(),
    )


def uses_posthog(code: Code) -> bool:
    """Whether a text imports PostHog's SDK."""
    bindings = [one for group in code.names.bound.values() for one in group if one.kind == "import"]
    return any(one.module.split(b".")[0] == b"posthog" for one in bindings)


def is_hollow(code: Code, node: Node) -> bool:
    imports = ("import_statement", "import_from_statement", "future_import_statement")
    return node.type in imports or is_docstring(node) or (node.type == "function_definition" and code.emptied(node))


def hollow_names(code: Code) -> list[bytes]:
    functions = [node for node in code.tree.root.items if node.type == "function_definition" and code.emptied(node)]
    return [name.text for node in functions if (name := node.get("name")) is not None]


NO_ID = ("This was the id of an event in Sentry, and is None now.", "Remove what shows or keeps it.")
STILL_READ = ("Something else in this file still reads it.", "Remove the import with its last use.")


def notes(code: Code) -> list[Note]:
    found = [note_of(use) for use in code.names.uses if code.names.is_sentry(use)]
    bindings = [one for group in code.names.bound.values() for one in group if one.kind == "import"]
    found += [Note(one.name.start, *STILL_READ) for one in bindings if code.names.imports_sentry(one)]
    for node in code.tree.of_type("except_clause"):
        block = next((one for one in node.items if one.type == "block"), None)
        if block is not None and block.items and all(code.is_stub(one) for one in block.items):
            found.append(Note(node.start, "This handler only told Sentry, and does nothing now.", "Report the error."))
    return [Note(code.draft.origin(one.offset), one.reason, one.advice) for one in found]


def note_of(use: Node) -> Note:
    if use.inside("with_clause") is not None:
        return Note(use.start, "A context of Sentry's is read.", "Keep the body, and remove what reads the context.")
    if use.inside("type") is not None or use.inside("class_definition") is not None:
        return Note(use.start, "A type or class of Sentry's is built upon.", "Give it one of your own, or remove it.")
    return Note(
        use.start,
        "A value of Sentry's is used by the app.",
        "Decide what the app should do without the value, then remove it.",
    )
