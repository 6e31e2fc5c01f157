# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Next.js: the provider goes around what the root layout, or the application of the pages, shows."""

from __future__ import annotations

import posixpath
import re

from ...draft import Draft
from ...javascript.code import Code
from ...tree import Node
from .imports import put_imports
from .scene import Scene
from .speech import Import

ELEMENTS = ("jsx_element", "jsx_self_closing_element")


def hosts(scene: Scene) -> list[str]:
    """The files that show everything: the layouts with a <body>, or _app of the pages."""
    below = [path for path in scene.files if re.search(r"\.[jt]sx?$", path)]
    start = f"{scene.root}/" if scene.root else ""
    layouts = [path for path in below if re.match(rf"{re.escape(start)}(src/)?app/(.+/)?layout\.\w+$", path)]
    found = [path for path in layouts if b"<body" in scene.repository.read(path)]
    apps = [path for path in below if re.match(rf"{re.escape(start)}(src/)?pages/_app\.\w+$", path)]
    return found + apps


def wrap(draft: Draft, path: str, language: str, provider: Import) -> bool:
    """Puts the provider around the page; whether it was certain where."""
    code = Code(path, draft, language, lambda _module, _name: False, frozenset())
    if code.tree.has_error or provider.name.encode() in code.names.declared:
        return False
    inner = page_of(code, posixpath.basename(path).startswith("_app."))
    if inner is None:
        return False
    name = provider.name.encode()
    code.replace(inner.start, inner.start, b"<" + name + b">")
    code.replace(inner.end, inner.end, b"</" + name + b">")
    put_imports(code, [provider], [])
    return draft.apply(code.edits)


def page_of(code: Code, of_pages: bool) -> Node | None:
    """The one place where the page is shown: `{children}` in the body, or `<Component {...pageProps} />`."""
    if of_pages:
        found = [one for one in code.tree.of_type("jsx_self_closing_element") if element_name(one) == b"Component"]
    else:
        shown = [one for one in code.tree.of_type("jsx_expression") if one.text.strip(b"{} \t\r\n") == b"children"]
        found = [one for one in shown if in_body(one)]
    return found[0] if len(found) == 1 else None


def element_name(element: Node) -> bytes:
    name = element.get("name")
    return name.text if name is not None else b""


def in_body(node: Node) -> bool:
    elements = [one for one in node.up() if one.type == "jsx_element"]
    opened = [one.get("open_tag") or one.children[0] for one in elements]
    return (
        node.parent is not None and node.parent.type in ELEMENTS and any(element_name(one) == b"body" for one in opened)
    )
