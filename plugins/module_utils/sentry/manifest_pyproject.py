# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pyproject.toml and Pipfile: the requirement of the SDK, wherever one is written.

Edited as text, and proved as data: the result is read again, and must lack what is Sentry's and nothing else."""

from __future__ import annotations

import posixpath
from collections import Counter

from .edit import FileEdits
from .json_cut import cut_entries
from .needed import needed_by
from .packages import is_python
from .repository import Repository
from .rest import report_rest
from .toml_places import Assignment, NotToml, array, cut_assignment, cut_table, leaves, load, scan

_REASON = "the SDK is not needed"

# Arrays of requirements, and mappings by name of distribution; "*" is any one key.
ARRAYS = (
    ("project", "dependencies"),
    ("project", "optional-dependencies", "*"),
    ("dependency-groups", "*"),
    ("tool", "poetry", "extras", "*"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
    ("tool", "pdm", "dev-dependencies", "*"),
    ("tool", "hatch", "envs", "*", "dependencies"),
    ("tool", "hatch", "envs", "*", "extra-dependencies"),
)
MAPPINGS = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
    ("tool", "uv", "sources"),
)
# Everything else at the top of a Pipfile is a category of packages.
PIPFILE_OTHERS = frozenset({"source", "requires", "pipenv", "scripts"})


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a pyproject.toml or a Pipfile."""
    file = FileEdits(path, repository.read(path))
    use = repository.needed.python(path)
    if use is not None:
        return report_rest(file, "manifest", *needed_by(use))
    try:
        _remove(file)
    except NotToml as problem:
        file = FileEdits(path, file.original)
        return report_rest(file, "manifest", f"the file {problem}", "Remove sentry-sdk by hand.")
    return report_rest(
        file,
        "manifest",
        "this line is not a requirement of the SDK",
        "Decide whether this setting or text is still wanted without Sentry.",
    )


def _remove(file: FileEdits) -> None:
    before = load(file.original)
    assignments, tables = scan(file.original)
    is_pipfile = posixpath.basename(file.path) == "Pipfile"
    for assignment in assignments:
        if _is_requirement(assignment.path, is_pipfile):
            cut_assignment(file, assignment, _REASON)
        elif not is_pipfile and any(fits(assignment.path, place) for place in ARRAYS):
            _thin_out(file, assignment)
    for table in tables:
        if _is_requirement(table.path, is_pipfile):
            cut_table(file, table, assignments, _REASON)
        elif table.path == ("tool", "uv", "sources"):
            inner = [item for item in assignments if table.start <= item.start < table.end]
            if inner and all(_is_requirement(item.path, is_pipfile) for item in inner):
                cut_table(file, table, assignments, _REASON)
    _prove(before, load(file.result()))


def _thin_out(file: FileEdits, assignment: Assignment) -> None:
    node = array(file.original, assignment)
    if not cut_entries(file, node, lambda entry: is_python(str(entry.value.scalar)), _REASON):
        return
    name = assignment.path[-1]
    if node and all(is_python(str(entry.value.scalar)) for entry in node.entries) and name != "dependencies":
        # Somebody may install it by name, and would get an error.
        advice = f"Remove {name} when nothing installs it by name any more."
        file.report(assignment.start, "manifest", f"{name} is empty now", advice)


def _is_requirement(path: tuple[str, ...], is_pipfile: bool) -> bool:
    """Whether a key is the SDK's name where names of distributions are keys, or lies under such a key."""
    for depth in range(1, len(path)):
        if is_python(path[depth]):
            if is_pipfile:
                return depth == 1 and path[0] not in PIPFILE_OTHERS
            return any(fits(path[:depth], place) for place in MAPPINGS)
    return False


def fits(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return len(path) == len(place) and all(want in ("*", key) for key, want in zip(path, place))


def _prove(before: dict[str, object], after: dict[str, object]) -> None:
    """Raises NotToml unless what is missing is Sentry's, and nothing is new."""
    had, has = Counter(leaves(before)), Counter(leaves(after))
    lost = had - has
    if has - had or not all(is_python(value.strip("'\"")) or any(map(is_python, path)) for path, value in lost):
        raise NotToml("is laid out in a way that is not understood")
