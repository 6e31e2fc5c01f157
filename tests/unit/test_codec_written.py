"""The codec law, from the user's side: what is written reads back as what was meant, for every kind that there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.strategies.server import create
from unit.strategies.special import entries
from unit.strategies.world import world

from ansible_collections.rollout.posthog.plugins.module_utils.compare import differing
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Kind

ALL = [*KINDS, PROJECT]
every_kind = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
WORLD = world()


@every_kind
@given(data=st.data())
def test_what_is_written_reads_back_as_meant(kind: Kind, data: st.DataObject) -> None:
    meant = kind.named(kind.canonicalise(data.draw(entries(kind))), WORLD)
    found = kind.decode(create(kind, meant, WORLD), WORLD)
    assert differing(kind, meant, found) == []
    secret = kind.secret_fields(found)
    for key, value in meant.items():
        if key not in secret:
            assert kind.fields[key].shape.like(found[key], value) == value, key


@every_kind
@given(data=st.data())
def test_the_canonical_form_is_its_own(kind: Kind, data: st.DataObject) -> None:
    once = kind.canonicalise(data.draw(entries(kind)))
    assert kind.canonicalise(once) == once
    assert differing(kind, once, {**kind.defaults(), **once}) == []
    named = kind.named(once, WORLD)
    assert kind.named(named, WORLD) == named == kind.canonicalise(named)


@every_kind
@given(data=st.data())
def test_the_short_form_means_the_same(kind: Kind, data: st.DataObject) -> None:
    once = kind.canonicalise(data.draw(entries(kind)))
    brief = {key: kind.fields[key].shape.brief(value) for key, value in once.items()}
    again = kind.canonicalise(brief)
    for key, value in once.items():
        assert not kind.fields[key].shape.differs(value, again[key]), key
