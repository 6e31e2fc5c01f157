"""Whatever the code: what is not Sentry's stays byte for byte, the result parses, and a second run changes nothing."""

from __future__ import annotations

import keyword

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.draft import Draft
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import Edit, FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.javascript import script as javascript
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.mask import masked
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.python import script as python
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.tree import Tree

JS = frozenset(
    "var let const new try catch for while switch case break default function return this typeof void with in of if "
    "else do delete class enum export import super true false null yield async await static get set".split()
)
NAMES = st.from_regex(r"[a-z][a-z0-9]{2,6}", fullmatch=True).filter(
    lambda name: not keyword.iskeyword(name) and name not in JS
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\"'\\`$\r\n\u2028\u2029\0"), max_size=8)
BREAKS = st.sampled_from(["\n", "\r\n"])

APP_JS = st.one_of(
    st.builds("app.{}('{}');".format, NAMES, TEXTS),
    st.builds("const {}Value = '{}';".format, NAMES, TEXTS),
    st.builds("// {}".format, TEXTS),
    st.builds("if (app.{}) {{ app.{}(); }}".format, NAMES, NAMES),
    st.just(""),
)
SENTRY_JS = st.one_of(
    st.builds("Sentry.captureException('{}');".format, TEXTS),
    st.builds("if (app.{}) {{ Sentry.setTag('{}', 1); }}".format, NAMES, TEXTS),
    st.builds("Sentry.withScope((scope) => {{ scope.setTag('{}', '{}'); }});".format, NAMES, TEXTS),
    st.builds("await Sentry.flush(2000);  ".format),
    st.builds("try {{ Sentry.init({{ {}: '{}' }}); }} catch (e) {{ }}".format, NAMES, TEXTS),
)
APP_PY = st.one_of(
    st.builds("app.{}('{}')".format, NAMES, TEXTS),
    st.builds("{}_value = '{}'".format, NAMES, TEXTS),
    st.builds("# {}".format, TEXTS),
    st.just(""),
)
SENTRY_PY = st.one_of(
    st.builds("sentry_sdk.capture_exception('{}')".format, TEXTS),
    st.builds("if app.{}: sentry_sdk.flush()".format, NAMES),
    st.builds("with sentry_sdk.push_scope() as scope: scope.set_tag('{}', 1)".format, TEXTS),
)


def says(line: str) -> bool:
    return "sentry" in line.lower()


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.one_of(APP_JS, SENTRY_JS), max_size=12), end=BREAKS)
def test_javascript(lines: list[str], end: str) -> None:
    text = end.join(['import * as Sentry from "@sentry/node";', *lines, "app.end();", ""]).encode()
    result = javascript.edit_script("a.mjs", text).draft.text
    assert not Tree(result, "javascript").has_error
    kept = [line for line in result.decode().split(end) if line.strip()]
    assert kept == [line for line in [*lines, "app.end();"] if line.strip() and not (says(line) and "Sentry." in line)]
    assert javascript.edit_script("a.mjs", result).draft.text == result


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.one_of(APP_PY, SENTRY_PY), max_size=12), end=BREAKS, inside=st.booleans())
def test_python(lines: list[str], end: str, inside: bool) -> None:
    indent = "    " if inside else ""
    body = [f"{indent}{line}" if line else "" for line in [*lines, "app.end()"]]
    head = ["import sentry_sdk", *(["def work():"] if inside else [])]
    text = end.join([*head, *body, ""]).encode()
    result = python.edit_script("a.py", text).draft.text
    assert not Tree(result, "python").has_error
    kept = [line for line in result.decode().split(end) if line.strip()]
    assert kept == [line for line in [*head[1:], *body] if line.strip() and "sentry_sdk." not in line]
    assert python.edit_script("a.py", result).draft.text == result


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(text=st.binary(min_size=40, max_size=40), rounds=st.lists(st.tuples(SPANS, st.binary(max_size=3)), max_size=6))
def test_a_draft_is_one_list_of_edits_on_the_original(text: bytes, rounds: list[tuple[list[int], bytes]]) -> None:
    draft, plain = Draft(text), text
    for (start, end), replacement in rounds:
        low, high = min(start, len(plain)), min(end, len(plain))
        plain = plain[:low] + replacement + plain[high:]
        draft.apply([Edit(low, high, replacement)])
    assert draft.text == plain
    assert FileEdits("a", text, draft.edits()).result() == plain


@given(
    value=st.from_regex(r"[A-Za-z0-9_+/=-]{8,40}", fullmatch=True),
    name=st.sampled_from([".env", "a/.env.local", ".sentryclirc"]),
)
def test_values_of_environment_files_are_never_shown(value: str, name: str) -> None:
    shown = masked(name, f"SENTRY_AUTH_TOKEN={value}\n# OLD={value}\nexport A = '{value}'\n".encode()).decode()
    assert value not in shown


@given(value=st.from_regex(r"[A-Za-z0-9+/=-]{12,40}", fullmatch=True))
def test_secrets_over_several_lines_or_behind_a_blank_are_never_shown(value: str) -> None:
    compose = f"environment:\n  SENTRY_SECRET_KEY: >-\n    {value}\n  PORT: 1\n"
    assert masked("compose.yml", compose.encode()).decode() == compose.replace(value, "********")
    assert value not in masked("Dockerfile", f"ENV SENTRY_AUTH_TOKEN {value}\n".encode()).decode()
    assert value not in masked(".env", f'SENTRY_KEY="-----BEGIN\n{value}\n-----END"\n'.encode()).decode()
