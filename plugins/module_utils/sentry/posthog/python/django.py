# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Django: the middleware, and PostHog in the pages by a template, a context processor and the base template.

Source: posthog/integrations/django.py of the SDK 7.91.1; the script that pages load is posthog-js, from PostHog's host.
"""

from __future__ import annotations

import posixpath
import re

from ...edit import Edit, line_start
from ...tree import Node
from ..wish import Wish
from . import imports
from .pages import INCLUDE, PROCESSOR, snippet
from .sources import Source, Sources, appended

MIDDLEWARE = "posthog.integrations.django.PosthogContextMiddleware"
HEAD_ENDS = re.compile(rb"[ \t]*</head\s*>", re.IGNORECASE)
# Templates that no browser shows as a page of the application.
OTHER_PAGES = re.compile(r"(^|/)(e?mails?|pdfs?|admin|docs?)/|[_-]e?mail|mail[_-]")
BACKEND = b"django.template.backends.django.DjangoTemplates"
BY_HAND = (
    "Let the base template of the pages load PostHog's script, with the key and the host from a context processor."
)


def furnish(sources: Sources, started: list[str], wish: Wish) -> None:
    settings = [one for one in sources.with_word(b"MIDDLEWARE") if list_of(one, b"MIDDLEWARE") is not None]
    near = [one for one in settings if one.path in started]
    chosen = near if len(near) == 1 else settings
    if not settings or sources.says(MIDDLEWARE.encode()):
        return
    if len(chosen) != 1:
        sources.furnishing.say(
            started[0],
            f"Add {MIDDLEWARE} at the end of the list that is used.",
            f"There are {len(chosen)} lists of middleware, and PostHog's is in none of them.",
        )
        return
    source = chosen[0]
    middleware = list_of(source, b"MIDDLEWARE")
    if middleware is None:
        return
    edits = appended(source.text, middleware, MIDDLEWARE)
    edits += add_to_pages(sources, source, wish)
    sources.change(source.path, edits)


def list_of(source: Source, name: bytes) -> Node | None:
    """The list display that a name of the module is set to, when it is set once."""
    found = [value for statement, own, value in source.assigned() if own == name and is_at_top(statement)]
    return found[0] if len(found) == 1 and found[0].type == "list" else None


def is_at_top(statement: Node) -> bool:
    return statement.parent is not None and statement.parent.type == "module"


# -- the browser ------------------------------------------------------------------------------------------------------


def add_to_pages(sources: Sources, settings: Source, wish: Wish) -> list[Edit]:
    """Edits of the settings; the files for the pages are put in place here. A project without pages needs none."""
    furnishing = sources.furnishing
    pages = page_templates(sources)
    if not pages or any(b"posthog" in furnishing.repository.read(path).lower() for path in pages):
        return []
    bases = [path for path in pages if posixpath.basename(path) == "base.html"]
    folder = package_of(sources, settings)
    processors = context_processors(settings)
    problem = (
        f"there are {len(bases)} base templates"
        if len(bases) != 1
        else "the folder of the project is not known from ROOT_URLCONF"
        if folder is None
        else "TEMPLATES is not one list of Django's engine with its context processors"
        if processors is None
        else None
    )
    if problem is not None or folder is None or processors is None:
        furnishing.say(settings.path, BY_HAND, f"Errors in the browser are not reported to PostHog: {problem}.")
        return []
    place, package = folder
    base = bases[0]
    templates = base[: base.rindex("templates/") + len("templates/")]
    files = {f"{place}posthog_context.py": PROCESSOR, f"{templates}posthog/snippet.html": snippet(wish)}
    there = next((path for path in files if path in furnishing.repository), None)
    if there is not None:
        furnishing.say(settings.path, BY_HAND, f"{there} is there already, and is not changed.")
        return []
    for path, text in files.items():
        furnishing.put(path, text)
    include(sources, base)
    return appended(settings.text, processors, f"{package}posthog_context.posthog")


def page_templates(sources: Sources) -> list[str]:
    """Templates below the project that have a head."""
    repository = sources.furnishing.repository
    inside = f"{sources.root}/" if sources.root else ""
    return [
        path
        for path in repository.files
        if path.endswith(".html") and path.startswith(inside) and "templates/" in path
        and not OTHER_PAGES.search(path) and repository.editable(path)
        and len(HEAD_ENDS.findall(repository.read(path))) == 1
    ]  # fmt: skip


def package_of(sources: Sources, settings: Source) -> tuple[str, str] | None:
    """(folder, prefix of its modules) of the project, beside its URLs."""
    named = [text_of(value) for statement, name, value in settings.assigned() if name == b"ROOT_URLCONF"]
    if len(named) != 1 or not named[0]:
        return None
    module = named[0].decode()
    found = sources.furnishing.project.resolver.python(settings.path, module)
    inside = [path for path in found if not sources.root or path.startswith(sources.root + "/")]
    if len(inside) != 1:
        return None
    package = module.rpartition(".")[0]
    folder = posixpath.dirname(inside[0])
    return (f"{folder}/" if folder else "", f"{package}." if package else "")


def text_of(node: Node) -> bytes:
    content = next((one for one in node.items if one.type == "string_content"), None) if node.type == "string" else None
    return content.text if content is not None else b""


def context_processors(settings: Source) -> Node | None:
    """The list in TEMPLATES, when there is one engine, which is Django's."""
    templates = list_of(settings, b"TEMPLATES")
    if templates is None or len(templates.items) != 1:
        return None
    pairs = [one for one in templates.walk() if one.type == "pair"]
    values = {text_of(key): value for one in pairs if (key := one.get("key")) and (value := one.get("value"))}
    backend, found = values.get(b"BACKEND"), values.get(b"context_processors")
    if backend is None or text_of(backend) != BACKEND or found is None or found.type != "list":
        return None
    return found


def include(sources: Sources, base: str) -> None:
    """Puts the template into the head of the base template."""
    text = sources.text(base)
    found = HEAD_ENDS.search(text)
    if found is None:
        return
    start = line_start(text, found.start())
    indent = text[start : found.end()]
    blanks = indent[: len(indent) - len(indent.lstrip())]
    if text[start : found.start()].strip():
        sources.change(base, [Edit(found.start(), found.start(), INCLUDE.encode())])
    else:
        line = blanks + b"  " + INCLUDE.encode() + imports.newline(text)
        sources.change(base, [Edit(start, start, line)])
