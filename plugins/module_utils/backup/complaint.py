# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs complain of, in a line for a person, without a secret."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

MASK = "********"
#: How much of a complaint people get; of a longer one the end, too, where the programs sum up.
HEAD, TAIL = 350, 150
#: What says what is wrong, but is no advice or context of the programs of PostgreSQL and ClickHouse.
WRONG = re.compile(r"\b(error|fatal|panic): |^(Error|Fatal|Code:)", re.IGNORECASE)
CONTEXT = re.compile(r"(^|: )(detail|hint|context|warning): ", re.IGNORECASE)
#: The functions and lines of restic's own code, and that it tries once more.
NOISE = re.compile(r"^(\s+\S+\.(go|s):\d+|[\w./]+\.\S+|.* returned error, retrying after .*)$")
#: In an address, which need not be a valid one: restic tells of one that is not by all of it.
USER_INFO = re.compile(r"(?<=//).*(?=@)")
#: A piece of it that restic could not read, and so shows.
PIECE = re.compile(r'(?<=invalid )([a-z]+ )+".*?"(?! *:)', re.IGNORECASE)
#: Shorter ones are no secrets, and are found in the middle of words.
SHORTEST = 4


def shortened(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} ... {text[-TAIL:]}"


def last_words(text: str) -> str:
    """The first line that says what is wrong; psql, pg_dumpall and docker add advice and context below it."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    plain = [line for line in said if not CONTEXT.search(line)]
    wrong = [line for line in plain if WRONG.search(line)]
    return next(iter(wrong), (plain or said or ["without a word"])[-1])


def all_words(text: str) -> str:
    """All lines in one, without what only restic's authors have use of, and each of them once."""
    said = [line for line in text.splitlines() if line.strip()]
    useful = [line.strip() for line in said if not NOISE.match(line)]
    return "; ".join(dict.fromkeys(useful)) or (said[-1].strip() if said else "without a word")


class Masks:
    """Takes the secrets of a repository out of what is said of it."""

    def __init__(self, url: str, secrets: t.Iterable[str]) -> None:
        found = USER_INFO.search(url)
        user_info = found[0] if found else ""
        self.address, self.address_is_secret = USER_INFO.sub(MASK, url), bool(user_info)
        # Where it cannot be parsed, restic tells of a piece of it besides.
        pieces = re.split(r"[:/?#@\s]", user_info.partition(":")[2]) if user_info else []
        told = {*secrets, user_info, user_info.partition(":")[2], *pieces}
        self.secrets = sorted({way for one in told for way in ways(one) if len(way) >= SHORTEST}, key=len, reverse=True)

    def hidden(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return PIECE.sub(rf'\1"{MASK}"', text) if self.address_is_secret else text


def ways(secret: str) -> tuple[str, ...]:
    """As it is, as an address has it, and as restic quotes it."""
    return secret, quote(secret, safe=""), unquote(secret), secret.replace("\\", "\\\\").replace('"', '\\"')
