from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup.objects import place_in_s3


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("s3:https://store.example.com/backups/posthog", ("store.example.com", "backups", "posthog/")),
        ("s3:http://127.0.0.1:8333/backups", ("127.0.0.1:8333", "backups", "")),
        ("s3:s3.amazonaws.com/backups/a/b/", ("s3.amazonaws.com", "backups", "a/b/")),
        ("/srv/posthog", ("", "", "")),
        ("rest:https://store.example.com/backups/posthog", ("", "", "")),
    ],
)
def test_the_repository_is_known_where_it_is_in_a_store(url: str, found: tuple[str, str, str]) -> None:
    assert place_in_s3(url) == found
