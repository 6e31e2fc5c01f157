# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports are put where a sorter of imports would leave them: among their like, by name."""

from __future__ import annotations

from ...edit import line_end, line_start
from ...python.code import Code, is_docstring
from ...tree import Node, Tree

TYPES = ("import_statement", "import_from_statement")
# The modules of the standard library that stand at the top of applications.
STANDARD = frozenset(
    b"abc argparse ast asyncio atexit base64 collections concurrent contextlib copy csv dataclasses datetime "
    b"decimal email enum functools glob hashlib hmac html http importlib inspect io itertools json logging math "
    b"mimetypes multiprocessing os pathlib platform queue random re secrets shutil signal smtplib socket ssl string "
    b"subprocess sys tempfile threading time traceback types typing unittest urllib uuid warnings zoneinfo".split()
)


def module_of(node: Node) -> bytes:
    """The first module that an import names."""
    source = node.get("module_name") or next((one for one in node.items if one.field == "name"), None)
    inner = source.get("name") if source is not None and source.type == "aliased_import" else source
    return inner.text if inner is not None else b""


def group_of(anchor: Node) -> list[Node]:
    """The imports beside one, with no empty line in between."""
    siblings = anchor.parent.items if anchor.parent is not None else [anchor]
    place = siblings.index(anchor)
    first = last = place
    while first and is_next(siblings[first - 1], siblings[first]):
        first -= 1
    while last + 1 < len(siblings) and is_next(siblings[last], siblings[last + 1]):
        last += 1
    return siblings[first : last + 1]


def is_next(one: Node, other: Node) -> bool:
    gap = one.tree.text[one.end : other.start]
    return one.type in TYPES and other.type in TYPES and gap.count(b"\n") >= 1 and not _has_empty_line(gap)


def _has_empty_line(gap: bytes) -> bool:
    return any(not line.strip() for line in gap.split(b"\n")[1:-1])


def place_in(group: list[Node], line: bytes, above: dict[int, int] | None = None) -> tuple[int, bytes]:
    """(where a line goes, with its indentation and its break) so that the group stays sorted.

    `above` says for a statement where the comments begin that belong to it."""
    text, indent = group[0].tree.text, indentation(group[0])
    plain = line.startswith(b"import ")
    name = line.split()[1]
    mixed = is_mixed(group)
    alike = [one for one in group if mixed or (one.type == "import_statement") == plain]
    behind = next((one for one in alike if module_of(one).lower() > name.lower()), None)
    if behind is None and not alike and plain:
        behind = group[0]
    if behind is not None:
        place = (above or {}).get(behind.start, behind.start)
        return line_start(text, place), indent + line + newline(text)
    last = alike[-1] if alike else group[-1]
    end = line_end(text, last.end)
    lead = b"" if text[end - 1 : end] == b"\n" else newline(text)
    return end, lead + indent + line + newline(text)


def import_before(node: Node) -> Node | None:
    """The node itself when it is an import, or else the last import before it in its block."""
    siblings = node.parent.items if node.parent is not None else [node]
    before = [one for one in siblings[: siblings.index(node) + 1] if one.type in TYPES and is_alone(one)]
    return before[-1] if before else None


def line_before(node: Node, line: bytes) -> tuple[int, bytes]:
    """(place, text) of a line of its own in front of a statement."""
    text = node.tree.text
    return line_start(text, node.start), indentation(node) + line + newline(text)


def is_mixed(group: list[Node]) -> bool:
    """Whether `import a` and `from a import b` are sorted together."""
    kinds = [one.type for one in group]
    return kinds != sorted(kinds, key=lambda kind: kind != "import_statement")


def is_alone(node: Node) -> bool:
    """Whether a statement has its line for itself."""
    text = node.tree.text
    before = text[line_start(text, node.start) : node.start]
    behind = text[node.end : line_end(text, node.end)].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def at_top(tree: Tree, line: bytes) -> tuple[int, bytes]:
    """Where an import of the standard library goes that a module lacks."""
    text = tree.text
    imported = [one for one in tree.root.items if one.type in TYPES and is_alone(one)]
    if imported:
        group = group_of(imported[0])
        if all(module_of(one).split(b".")[0] in STANDARD for one in group):
            return place_in(group, line)
        return line_start(text, group[0].start), line + newline(text) * 2
    start = 0
    for one in tree.root.items:
        if not is_docstring(one) and one.type != "future_import_statement":
            break
        start = line_end(text, one.end)
    lead = newline(text) if start and not text[:start].endswith(b"\n\n") else b""
    return start, lead + line + newline(text) * 2


def has(code: Code, module: bytes) -> bool:
    """Whether a module is imported by its own name at the top of the file."""
    return any(
        one.kind == "import" and one.module == module and one.original is None and one.scope.type == "module"
        and statement_at_top(one.value)
        for one in code.names.bound.get(module, ())
    )  # fmt: skip


def statement_at_top(node: Node | None) -> bool:
    return node is not None and node.parent is not None and node.parent.type == "module"


def indentation(node: Node) -> bytes:
    text = node.tree.text
    line = text[line_start(text, node.start) : node.start]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def newline(text: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in text else b"\n"
