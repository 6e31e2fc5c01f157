# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of what is left: each remaining mention of Sentry, why it was left, and what a person should do."""

from __future__ import annotations

import re
import typing as t

from .edit import Edit, FileEdits, Residue, line_of, merged
from .repository import CONFLICT, EDITABLE_SIZE, MENTION, VENDORED, is_bundled

# (kind, pattern in the path): the first that matches.
PLACES: tuple[tuple[str, t.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("lock", r"(^|/)([^/]*\.lock|[^/]*-lock\.(ya?ml|json)|npm-shrinkwrap\.json|bun\.lockb?)$"),
        ("changelog", r"(^|/)(change-?log|changes|history|release-?notes|news)[^/]*$|(^|/)(changelogs?|\.changeset)/"),
        ("licence", r"(^|/)(licen[cs]e|notice|third.?party)[^/]*$"),
        ("test", r"(^|/)(__tests__|__mocks__|__snapshots__|tests?|spec|e2e|cypress)/|[._-](test|spec|cy)\.[^/]+$"
                 r"|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$"),
        ("locale", r"(^|/)(locales?|messages|i18n|translations|lang)/"),
        ("env", r"(^|/)\.env[^/]*$|(^|/)[^/]*\.env(\.[^/]*)?$"),
        ("ci", r"(^|/)(\.(github|gitlab|circleci|buildkite|azure)/|\.gitlab-ci|azure-pipelines|jenkinsfile)"),
        ("docker", r"(^|/)[^/]*dockerfile[^/]*$|(^|/)(docker-)?compose[^/]*\.ya?ml$"),
        ("infrastructure", r"\.(tf|tfvars|hcl)$|(^|/)(k8s|kubernetes|helm|charts|terraform)/"),
        ("lint", r"(^|/)(\.?eslint|\.?knip|biome|\.prettier|cspell|\.?stylelint)[^/]*$"),
        ("ignore", r"(^|/)\.[a-z]+ignore$"),
        ("docs", r"\.(mdx?|rst|adoc|txt)$|(^|/)docs?/"),
        ("config", r"\.(json[c5]?|ya?ml|toml|ini|cfg|properties|conf|xml|plist|gradle|kts)$"
                   r"|(^|/)(Makefile|Procfile|Caddyfile)$"),
        ("template", r"\.(html?|jinja2?|j2|ejs|hbs|pug|astro)$"),
        ("style", r"\.(s?css|less|svg)$"),
    )
)  # fmt: skip
CSP = re.compile(rb"content-security-policy|(connect|script|worker|report|img|default)-(src|uri|to)|csp", re.IGNORECASE)
HOST = re.compile(rb"sentry-cdn\.com|ingest(\.\w+)?\.sentry", re.IGNORECASE)
TUNNEL = re.compile(rb"tunnel|/monitoring", re.IGNORECASE)
COMMENT = re.compile(rb"\s*(//|#|\*|/\*|<!--|\{/\*|--|;)")

WHY = {
    "lock": (
        "Something that stays still asks for this package.",
        "See which package does; nothing to do if it is meant.",
    ),
    "changelog": ("History is not rewritten.", "Leave it."),
    "licence": ("Licences are not edited.", "Leave it, or make the list of licences anew."),
    "test": ("A test names Sentry; what it should expect instead is not known.", "Adapt or delete the test."),
    "locale": ("A text of the product names Sentry.", "Leave it if the product is about Sentry; otherwise reword it."),
    "env": ("This line is not one of Sentry's own variables.", "Look whether something still reads it."),
    "ci": ("A workflow does more than Sentry's work here, or others depend on it.", "Take Sentry's part out by hand."),
    "docker": ("This cannot be cut without changing what the image does.", "Take Sentry's part out by hand."),
    "infrastructure": ("Infrastructure is not edited.", "Remove the resource or variable, then apply the plan."),
    "lint": ("A rule of a linter names Sentry.", "Remove the rule or the name from it."),
    "ignore": ("The entry stands among others.", "Remove it if no such file is made any more."),
    "docs": ("Documentation is not edited.", "Reword it for PostHog."),
    "config": ("No rule covers this setting.", "Remove it if only Sentry read it."),
    "template": ("Templates are not edited.", "Remove the script or the text."),
    "style": ("Styles and images are not edited.", "Remove it if nothing shows it any more."),
    "csp": ("A security policy or a proxy lets Sentry through.", "Take the host out, and let PostHog's in."),
    "comment": ("A comment that stands beside code of the app.", "Reword or delete it."),
    "code": ("No rule removes this without a doubt.", "Decide what the app should do instead, and edit it by hand."),
    "vendored": (
        "Code of others, or made by a bundler, that was checked in.",
        "Build or fetch it anew without Sentry.",
    ),
    "conflict": ("The file has conflict markers.", "Resolve the merge, then run this again."),
    "large": ("The file is too large to be edited.", "Look at it by hand."),
    "unreadable": ("The file cannot be read.", "Give the user of this task the right to read it."),
}


