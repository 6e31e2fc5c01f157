# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitHub workflows and actions: variables of Sentry, and steps that do nothing but Sentry's work."""

from __future__ import annotations

import functools
import posixpath
import re
import typing as t

from . import jsonc, scripts, yaml_tree
from .edit import FileEdits, merged
from .repository import Repository
from .rest import report_rest
from .yaml_tree import Item, Lines, Yaml
from .yaml_variables import cut, cut_variables

_ACTION = re.compile(r"getsentry/action-[\w-]+(/|@|$)", re.IGNORECASE)
_INSTALLATION = re.compile(
    r"(curl|wget)\s[^|;&]*sentry\.io/get-cli/?[\"']?\s*\|\s*(\w+=\S+\s+)*(ba)?sh"
    r"|(npm|pnpm|yarn|bun)\s+(i|install|add|global add)\s+(-\w+\s+|--[\w-]+\s+)*@sentry/cli(@\S+)?"
)
_ASSIGNMENT = re.compile(r"(export\s+)?\w+=(\$\(sentry-cli [^()]*\)|\"\$\(sentry-cli [^()]*\)\")")

_WORK = re.compile(rb"sentry-cli|getsentry/action-")

WORKFLOW = re.compile(r"(^|/)\.github/(workflows|actions)/.+\.ya?ml$|(^|/)action\.ya?ml$")


def is_workflow(path: str) -> bool:
    return WORKFLOW.search(path) is not None


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a workflow or a composite action."""
    file = FileEdits(path, repository.read(path))
    try:
        root = yaml_tree.parse(file.original)
    except yaml_tree.NotYaml as problem:
        return report_rest(file, "workflow", f"the file {problem}", "Remove Sentry's steps by hand.")
    lines = Lines(file)
    gone = removed_scripts(repository)
    _cut_steps(lines, root, gone)
    left = _left(file)
    # What stays of Sentry's work takes its settings from the environment without naming them.
    owners = [] if _WORK.search(left) else list(_environments(root))
    for owner in owners:
        if not any(edit.start <= lines.offset(owner.line) < edit.end for edit in file.edits):
            cut_variables(lines, owner, lambda name: repository.needed.frees(name) and not _is_used(name, left))
    return report_rest(
        file,
        "workflow",
        "this line does more than Sentry's work, or something else depends on it",
        "Take Sentry's part out by hand; secrets of that name can then be deleted in the settings of the repository.",
    )


@functools.lru_cache(maxsize=1)  # a run is about one repository
def removed_scripts(repository: Repository) -> frozenset[str]:
    """The scripts that go from the manifests of the repository."""
    gone: set[str] = set()
    for path in repository.files:
        if posixpath.basename(path) == "package.json" and repository.mentions(path):
            try:
                gone |= scripts.removed(jsonc.parse(repository.read(path)).strings("scripts"))
            except jsonc.NotJson:
                # Its own editor says so.
                continue
    return frozenset(gone)


def is_sentrys_step(step: Yaml, gone: frozenset[str]) -> bool:
    """Whether a step runs an action of Sentry's, or nothing but Sentry's commands."""
    if step.get("uses") is not None:
        return bool(_ACTION.match(step.string("uses")))
    commands = [line.strip() for line in step.string("run").replace("\\\n", " ").splitlines()]
    commands = [
        line for line in commands if line and not line.startswith("#") and not re.fullmatch(r"set [-+]\w.*", line)
    ]
    return bool(commands) and all(_is_sentrys(command, gone) for command in commands)


def _is_sentrys(command: str, gone: frozenset[str]) -> bool:
    return bool(
        _INSTALLATION.fullmatch(command) or _ASSIGNMENT.fullmatch(command) or scripts.is_only_sentry(command, gone)
    )


def _jobs(root: Yaml) -> list[tuple[Item | None, Yaml]]:
    """The jobs of a workflow, or the one thing that an action does."""
    jobs = root.get("jobs")
    found: list[tuple[Item | None, Yaml]] = [(item, item.value) for item in jobs.items] if jobs else []
    runs = root.get("runs")
    return found + ([(None, runs)] if runs else [])


def _cut_steps(lines: Lines, root: Yaml, gone: frozenset[str]) -> None:
    jobs = _jobs(root)
    emptied: list[Item | None] = []
    going: list[Item] = []
    for item, job in jobs:
        steps = job.get("steps")
        doomed = [step for step in steps.items if is_sentrys_step(step.value, gone)] if steps else []
        if doomed and steps and _is_idle(doomed, steps.items):
            emptied.append(item)
        else:
            going += [step for step in doomed if not _is_awaited(step, lines.text)]
    needed = {name for _name, job in jobs for name in _needs(job)}
    needless = [item for item in emptied if item is not None and item.key not in needed]
    # A workflow without any job is not valid; whether the file goes is for a person to say.
    going += needless if len(needless) < len(jobs) else []
    cut(lines, [item for item in going if lines.stands_alone(item)])


def _is_idle(doomed: list[Item], steps: list[Item]) -> bool:
    """Whether nothing would be left but the preparation for what goes."""
    kept = [step for step in steps if step not in doomed]
    return all(re.match(r"actions/(checkout|setup-\w+|cache)@", step.value.string("uses")) for step in kept)


def _is_awaited(step: Item, text: bytes) -> bool:
    """Whether something refers to what a step gives out."""
    name = step.value.string("id")
    return bool(name) and re.search(rb"\bsteps\.%s\b" % re.escape(name.encode()), text) is not None


def _needs(job: Yaml) -> list[str]:
    needs = job.get("needs")
    return [needs.text, *(item.value.text for item in needs.items)] if needs else []


def _environments(root: Yaml) -> t.Iterator[Item]:
    places = [root]
    for _name, job in _jobs(root):
        steps = job.get("steps")
        places += [job, *(step.value for step in steps.items)] if steps else [job]
    for place in places:
        yield from (item for item in place.items if item.key == "env")


def _left(file: FileEdits) -> bytes:
    text, at = b"", 0
    for done in merged(file.edits, file.path):
        text += file.original[at : done.start]
        at = done.end
    return text + file.original[at:]


def _is_used(name: str, text: bytes) -> bool:
    return re.search(rb"(\$\{?|\benv\.|%%|\benv:)%s\b" % re.escape(name.encode()), text) is not None
