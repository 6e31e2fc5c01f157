"""What package managers say when they fail, made short."""

from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.complaint import complaint

SAID = {
    "npm": (
        "npm error code ETARGET\nnpm error notarget No matching version found for x@99.\n"
        "npm error notarget In most cases\n"
        "npm error A complete log of this run can be found in: /x\n",
        "code ETARGET; notarget No matching version found for x@99; notarget In most cases",
    ),
    "pnpm": (
        "Progress: resolved 1, reused 0\n"
        "\x1b[41m ERR_PNPM_NO_MATCHING_VERSION \x1b[0m  No matching version found for x@99\n\n"
        "This error happened while installing a direct dependency of {place}\n",
        "ERR_PNPM_NO_MATCHING_VERSION   No matching version found for x@99; "
        "This error happened while installing a direct dependency of .",
    ),
    "yarn": (
        "yarn install v1.22.22\n[1/4] Resolving packages...\n"
        'error Couldn\'t find any versions for "x" that matches "99"\n'
        "info Visit https://yarnpkg.com/en/docs/cli/install for documentation about this command.\n",
        'Couldn\'t find any versions for "x" that matches "99"',
    ),
    "uv": (
        "Using CPython 3.11.7\n  × No solution found when resolving dependencies:\n"  # noqa: RUF001
        "  ╰─▶ Because there is no version of x==99 and p depends on\n      x==99, we can conclude.\n",
        "No solution found when resolving dependencies; Because there is no version of x==99 and p depends on x==99, "
        "we can conclude",
    ),
    "nobody": ("", ""),
}


@pytest.mark.parametrize("name", SAID)
def test_a_complaint_is_short(name: str) -> None:
    said, expected = SAID[name]
    assert complaint(said.replace("{place}", "/tmp/copy"), "/tmp/copy", {}) == expected