TITLE = "# What is left of Sentry"


def mentions_in(path: str, text: bytes) -> list[Residue]:
    """One entry for each line that still says Sentry."""
    whole = kind_of_file(path, text)
    found = []
    for number, line in enumerate(text.split(b"\n"), 1):
        if MENTION.search(line):
            kind = whole or kind_of_line(path, line)
            found.append(Residue(path, number, kind, *WHY[kind]))
    return found


def kind_of_file(path: str, text: bytes) -> str | None:
    """The kind of a file that is not edited at all, whatever is in it."""
    if VENDORED.search(path) or is_bundled(path, text):
        return "vendored"
    if len(text) > EDITABLE_SIZE:
        return "large"
    return "conflict" if CONFLICT.search(text) else None


def kind_of_line(path: str, line: bytes) -> str:
    place = next((kind for kind, pattern in PLACES if pattern.search(path)), None)
    if place in ("lock", "changelog", "licence", "test", "locale", "docs"):
        return place
    if place is None and COMMENT.match(line):
        return "comment"
    if CSP.search(line) or (HOST.search(line) and b"@" not in line) or TUNNEL.search(line):
        return "csp"
    return place or "code"


def moved(result: FileEdits) -> list[Residue]:
    """An editor's entries, which count lines of the original, with the lines of the result. Lines that are gone go."""
    starts = [0]
    for line in result.original.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits = merged(result.edits, result.path)
    text = result.result()
    found = []
    for one in result.residue:
        start, end = starts[one.line - 1], starts[one.line] - 1
        place = new_place(edits, start, max(end, start + 1))
        if place is not None:
            found.append(Residue(one.path, line_of(text, place), one.kind, one.reason, one.advice))
    return found


def new_place(edits: list[Edit], start: int, end: int) -> int | None:
    """Where the first byte of an original range that is still there stands now."""
    shift = 0
    for edit in edits:
        if edit.end <= start:
            shift += len(edit.replacement) - (edit.end - edit.start)
        elif edit.start <= start:
            if edit.replacement:
                return edit.start + shift
            if edit.end >= end:
                return None
            start = edit.end
            shift -= edit.end - edit.start
    return start + shift


def as_data(residue: list[Residue], summary: dict[str, t.Any]) -> dict[str, t.Any]:
    entries = [
        {"path": one.path, "line": one.line, "kind": one.kind, "reason": one.reason, "advice": one.advice}
        for one in residue
    ]
    return {"residue": entries, "summary": summary}


def as_markdown(residue: list[Residue], summary: dict[str, t.Any]) -> str:
    lines = [TITLE, ""]
    lines += [f"- {key.replace('_', ' ')}: {value}" for key, value in summary.items() if not isinstance(value, dict)]
    lines += [f"- {kind}: {count}" for kind, count in summary["kinds"].items()]
    path = None
    for one in residue:
        if one.path != path:
            lines += ["", f"## {one.path}", "", "| line | kind | why it was left | what to do |", "|---|---|---|---|"]
            path = one.path
        lines.append(f"| {one.line} | {one.kind} | {cell(one.reason)} | {cell(one.advice)} |")
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
