"""As whom else an erased person may come back: as each person who was merged into that one."""

from __future__ import annotations

from uuid import UUID

from ansible_collections.rollout.posthog.plugins.module_utils.backup.ledger import Erasure
from ansible_collections.rollout.posthog.plugins.module_utils.backup.merges import others

ANN = "0191d2b0-0000-4000-8000-00000000000a"
AT = "2026-11-26T12:00:00.000000+00:00"


def test_each_distinct_id_may_have_been_a_person() -> None:
    known = {(7, ANN): Erasure(7, ANN, AT, "")}
    rows = [("7", ANN, name.encode().hex()) for name in ("ann@example.com", 'tab\tand "ü"')]
    found = list(others(known, [*rows, ("8", ANN, "00")]))
    assert [(one.project, one.person_at, one.events_at) for one in found] == [(7, AT, "")] * 2
    assert {UUID(one.person).version for one in found} == {5}
    # python -c "import uuid; print(uuid.uuid5(uuid.UUID('932979b4-65c3-4424-8467-0b66ec27bc22'), '7:ann@example.com'))"
    assert found[0].person == "857b2ef9-4e91-5888-8e45-8ae2f110fb7d"
