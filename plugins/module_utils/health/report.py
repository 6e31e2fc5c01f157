# SPDX-License-Identifier: GPL-3.0-or-later
"""What a round of checks has found: as one document, and as a few lines."""

from __future__ import annotations

import json
import textwrap
import typing as t
from dataclasses import dataclass
from datetime import datetime

from .result import FAILED, OK, SKIPPED, WARNING, Result, worst

VERSION = 1
#: Of a line, in characters.
WIDTH = 72


@dataclass(frozen=True)
class Report:
    host: str
    time: datetime
    results: tuple[Result, ...]

    @property
    def verdict(self) -> str:
        return worst(result.verdict for result in self.results)

    @property
    def unwell(self) -> dict[str, str]:
        """Name and verdict of what needs an eye."""
        return {result.name: result.verdict for result in self.results if result.verdict not in (OK, SKIPPED)}

    def as_data(self) -> dict[str, t.Any]:
        """The document; `version` changes when a reader would have to."""
        return {
            "version": VERSION,
            "host": self.host,
            "time": self.time.isoformat(timespec="seconds"),
            "verdict": self.verdict,
            "results": [result.as_data() for result in self.results],
        }

    def as_json(self) -> str:
        return json.dumps(self.as_data(), indent=2) + "\n"


def lines(document: t.Mapping[str, t.Any]) -> list[str]:
    """A document for a person: one sentence when all is well, otherwise a table of what is not; then what was not
    seen. No line is so long that Ansible or a mail program would fold it."""
    results = document["results"]
    wrong = [result for result in results if result["verdict"] not in (OK, SKIPPED)]
    good = [result["name"] for result in results if result["verdict"] == OK]
    if wrong:
        counts = f"{count(wrong, FAILED)}, {count(wrong, WARNING)}, {len(good)} ok"
        text = [f"{document['host']} is not well: {counts}", *table(wrong)]
    elif good:
        text = folded(f"{document['host']} is well: {', '.join(good)}")
    else:
        text = [f"{document['host']}: nothing was checked"]
    unseen = [f"{result['name']} ({result['measured']})" for result in results if result["verdict"] == SKIPPED]
    return text + (folded(f"not checked: {', '.join(unseen)}") if unseen else [])


def table(results: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Name, verdict, and beside them what was measured and what to do."""
    width = max(len(result["name"]) for result in results)
    rows = []
    for result in results:
        head = f"{result['name']:<{width}}  {result['verdict']:<7}  "
        rows += folded(result["measured"], head, " " * len(head))
        rows += folded(result["advice"], " " * len(head), " " * len(head))
    return rows


def folded(text: str, first: str = "", others: str = "  ") -> list[str]:
    # Names and addresses are never broken, however long.
    return textwrap.wrap(
        text,
        max(WIDTH, len(first) + 30),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def count(results: t.Iterable[t.Mapping[str, t.Any]], verdict: str) -> str:
    return f"{sum(result['verdict'] == verdict for result in results)} {verdict}"
