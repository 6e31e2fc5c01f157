# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of what is done to one JavaScript or TypeScript text: rounds of rules until none applies."""

from __future__ import annotations

import functools
import posixpath
import re
import typing as t

from ..draft import Draft
from ..outcome import ROUNDS, Elsewhere, Modules, Note, Script, Wanted, always, lost_names, nowhere
from ..posthog.javascript import rules
from ..posthog.javascript.speech import Speech
from ..tree import Node, Unparsable
from . import elements, exports, leftovers, relays, schemas, statements, substitutes, wrappers
from .code import Code
from .names import FUNCTIONS, PACKAGE
from .patterns import imported_names, pattern_names

RULES = (
    statements.cut_statements,
    statements.cut_hooks,
    statements.empty_arrows,
    substitutes.substitute,
    wrappers.unwrap,
    wrappers.unwrap_runners,
    elements.cut_elements,
    elements.cut_pairs,
    elements.cut_decorators,
)
LANGUAGES = {
    ".ts": ("typescript",),
    ".mts": ("typescript",),
    ".cts": ("typescript",),
    ".tsx": ("tsx",),
    # JavaScript with types in it is not rare: Flow's are close enough to TypeScript's.
    ".js": ("javascript", "tsx"),
    ".jsx": ("javascript", "tsx"),
    ".mjs": ("javascript", "tsx"),
    ".cjs": ("javascript", "tsx"),
}


def of_package(module: bytes, name: bytes | None) -> bool:
    return PACKAGE.match(module) is not None


def make_code(path: str, draft: Draft, languages: t.Sequence[str], modules: Modules, outside: frozenset[bytes]) -> Code:
    """Raises Unparsable."""
    for language in languages:
        code = Code(path, draft, language, modules, outside)
        if not code.tree.has_error:
            return code
    raise Unparsable(f"{path}: the {languages[0]} grammar cannot read it")


def edit_script(
    path: str,
    original: bytes,
    languages: t.Sequence[str] | None = None,
    modules: Modules = of_package,
    outside: frozenset[bytes] = frozenset(),
    elsewhere: Elsewhere = nowhere,
    wanted: Wanted = always,
    speech: Speech | None = None,
) -> Script:
    """Without a way to speak to PostHog nothing takes Sentry's place.

    Raises Unparsable, also when an edit would make a text unreadable: then a rule is wrong."""
    languages = languages or LANGUAGES[posixpath.splitext(path)[1]]
    draft = Draft(original)
    code = make_code(path, draft, languages, modules, outside)
    reads = [(use.text, use.start) for use in code.names.uses]
    before = code.names.facts()
    mute = speech is None or not rules.can_speak(code, speech)
    for _round in range(ROUNDS):
        if speech is not None and not mute:
            rules.replace(code, speech)
        else:
            code.names.follow(functools.partial(relays.relays, code))
        for rule in RULES:
            rule(code)
        if not code.edits:
            leftovers.clean(code, lost_names(draft, reads))
            schemas.cut_entries(code, elsewhere)
        if not code.edits:
            wrappers.inline_aliases(code)
        if not code.edits:
            exports.cut(code, wanted)
        if not draft.apply(code.finish()):
            break
        code = make_code(path, draft, (code.tree.language,), modules, outside)
    return Script(
        draft,
        before,
        after=code.names.facts(),
        notes=notes(code, lost_names(draft, reads)) + ([Note(0, *MUTE)] if speech is not None and mute else []),
        hollow=is_hollow(code),
        hollow_exports=hollow_exports(code) | exports.of_sentry(code),
        reads_sentry=any(code.names.is_sentry(use) for use in code.names.uses),
        needs=speech.packages if speech is not None else frozenset(),
        helpers=frozenset(speech.helpers) if speech is not None else frozenset(),
    )


# -- for other files --------------------------------------------------------------------------------------------------


def is_hollow(code: Code) -> bool:
    """Whether a file could as well not be there. Importing something for its effect alone is doing something."""
    return all(is_idle(code, node) for node in code.tree.root.items)


def is_idle(code: Code, node: Node) -> bool:
    if node.type == "import_statement":
        return any(one.type in ("import_clause", "import_require_clause") for one in node.items)
    if node.type == "expression_statement":
        return bool(node.items) and node.items[0].type == "string"
    if node.type == "export_statement":
        declaration = node.get("declaration") or node.get("value")
        if declaration is not None:
            return is_idle(code, declaration)
        return all(one.type == "export_clause" and not one.items for one in node.items)
    if node.type in ("lexical_declaration", "variable_declaration"):
        values = [one.get("value") for one in node.items]
        return all(value is not None and value.type in FUNCTIONS and code.emptied(value) for value in values)
    if node.type in FUNCTIONS:
        return code.emptied(node)
    return node.type in ("empty_statement", "hash_bang_line")


