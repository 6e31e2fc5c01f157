# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the assignments of a TOML file are. A library reads the values; none that reads them says where they stand."""

from __future__ import annotations

import importlib
import re
import typing as t
from dataclasses import dataclass

from ..errors import RolloutError
from .edit import FileEdits, line_end, line_start, with_blank_line
from .jsonc import Entry, Node

_HEADER = re.compile(r"[ \t]*\[{1,2}([^\[\]\n]+)\]{1,2}[ \t]*(?:#[^\n]*)?(?=\r?\n|$)")
_KEY = re.compile(
    r"[ \t]*((?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*'))*)[ \t]*=[ \t]*"
)
_PART = re.compile(r"[\w-]+|\"[^\"\n]*\"|'[^'\n]*'")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|'
    r"'''.*?'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|#[^\n]*|[\[\]{},\n]|[^\s\[\]{},\"'#]+|[ \t\r]+",
    re.DOTALL,
)


def _reader() -> t.Callable[[str], dict[str, t.Any]] | None:
    """Python has its own since 3.11; before that, it is a library with the same function."""
    for name in ("tomllib", "tomli"):
        try:
            loads: t.Callable[[str], dict[str, t.Any]] = importlib.import_module(name).loads
        except ImportError:
            continue
        return loads
    return None


_loads = _reader()


class NotToml(RolloutError):
    """The bytes are not TOML that can be edited; says why."""


@dataclass
class Assignment:
    """`path` is that of the table and the key together; `end` is that of the value."""

    path: tuple[str, ...]
    start: int
    value: int
    end: int


@dataclass
class Table:
    """A header with all its lines."""

    path: tuple[str, ...]
    start: int
    end: int


def load(text: bytes) -> dict[str, t.Any]:
    """The data. Raises NotToml."""
    if _loads is None:
        raise NotToml("needs Python 3.11, or the Python library tomli, to be read")
    try:
        # A lone \r is not TOML's line break; the standard library wants none of the others either.
        data: dict[str, t.Any] = _loads(text.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        raise NotToml("is not valid TOML") from None
    return data


def scan(text: bytes) -> tuple[list[Assignment], list[Table]]:
    """All assignments and headers. The text has to be valid; what is not understood raises NotToml."""
    # Latin-1 has a character for every byte, so places are the same.
    chars = text.decode("latin-1")
    at = 3 if text.startswith(b"\xef\xbb\xbf") else 0
    prefix: tuple[str, ...] = ()
    found: list[Assignment] = []
    tables: list[Table] = []
    while at < len(chars):
        header, key = _HEADER.match(chars, at), _KEY.match(chars, at)
        if key:
            end = _value_end(chars, key.end())
            begin = key.start(1)
            found.append(Assignment(prefix + _parts(key.group(1)), begin, key.end(), end))
            at = line_end(text, end)
        elif header:
            prefix = _parts(header.group(1))
            if tables:
                tables[-1].end = at
            tables.append(Table(prefix, at, len(chars)))
            at = line_end(text, header.end())
        else:
            behind = line_end(text, at)
            if chars[at:behind].strip() and not chars[at:behind].lstrip().startswith("#"):
                raise NotToml("is laid out in a way that is not understood")
            at = behind
    return found, tables


def assignments_in(text: bytes, start: int, end: int) -> list[Assignment]:
    """Those in a part of the file that begins with a header."""
    found, _tables = scan(text[start:end])
    return [Assignment(item.path, item.start + start, item.value + start, item.end + start) for item in found]


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'").encode("latin-1").decode("utf-8", "replace") for part in _PART.findall(key))


def _value_end(chars: str, at: int) -> int:
    """Behind a value: brackets may go over lines, everything else ends with its line."""
    depth, end = 0, at
    while at < len(chars):
        token = _TOKEN.match(chars, at)
        if not token:
            raise NotToml("is laid out in a way that is not understood")
        word = token.group()
        if depth == 0 and (word == "\n" or word.startswith("#")):
            break
        depth += (word in ("[", "{")) - (word in ("]", "}"))
        at = token.end()
        if word.strip():
            end = at
    return end


def array(text: bytes, assignment: Assignment) -> Node | None:
    """The elements of an array, with their values; None for what is no array."""
    if text[assignment.value : assignment.value + 1] != b"[":
        return None
    chars = text.decode("latin-1")
    node = Node(assignment.value, assignment.end, "array")
    at, depth, start, last = assignment.value + 1, 0, -1, -1
    while at < assignment.end:
        token = t.cast("re.Match[str]", _TOKEN.match(chars, at))
        word = token.group()
        if depth == 0 and word in (",", "]") and start >= 0:
            comma = token.end() if word == "," else None
            node.entries.append(Entry("", start, last, Node(start, last, scalar=_value(text[start:last])), comma))
            start = -1
        elif word.strip() and not word.startswith("#") and not (depth == 0 and word in (",", "]")):
            start = at if start < 0 else start
            last = token.end()
        depth += (word in ("[", "{")) - (word in ("]", "}"))
        at = token.end()
    return node


def _value(raw: bytes) -> t.Any:
    return load(b"x = " + raw)["x"]


def cut_assignment(file: FileEdits, assignment: Assignment, reason: str) -> None:
    """Cuts an assignment with its lines and what is said behind it."""
    file.cut(line_start(file.original, assignment.start), line_end(file.original, assignment.end), reason)


def cut_table(file: FileEdits, table: Table, assignments: list[Assignment], reason: str) -> None:
    """Cuts a header with what is assigned under it; comments behind that belong to what follows."""
    ends = [assignment.end for assignment in assignments if table.start <= assignment.start < table.end]
    end = line_end(file.original, max(ends, default=table.start))
    start, end = with_blank_line(file.original, table.start, end)
    if end == len(file.original):
        while start and not file.original[(above := line_start(file.original, start - 1)) : start].strip():
            start = above
    file.cut(start, end, reason)


def leaves(data: t.Any, path: tuple[str, ...] = ()) -> t.Iterator[tuple[tuple[str, ...], str]]:
    """All that is said, each with its path; elements of arrays without their position."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for value in data:
            yield from leaves(value, path)
    else:
        yield path, repr(data)
