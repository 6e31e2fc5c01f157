# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values: equality and form in JSON's sense, and the nearest of some words."""

from __future__ import annotations

import difflib
import typing as t


def same(one: t.Any, other: t.Any) -> bool:
    """Equality by value in JSON's sense: 40 is 40.0, but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def nearest(word: str, known: t.Iterable[str], place: str = "") -> str:
    """A hint for a misspelt word: the nearest known one, or all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(str(word), known)
    return f"did you mean '{place}{close[0]}'?" if close else f"known are {', '.join(known)}"


def normal_json(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {str(key): normal_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [normal_json(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def joined(place: str) -> str:
    """A place as it goes behind another one."""
    return f".{place}" if place and not place.startswith("[") else place
