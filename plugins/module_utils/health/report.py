# SPDX-License-Identifier: GPL-3.0-or-later
"""What a round of checks has found: as one document, and as a few lines."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from datetime import datetime

from .result import OK, SKIPPED, Result, worst

VERSION = 1


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
    """A document for a person: one line when all is well, otherwise a table of what is not; then what was not seen."""
    results = document["results"]
    wrong = [result for result in results if result["verdict"] not in (OK, SKIPPED)]
    good = [result["name"] for result in results if result["verdict"] == OK]
    if wrong:
        text = [f"{document['host']} is not well: {count(wrong, 'failed')}, {count(wrong, 'warning')}, {len(good)} ok"]
        width = max(len(result["name"]) for result in wrong)
        for result in wrong:
            text.append(f"{result['name']:<{width}}  {result['verdict']:<7}  {result['measured']}")
            if result["advice"]:
                text.append(f"{'':<{width}}           {result['advice']}")
    elif good:
        text = [f"{document['host']} is well: {', '.join(good)}"]
    else:
        text = [f"{document['host']}: nothing was checked"]
    unseen = [f"{result['name']} ({result['measured']})" for result in results if result["verdict"] == SKIPPED]
    return text + ([f"not checked: {', '.join(unseen)}"] if unseen else [])


def count(results: t.Iterable[t.Mapping[str, t.Any]], verdict: str) -> str:
    return f"{sum(result['verdict'] == verdict for result in results)} {verdict}"
