# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""package.json: dependencies of every kind, what package managers keep beside them, and scripts."""

from __future__ import annotations

import json
import posixpath
import typing as t

from . import jsonc, scripts
from .edit import FileEdits, Residue
from .json_cut import cut_tree
from .needed import needed_by
from .npm_settings import OF_PACKAGES, PACKAGE_JSON, is_about, is_doomed
from .repository import Repository
from .rest import report_rest


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a package.json."""
    file = FileEdits(path, repository.read(path))
    try:
        root = jsonc.parse(file.original)
    except jsonc.NotJson as problem:
        return report_rest(file, "manifest", f"the file {problem}", "Repair the file and run again.")
    doomed = set(_doomed(repository, file, root))
    written = root.strings("scripts")
    gone = scripts.removed(written)
    section = root.get("scripts")
    doomed |= {entry.start for entry in section.entries if entry.key in gone} if section else set()
    cut_tree(file, root, doomed, "packages and scripts of Sentry")
    for name, script in root.object("scripts").items():
        if name in written and name not in gone:
            _shorten(file, script, gone)
    _report_binary_lock(repository, file)
    return report_rest(
        file,
        "manifest",
        "this line of the manifest is not one that can go by rule",
        "Decide whether the package, script, setting or text is still wanted without Sentry.",
    )


def _report_binary_lock(repository: Repository, file: FileEdits) -> None:
    """bun's lock of old is no text, so nothing else would ever look at it."""
    lock = posixpath.join(posixpath.dirname(file.path), "bun.lockb")
    if file.edits and lock in repository:
        advice = "Run bun install, or bun install --save-text-lockfile for a lock that can be pruned."
        file.residue.append(Residue(lock, 1, "lock", "left as it was, because it is a binary file", advice))


def at(root: jsonc.Node, place: tuple[str, ...]) -> list[jsonc.Node]:
    """The containers at a path of keys, in which "*" stands for every key."""
    nodes = [root]
    for key in place:
        inner = [entry for node in nodes if node.kind == "object" for entry in node.entries]
        nodes = [entry.value for entry in inner if key in ("*", entry.key)]
    return nodes


def _doomed(repository: Repository, file: FileEdits, root: jsonc.Node) -> t.Iterator[int]:
    """The places of the entries that go; what stays because code needs it is reported."""
    for place in PACKAGE_JSON:
        for entry in (entry for node in at(root, place) for entry in node.entries):
            if place[0] not in OF_PACKAGES:
                if is_doomed(entry.key, entry.value.scalar, repository.needed):
                    yield entry.start
            elif is_about(entry.key, entry.value.scalar):
                use = repository.needed.npm(file.path, entry.key or str(entry.value.scalar))
                if use is None:
                    yield entry.start
                else:
                    file.report(entry.start, "manifest", *needed_by(use))


def _shorten(file: FileEdits, script: jsonc.Node, gone: frozenset[str]) -> None:
    """Cuts Sentry's links out of a chain. With escapes in it, places in the string are not places in the file."""
    raw = file.original[script.start + 1 : script.end - 1]
    if json.loads(b'"' + raw + b'"') != raw.decode("utf-8", "replace"):
        _shorten_escaped(file, script, raw, gone)
        return
    text = raw.decode("utf-8")
    for start, end in scripts.cuts(text, gone):
        offset = script.start + 1
        file.cut(offset + len(text[:start].encode()), offset + len(text[:end].encode()), "a command of Sentry")


def _shorten_escaped(file: FileEdits, script: jsonc.Node, raw: bytes, gone: frozenset[str]) -> None:
    shorter = scripts.without(script.scalar, gone)
    if shorter != script.scalar:
        written = json.dumps(shorter, ensure_ascii=raw.isascii()).encode()
        file.replace(script.start, script.end, written, "a command of Sentry")
