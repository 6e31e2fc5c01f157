# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of a yarn.lock, of either kind: a header with all that resolves to it, and indented lines."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .edit import FileEdits, line_start
from .lock import Refused

_PAIR = re.compile(r'^(?:"((?:[^"\\]|\\.)*)"|([^\s":]+)):?(?:\s+(.*))?$')


@dataclass
class Block:
    """`asks` are the ranges in the header; `sections` the mappings under it by name, `values` its single values."""

    start: int
    end: int
    header_end: int
    asks: list[str]
    values: dict[str, str] = field(default_factory=dict)
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    #: (section, key) to the place of its line
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def blocks_of(text: bytes) -> list[Block]:
    """All blocks in order. Raises Refused for lines that are no part of one."""
    blocks: list[Block] = []
    offset = 0
    section = ""
    for raw in text.splitlines(keepends=True):
        start, offset = offset, offset + len(raw)
        line = raw.decode("utf-8", "surrogateescape").rstrip()
        indent = len(line) - len(line.lstrip(" "))
        if not line or line.startswith("#"):
            continue
        if indent == 0:
            if not line.endswith(":"):
                raise Refused("is not laid out as yarn does it")
            blocks.append(
                Block(start, offset, start + len(line.encode("utf-8", "surrogateescape")), asks_in(line[:-1]))
            )
            continue
        if not blocks:
            raise Refused("is not laid out as yarn does it")
        block = blocks[-1]
        block.end = offset
        section = _take(block, line.strip(), indent, section, (start, offset))
    return blocks


def asks_in(header: str) -> list[str]:
    """The ranges in a header. Classic quotes each that needs it, berry all of them together."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|([^\s,"][^,"]*)', header)
    return [ask.strip() for quoted, plain in parts for ask in (quoted or plain).split(", ")]


def _take(block: Block, line: str, indent: int, section: str, place: tuple[int, int]) -> str:
    """Files one line under its block; returns the section that the next line may be in."""
    found = _PAIR.match(line)
    if not found:
        raise Refused("is not laid out as yarn does it")
    key, value = found.group(1) or found.group(2), (found.group(3) or "").strip('"')
    if indent == 2:
        block.places["", key] = place
        if value:
            block.values[key] = value
        else:
            block.sections[key] = {}
        return key
    if indent == 4 and section in block.sections:
        block.sections[section][key] = value
        block.places[section, key] = place
    elif indent > 4 and section in block.sections and block.sections[section]:
        # A mapping in a mapping, such as dependenciesMeta: its lines belong to the last key.
        last = list(block.sections[section])[-1]
        block.places[section, last] = (block.places[section, last][0], place[1])
    return section


def cut_blocks(file: FileEdits, blocks: t.Iterable[Block], reason: str) -> None:
    """Cuts whole blocks, each with the empty line before it."""
    for block in blocks:
        start = block.start
        while start and not file.original[(above := line_start(file.original, start - 1)) : start].strip():
            start = above
        file.cut(start, block.end, reason)


def trim_header(file: FileEdits, block: Block, gone: set[str], reason: str) -> None:
    """Takes ranges out of a header that others still share."""
    left = [ask for ask in block.asks if ask not in gone]
    header = file.original[block.start : block.header_end].decode("utf-8", "surrogateescape")
    if header.count('"') == 2 and header.startswith('"') and header.endswith('":'):
        written = '"' + ", ".join(left) + '":'
    else:
        items = re.findall(r'"(?:[^"\\]|\\.)*"|[^\s,"][^,"]*', header[:-1])
        written = ", ".join(item for item in items if item.strip('"') in left) + ":"
    file.replace(block.start, block.header_end, written.encode("utf-8", "surrogateescape"), reason)
