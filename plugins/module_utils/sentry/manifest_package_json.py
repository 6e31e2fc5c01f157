# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""package.json: dependencies of every kind, what package managers keep beside them, and scripts."""

from __future__ import annotations

import json
import posixpath
import re
import typing as t

from . import config_workflow, jsonc, scripts
from .config_workflow import is_workflow
from .edit import FileEdits, Residue, line_of
from .json_cut import cut_tree
from .needed import needed_by
from .npm_settings import OF_PACKAGES, PACKAGE_JSON, is_about, is_doomed
from .repository import Repository
from .rest import report_rest

# What every shell can do, and ends well
NOTHING = "exit 0"
PROSE = (".md", ".mdx", ".rst", ".txt")


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
    callers = {name: caller for name in sorted(gone) if (caller := _caller(repository, file.path, name))}
    _silence(file, root.object("scripts"), callers)
    section = root.get("scripts")
    going = gone - callers.keys()
    doomed |= {entry.start for entry in section.entries if entry.key in going} if section else set()
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


def _caller(repository: Repository, path: str, name: str) -> str | None:
    """Where another file runs a script: what nobody would miss in the manifest would be missed there."""
    call = re.compile(rb"\b(npm|pnpm|yarn|bun)\s+([\w=./@-]+\s+)*?" + re.escape(name.encode()) + rb"(?![\w:.@/-])")
    for other in repository.with_word(name.encode()):
        if other == path or other.endswith(PROSE):
            continue
        text = config_workflow.edit(repository, other).result() if is_workflow(other) else repository.read(other)
        found = call.search(text)
        if found is not None:
            return f"{other}:{line_of(text, found.start())}"
    return None


def _silence(file: FileEdits, written: dict[str, jsonc.Node], callers: dict[str, str]) -> None:
    """A script that somebody runs stays, and does nothing."""
    for name, caller in callers.items():
        script = written[name]
        if script.scalar != NOTHING:
            file.replace(script.start, script.end, f'"{NOTHING}"'.encode(), "a script of Sentry that is still run")
            reason = f"{caller} runs this script, which does nothing any more"
            file.report(script.start, "manifest", reason, "Take the call out, then the script.")


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