def hollow_exports(code: Code) -> frozenset[bytes]:
    found: set[bytes] = set()
    for node in code.tree.of_type("export_statement"):
        declaration = node.get("declaration") or node.get("value")
        if declaration is None or not is_idle(code, declaration):
            continue
        if any(child.type == "default" for child in node.children):
            found.add(b"default")
        elif declaration.type in FUNCTIONS:
            name = declaration.get("name")
            found.update([name.text] if name else [])
        else:
            found.update(name.text for one in declaration.items for name in pattern_names(one.get("name")))
    return frozenset(found)


# -- notes ------------------------------------------------------------------------------------------------------------

ADVICE = {
    "boundary": "Put an error boundary of your own, or PostHogErrorBoundary, in its place.",
    "type": "Give it a type of your own, or remove what uses it.",
    "value": "Decide what the app should do without the value, then remove the call.",
    "runner": "Keep what is inside the callback, and remove the call around it.",
}
STILL_READ = ("Something else in this file still reads it.", "Remove the import with its last use.")
SOURCE_MAPS = re.compile(
    rb"sourcemap\w*['\"]?\s*:\s*(true|['\"](hidden|inline)['\"])|productionBrowserSourceMaps", re.IGNORECASE
)
UPLOADER = re.compile(rb"sentry\w*Plugin|sentrySvelteKit|sentryReactRouter|withSentryConfig", re.IGNORECASE)
PUBLIC_MAPS = (
    "Sentry's plugin took these source maps away; without it they are published with the application.",
    "Switch them off, or upload them to PostHog and delete them.",
)
MUTE = (
    "Something else is called posthog in this file, so nothing in it reports to PostHog.",
    "Rename it, and report the errors by hand.",
)
UNUSED = (
    "Only Sentry's part read this value, but what makes it may do more.",
    "Remove it if the call has no other purpose.",
)
EMPTY_HANDLER = ("This handler only told Sentry, and is empty now.", "Handle the error in another way, or remove it.")
EMPTY_CATCH = ("This catch only told Sentry, and is empty now.", "Report the error in another way.")


def notes(code: Code, lost: frozenset[bytes]) -> list[Note]:
    found = [note_of(code, use) for use in code.names.uses if code.names.is_sentry(use)]
    imported = [name for node in code.tree.of_type("import_clause") for name in imported_names(node)]
    found += [
        Note(name.start, "The template reads a name of Sentry's.", ADVICE["boundary"])
        for name in imported
        if name.text in code.outside and code.names.is_sentry(name)
    ]
    found += [Note(name.start, *STILL_READ) for name in imported if code.names.is_sentry(name)]
    found += [Note(name.start, *UNUSED) for name in leftovers.unused(code, lost)]
    for node in code.tree.of_type("catch_clause"):
        body = node.get("body")
        if body is not None and not body.items and code.touched(body):
            found.append(Note(node.start, *EMPTY_CATCH))
    for node in code.tree.of_type("arrow_function", "function_expression"):
        call = node.parent.parent if node.parent and node.parent.type == "arguments" else None
        called = call.get("function") if call else None
        if called is not None and code.emptied(node):
            catches = called.text.endswith(b".catch")
            if catches or called.text.endswith((b".on", b".once", b".addEventListener", b".setErrorHandler")):
                found.append(Note(node.start, *(EMPTY_CATCH if catches else EMPTY_HANDLER)))
    maps = SOURCE_MAPS.search(code.text)
    if maps is not None and UPLOADER.search(code.draft.removed()):
        found.append(Note(maps.start(), *PUBLIC_MAPS))
    return [Note(code.draft.origin(one.offset), one.reason, one.advice) for one in found]


def note_of(code: Code, use: Node) -> Note:
    for around in use.up():
        if around.type.startswith("jsx_"):
            return Note(use.start, "A component of Sentry's is part of the page.", ADVICE["boundary"])
        if around.type in ("nested_type_identifier", "type_annotation", "extends_clause", "implements_clause"):
            return Note(use.start, "A type or class of Sentry's is built upon.", ADVICE["type"])
        if around.type == "call_expression" and code.names.is_runner(around):
            return Note(use.start, "A call of Sentry's runs code of the app.", ADVICE["runner"])
        if around.type.endswith("statement") or around.type in FUNCTIONS:
            break
    return Note(use.start, "A value of Sentry's is used by the app.", ADVICE["value"])
