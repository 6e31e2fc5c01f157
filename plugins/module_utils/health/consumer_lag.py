# SPDX-License-Identifier: GPL-3.0-or-later
"""How far ingestion is behind, by a command that asks Kafka or Redpanda; without one nothing is known of it."""

from __future__ import annotations

import re

from ..errors import RolloutError
from .command import run
from .context import Context
from .result import OK, Result, at_least, failed, skipped
from .settings import Options

OPTIONS = {
    "command": {"type": "list", "elements": "str", "default": []},
    "warning": {"type": "int", "default": 10_000},
    "failed": {"type": "int", "default": 100_000},
    "timeout": {"type": "float", "default": 30.0},
}
NAME = "consumer lag"
#: What Kafka calls a group that nobody is a member of.
DESERTED = ("Empty", "Dead")


def look(context: Context, options: Options) -> list[Result]:
    if not options["command"]:
        return [skipped(NAME, "no consumer_lag.command is given")]
    if not context.may_write:
        return [skipped(NAME, "check mode runs no command that is not ours")]
    try:
        groups = lag_of(run(options["command"], options["timeout"]))
    except RolloutError as problem:
        return [failed(NAME, str(problem), "Mend consumer_lag.command, or see whether the service kafka runs.")]
    return [judge(name, *found, options) for name, found in groups.items()]


def judge(group: str, lag: int, deserted: bool, options: Options) -> Result:
    name = f"{NAME} {group}".strip()
    facts = {"lag": lag}
    if deserted:
        return failed(name, f"nobody consumes, {lag} messages wait", "See whether the consumers run.", **facts)
    verdict = at_least(lag, options["warning"], options["failed"])
    advice = "" if verdict == OK else "See the log of the consumers, and whether ClickHouse and Postgres are slow."
    return Result(name, verdict, f"{lag} messages wait", advice, facts)


def lag_of(text: str) -> dict[str, tuple[int, bool]]:
    """Lag of each group, and whether nobody consumes. Reads what `rpk group describe` and `kafka-consumer-groups
    --describe` print, and a number alone, whose group has no name. Raises RolloutError."""
    if re.fullmatch(r"\s*\d+\s*", text):
        return {"": (int(text), False)}
    found = described(text) or tabled(text)
    if not found:
        raise RolloutError("the command printed neither a number nor the description of a group")
    return found


def described(text: str) -> dict[str, tuple[int, bool]]:
    """rpk: one paragraph of names and values for each group."""
    found: dict[str, tuple[int, bool]] = {}
    for paragraph in re.split(r"(?m)^(?=GROUP\s)", text):
        facts = dict(re.findall(r"(?m)^([A-Z-]+)[ \t]+(\S+)[ \t]*$", paragraph))
        if "GROUP" in facts and facts.get("TOTAL-LAG", "").isdigit():
            found[facts["GROUP"]] = (int(facts["TOTAL-LAG"]), facts.get("STATE") in DESERTED)
    return found


def tabled(text: str) -> dict[str, tuple[int, bool]]:
    """Kafka's own tool: a row for each partition under a head; a dash where nobody consumes."""
    found: dict[str, tuple[int, bool]] = {}
    columns: list[str] = []
    for words in map(str.split, text.splitlines()):
        if words[:1] == ["GROUP"] and "LAG" in words:
            columns = words
        elif columns and len(words) >= columns.index("LAG") + 1 and words[columns.index("LAG")].isdigit():
            group = words[0]
            lag, deserted = found.get(group, (0, True))
            member = words[columns.index("CONSUMER-ID")] if "CONSUMER-ID" in columns[: len(words)] else "-"
            found[group] = (lag + int(words[columns.index("LAG")]), deserted and member == "-")
    return found
