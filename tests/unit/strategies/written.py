"""What a person may write, derived from the declared shapes: a new kind has its strategy as soon as it is declared.

Only what a shape cannot tell is written by hand, in `special`. Tests take `of_shape` and `entries` from there.
"""

from __future__ import annotations

import functools
import typing as t

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ansible_collections.rollout.posthog.plugins.module_utils import shape as s
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid

from . import world

#: Texts that have been misread before: empty, blank, several lines, numbers, words of YAML, JSON.
ODD = ("", " ", "a", "17", "0", "true", "null", "{}", "Große", "two\nlines\n", " edges ", "$pageview")
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",))
TEXTS = st.sampled_from(ODD) | st.text(CHARACTERS, max_size=12)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
KEYS = st.sampled_from(("a", "b", "version", "name", "x y")) | st.text(CHARACTERS, max_size=4)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=3)


def valid(shape: s.Shape, value: t.Any) -> bool:
    """Whether a person may write this."""
    try:
        shape.canonical(value)
    except Invalid:
        return False
    return True


def of_shape(shape: s.Shape) -> SearchStrategy[t.Any]:
    """All that can be written for a shape, null included where it may be."""
    values = written(shape)
    return values if shape.null is Invalid else st.one_of(values, values, values, st.none())


@functools.singledispatch
def written(shape: s.Shape) -> SearchStrategy[t.Any]:
    """What can be written for a shape, but null."""
    raise NotImplementedError(f"{type(shape).__name__} needs a strategy")


@written.register
def _(shape: s.Text) -> SearchStrategy[t.Any]:
    if shape.pattern:
        texts = st.from_regex(shape.pattern.pattern.replace("\\Z", ""), fullmatch=True).map(lambda text: text[:20])
        return texts.filter(lambda text: valid(shape, text))
    return (TEXTS | st.integers(0, 99)).filter(lambda value: valid(shape, value))


@written.register
def _(shape: s.Choice) -> SearchStrategy[t.Any]:
    return st.sampled_from(shape.choices)


@written.register
def _(shape: s.Boolean) -> SearchStrategy[t.Any]:
    return st.sampled_from((True, False, "yes", "false", 1))


@written.register
def _(shape: s.Number) -> SearchStrategy[t.Any]:
    least, most = shape.least, shape.most
    whole = st.integers(-(2**53) if least is None else -int(-least // 1), 2**53 if most is None else int(most // 1))
    if shape.whole:
        return whole | whole.map(str)
    fractions = st.floats(least, most, allow_nan=False, allow_infinity=False, width=32).map(lambda x: round(x, 2))
    return (whole | whole.map(float) | fractions).filter(lambda value: valid(shape, value))


@written.register
def _(shape: s.Json) -> SearchStrategy[t.Any]:
    return JSON.filter(lambda value: value is not None)


@written.register
def _(shape: s.JsonObject) -> SearchStrategy[t.Any]:
    return OBJECTS


@written.register
def _(shape: s.Moment) -> SearchStrategy[t.Any]:
    instants = st.datetimes(timezones=st.timezones() | st.none()).map(lambda moment: moment.isoformat())
    return st.sampled_from(("-7d", "mStart", "all", "2026-01-31", "2026-01-31T12:00:00Z")) | instants.filter(
        lambda text: valid(shape, text)
    )


@written.register
def _(shape: s.Ref) -> SearchStrategy[t.Any]:
    return st.sampled_from((*world.names(shape.kind).values(), *world.names(shape.kind), *world.nameless(shape.kind)))


@written.register
def _(shape: s.ListOf) -> SearchStrategy[t.Any]:
    unique = {"unique_by": lambda item: item[shape.unique]} if shape.unique else {}
    return st.lists(of_shape(shape.item), max_size=3, **unique)


@written.register
def _(shape: s.Record) -> SearchStrategy[t.Any]:
    parts = {key: of_shape(part.shape) for key, part in shape.parts.items()}
    required = {key: parts.pop(key) for key, part in shape.parts.items() if part.required}
    records = st.fixed_dictionaries(required, optional=parts)
    return records.filter(lambda record: valid(shape, record)) if shape.check else records
