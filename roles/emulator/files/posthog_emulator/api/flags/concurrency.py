"""Two people edit one flag: who comes second must not undo the first unseen."""

from typing import Any

from posthog_emulator.api.errors import Conflict

#: Not part of an edit.
COMPANIONS = ("version", "original_flag")
SETS = ("tags", "evaluation_contexts", "analytics_dashboards")


def settle(sent: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """The changes to apply, or 409 when a field was changed on both sides.

    `current` is the flag as the API would show it now. Without `version`, or with the stored one, nothing is checked.
    """
    changes = {name: value for name, value in sent.items() if name not in COMPANIONS}
    original = sent.get("original_flag")
    if sent.get("version") in (None, current["version"]) or not isinstance(original, dict):
        return changes
    edited = {name: value for name, value in changes.items() if not _same(name, value, original)}
    clashes = [name for name in edited if name in original and not _same(name, current.get(name), original)]
    if clashes:
        raise Conflict(f"The feature flag was updated since you started editing it. Conflicts: {', '.join(clashes)}.")
    return edited


def _same(name: str, value: Any, original: dict[str, Any]) -> bool:
    if name not in original:
        return False
    before = original[name]
    if name in SETS and isinstance(value, list) and isinstance(before, list):
        return sorted(map(str, value)) == sorted(map(str, before))
    return bool(value == before)
