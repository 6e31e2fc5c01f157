"""Comparing versions of three numbers."""

from collections.abc import Callable
from typing import Any

Version = tuple[int, int, int]
Check = Callable[[Any, Any], bool]


def parse(value: Any) -> Version | None:
    """Major, minor and patch; missing ones are 0, suffixes are ignored, leading zeros make it no version."""
    core = str(value).strip().lstrip("vV").split("-")[0].split("+")[0]
    parts = [*core.split("."), "0", "0"][:3]
    if any(not part.isdigit() or (len(part) > 1 and part[0] == "0") for part in parts):
        return None
    major, minor, patch = (int(part) for part in parts)
    return major, minor, patch


def _compare(compare: Callable[[Version, Version], bool]) -> Check:
    def check(wanted: Any, actual: Any) -> bool:
        left, right = parse(actual), parse(wanted)
        return left is not None and right is not None and compare(left, right)

    return check


def _within(upper_bound: Callable[[Version], Version]) -> Check:
    return _compare(lambda actual, wanted: wanted <= actual < upper_bound(wanted))


def _caret_end(version: Version) -> Version:
    """The next version that may break something."""
    major, minor, patch = version
    if major:
        return major + 1, 0, 0
    return (0, minor + 1, 0) if minor else (0, 0, patch + 1)


def _wildcard(wanted: Any, actual: Any) -> bool:
    """`1.2.*` means any version that begins with 1.2."""
    prefix = [part for part in str(wanted).strip().lstrip("vV").replace("*", "").split(".") if part]
    version = parse(actual)
    if not prefix or version is None or not all(part.isdigit() for part in prefix):
        return False
    return list(version[: len(prefix)]) == [int(part) for part in prefix[:3]]


CHECKS: dict[str, Check] = {
    "semver_eq": _compare(lambda actual, wanted: actual == wanted),
    "semver_neq": _compare(lambda actual, wanted: actual != wanted),
    "semver_gt": _compare(lambda actual, wanted: actual > wanted),
    "semver_gte": _compare(lambda actual, wanted: actual >= wanted),
    "semver_lt": _compare(lambda actual, wanted: actual < wanted),
    "semver_lte": _compare(lambda actual, wanted: actual <= wanted),
    "semver_tilde": _within(lambda version: (version[0], version[1] + 1, 0)),
    "semver_caret": _within(_caret_end),
    "semver_wildcard": _wildcard,
}
