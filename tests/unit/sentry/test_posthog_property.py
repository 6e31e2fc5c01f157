"""Whatever the code: with PostHog in Sentry's place every report stays one, and nothing of the application moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.sentry.test_posthog_javascript import scene
from unit.sentry.test_property import APP_JS, BREAKS, NAMES, SENTRY_JS, TEXTS

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.javascript.script import edit_script
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.javascript.scene import Scene
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.javascript.speech import Speech
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.tree import Tree

REPORT = "Sentry.captureException("
HINTS = st.one_of(
    st.just(""),
    st.builds(", {{ tags: {{ {}: '{}' }} }}".format, NAMES, TEXTS),
    st.builds(", {{ extra: {{ {} }}, level: '{}' }}".format, NAMES, TEXTS),
)
REPORTS = st.builds("if (app.{}) {{ Sentry.captureException(app.{}{}); }}".format, NAMES, NAMES, HINTS)
SCOPES = st.builds(
    "Sentry.withScope((scope) => {{ scope.setTag('{}', app.{}); Sentry.captureException(app.{}); }});".format,
    TEXTS,
    NAMES,
    NAMES,
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    place: Path = tmp_path_factory.mktemp("scene")
    return scene(place / "service", dependencies={"express": "^5"})


def replaced(where: Scene, text: bytes) -> bytes:
    return edit_script("src/a.mjs", text, speech=Speech(where, "src/a.mjs", "server")).draft.text


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.one_of(APP_JS, SENTRY_JS, REPORTS, SCOPES), max_size=12), end=BREAKS)
def test_javascript(service: Scene, lines: list[str], end: str) -> None:
    text = end.join(['import * as Sentry from "@sentry/node";', *lines, "app.end();", ""]).encode()
    result = replaced(service, text)
    assert not Tree(result, "javascript").has_error
    found = [line for line in result.decode().split(end) if line.strip()]
    assert result.count(b"posthog.captureException(") == sum(line.count(REPORT) for line in lines)
    assert b"Sentry." not in result
    app = [line for line in [*lines, "app.end();"] if line.strip() and "Sentry." not in line]
    assert [line for line in found if line in app] == app
    assert replaced(service, result) == result
