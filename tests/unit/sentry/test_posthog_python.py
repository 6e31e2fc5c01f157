"""What takes Sentry's place in Python, one small text each: what reports to PostHog, and what is only removed."""

from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.python.script import edit_script
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.tree import Tree

SDK = "import sentry_sdk\n"
OURS = "import posthog\n"
START = """posthog.api_key = os.environ.get("POSTHOG_KEY")
posthog.host = os.environ.get("POSTHOG_HOST")
posthog.enable_exception_autocapture = True
posthog.disabled = not (posthog.api_key and posthog.host)
if posthog.api_key:
    posthog.setup()
"""
GETENV = START.replace("os.environ.get", "os.getenv")


def edited(text: str, path: str = "src/a.py", wish: Wish | None = None) -> str:
    return edit_script(path, text.encode(), wish=wish or Wish()).draft.text.decode()


def indented(text: str, width: int = 4) -> str:
    return "".join(" " * width + line + "\n" for line in text.splitlines())


CALLS = {
    "a statement": ("sentry_sdk.capture_exception(e)\n", "posthog.capture_exception(e)\n"),
    "no argument": ("sentry_sdk.capture_exception()\n", "posthog.capture_exception()\n"),
    "none": ("sentry_sdk.capture_exception(None)\n", "posthog.capture_exception()\n"),
    "by name": ("sentry_sdk.capture_exception(error=e)\n", "posthog.capture_exception(e)\n"),
    "awaited": (
        "async def f(e):\n    await sentry_sdk.capture_exception(e)\n",
        "async def f(e):\n    posthog.capture_exception(e)\n",
    ),
    "a lambda": ("on(lambda e: sentry_sdk.capture_exception(e))\n", "on(lambda e: posthog.capture_exception(e))\n"),
    "behind and": ("e and sentry_sdk.capture_exception(e)\n", "e and posthog.capture_exception(e)\n"),
    "one of two": (
        "sentry_sdk.capture_exception(e) if e else log()\n",
        "posthog.capture_exception(e) if e else log()\n",
    ),
    "one line": ("if e: sentry_sdk.capture_exception(e)\n", "if e: posthog.capture_exception(e)\n"),
    "a name that nobody reads": (
        "def f(e):\n    event_id = sentry_sdk.capture_exception(e)\n",
        "def f(e):\n    posthog.capture_exception(e)\n",
    ),
    "a handler": (
        "try:\n    a()\nexcept ValueError as e:\n    sentry_sdk.capture_exception(e)\n",
        "try:\n    a()\nexcept ValueError as e:\n    posthog.capture_exception(e)\n",
    ),
    "the hub": ("sentry_sdk.Hub.current.capture_exception(e)\n", "posthog.capture_exception(e)\n"),
    "tags": (
        'sentry_sdk.capture_exception(e, tags={"a": 1})\n',
        'posthog.capture_exception(e, properties={"a": 1})\n',
    ),
    "tags from elsewhere": (
        "sentry_sdk.capture_exception(e, tags=tags)\n",
        "posthog.capture_exception(e, properties=tags)\n",
    ),
    "tags and more": (
        'sentry_sdk.capture_exception(e, tags=tags, extras={"b": b}, level="fatal")\n',
        'posthog.capture_exception(e, properties={**tags, "b": b, "level": "fatal"})\n',
    ),
    "too much for a line": (
        'sentry_sdk.capture_exception(error_with_a_long_name, tags={"a": 1, "b": 2}, extras={"and": "so on"})\n',
        "posthog.capture_exception(\n    error_with_a_long_name,\n"
        '    properties={"a": 1, "b": 2, "and": "so on"},\n)\n',
    ),
    "comments inside": (
        "sentry_sdk.capture_exception(\n    e,\n    extras={\n        # why\n        'a': 1,\n    },\n)\n",
        "posthog.capture_exception(e, properties={\n        # why\n        'a': 1,\n    })\n",
    ),
    "a user": (
        'sentry_sdk.capture_exception(e, user={"id": user.pk, "email": user.email})\n',
        "posthog.capture_exception(e, distinct_id=user.pk)\n",
    ),
    "a fingerprint": (
        'sentry_sdk.capture_exception(e, fingerprint=["a"])\n',
        'posthog.capture_exception(e, properties={"$exception_fingerprint": "a"})\n',
    ),
    "a message": ('sentry_sdk.capture_message("m")\n', 'posthog.capture_exception(Exception("m"))\n'),
    "a message's level": (
        'sentry_sdk.capture_message(f"m {x}", "info")\n',
        'posthog.capture_exception(Exception(f"m {x}"), properties={"level": "info"})\n',
    ),
    "a scope": (
        "with sentry_sdk.push_scope() as scope:\n    scope.set_tag('a', 1)\n    scope.set_extra('b', b)\n"
        "    scope.level = 'error'\n    sentry_sdk.capture_exception(e)\nrun()\n",
        "posthog.capture_exception(e, properties={'a': 1, 'b': b, \"level\": 'error'})\nrun()\n",
    ),
    "a scope's own capture": (
        "with sentry_sdk.new_scope() as scope:\n    scope.set_context('a', a)\n    scope.capture_exception(e)\n",
        "posthog.capture_exception(e, properties={'a': a})\n",
    ),
    "a scope for all": (
        "with sentry_sdk.configure_scope() as scope:\n    scope.set_tag('a', 1)\nsentry_sdk.capture_exception(e)\n",
        "posthog.capture_exception(e, properties={'a': 1})\n",
    ),
    "a scope for others": (
        "with sentry_sdk.push_scope() as scope:\n    scope.set_tag('a', 1)\n    sentry_sdk.capture_exception(d)\n"
        "sentry_sdk.capture_exception(e)\n",
        "posthog.capture_exception(d, properties={'a': 1})\nposthog.capture_exception(e)\n",
    ),
    "a loop over extras": (
        "with sentry_sdk.push_scope() as scope:\n    for k, v in extra.items():\n        scope.set_extra(k, v)\n"
        "    scope.set_tag('a', 1)\n    sentry_sdk.capture_exception(e)\n",
        "posthog.capture_exception(e, properties={**extra, 'a': 1})\n",
    ),
    "tags right before": (
        "sentry_sdk.set_tag('a', 1)\nsentry_sdk.set_user({'id': u.pk})\nsentry_sdk.capture_exception(e)\n",
        "posthog.capture_exception(e, distinct_id=u.pk, properties={'a': 1})\n",
    ),
    "tags before a condition": (
        "sentry_sdk.set_tag('a', a)\nif m:\n    sentry_sdk.capture_message(m)\n"
        "else:\n    sentry_sdk.capture_exception()\n",
        "if m:\n    posthog.capture_exception(Exception(m), properties={'a': a})\n"
        "else:\n    posthog.capture_exception(properties={'a': a})\n",
    ),
    "flush": ("sentry_sdk.flush()\n", "posthog.flush()\n"),
    "flush for a time": ("sentry_sdk.flush(timeout=2)\n", "posthog.flush(timeout_seconds=2)\n"),
    "close": ("sentry_sdk.Hub.current.client.close()\n", "posthog.shutdown()\n"),
    "breadcrumbs": (
        "sentry_sdk.add_breadcrumb(message='m')\nsentry_sdk.capture_exception(e)\n",
        "posthog.capture_exception(e)\n",
    ),
    "a guard": ("if settings.SENTRY_DSN:\n    sentry_sdk.capture_exception(e)\n", "posthog.capture_exception(e)\n"),
    "a guard and more": (
        "if settings.SENTRY_DSN and a():\n    sentry_sdk.capture_exception(e)\n",
        "if a():\n    posthog.capture_exception(e)\n",
    ),
    "a guard with an else": (
        "if settings.SENTRY_DSN:\n    sentry_sdk.capture_exception(e)\nelse:\n    log(e)\n",
        "if posthog.api_key:\n    posthog.capture_exception(e)\nelse:\n    log(e)\n",
    ),
}


@pytest.mark.parametrize("case", CALLS.values(), ids=CALLS)
def test_what_reports_to_posthog(case: tuple[str, str]) -> None:
    before, after = case
    assert edited(SDK + before) == OURS + after
    assert edited((SDK + before).replace("\n", "\r\n")).replace("\r\n", "\n") == OURS + after


TEXTS = {
    "a name of its own": (
        "from sentry_sdk import capture_exception as tell\ntell(e)\n",
        OURS + "posthog.capture_exception(e)\n",
    ),
    "among imports": (
        "import os\n\nimport flask\nimport sentry_sdk\nfrom flask import g\n\nos.x(flask, g)\n"
        "sentry_sdk.capture_exception()\n",
        "import os\n\nimport flask\nimport posthog\nfrom flask import g\n\nos.x(flask, g)\n"
        "posthog.capture_exception()\n",
    ),
    "below from": (
        "from a import b\nfrom sentry_sdk import capture_exception\n\ncapture_exception(b)\n",
        "import posthog\nfrom a import b\n\nposthog.capture_exception(b)\n",
    ),
    "sorted together": (
        "from a import b\nimport c\nfrom sentry_sdk import capture_exception\n\nc(capture_exception(b))\n"
        "capture_exception(b)\n",
        "from a import b\nimport c\nimport posthog\nfrom sentry_sdk import capture_exception\n\n"
        "c(capture_exception(b))\nposthog.capture_exception(b)\n",
    ),
    "in a function": (
        "def f(e):\n    import sentry_sdk\n\n    sentry_sdk.capture_exception(e)\n",
        "def f(e):\n    import posthog\n\n    posthog.capture_exception(e)\n",
    ),
    "on one line": (
        "def f(e):\n    import sentry_sdk; sentry_sdk.capture_exception(e); a()\n",
        "def f(e):\n    import posthog; posthog.capture_exception(e); a()\n",
    ),
    "in two functions": (
        "def f(e):\n    import sentry_sdk\n\n    sentry_sdk.capture_exception(e)\n\n\n"
        "def g(e):\n    from sentry_sdk import capture_exception\n\n    capture_exception(e)\n",
        "def f(e):\n    import posthog\n\n    posthog.capture_exception(e)\n\n\n"
        "def g(e):\n    import posthog\n\n    posthog.capture_exception(e)\n",
    ),
    "there already": (
        "import posthog\nimport sentry_sdk\n\nposthog.capture('a')\nsentry_sdk.capture_exception()\n",
        "import posthog\n\nposthog.capture('a')\nposthog.capture_exception()\n",
    ),
    "perhaps missing": (
        "try:\n    import sentry_sdk\nexcept ImportError:\n    sentry_sdk = None\n\n\ndef f(e):\n"
        "    if sentry_sdk:\n        sentry_sdk.capture_exception(e)\n    a()\n",
        "import posthog\n\n\ndef f(e):\n    posthog.capture_exception(e)\n    a()\n",
    ),
    "perhaps missing, with a flag": (
        "try:\n    from sentry_sdk import capture_exception, set_tag\n\n    sentry_sdk_loaded = True\n"
        "except ImportError:\n    sentry_sdk_loaded = False\n\n\ndef f(e, id):\n    if sentry_sdk_loaded:\n"
        "        set_tag('id', id)\n        capture_exception(e)\n    a()\n",
        "import posthog\n\n\ndef f(e, id):\n    posthog.capture_exception(e, properties={'id': id})\n    a()\n",
    ),
    "a guard around more of Sentry's": (
        "import os\n\n\ndef f():\n    if settings.SENTRY_DSN:\n        import sentry_sdk\n"
        "        from sentry_sdk.integrations.rq import RqIntegration\n\n"
        "        if settings.SENTRY_REDIS:\n            more = [RqIntegration()]\n"
        "        else:\n            more = []\n"
        "        sentry_sdk.scope.add_global_event_processor(g)\n\n"
        "        sentry_sdk.init(dsn=settings.SENTRY_DSN, integrations=more)\n",
        "import os\n\n\ndef f():\n    import posthog\n\n" + indented(START),
    ),
    "set up": ("import os\n\n" + SDK + "\nsentry_sdk.init(dsn=os.environ['SENTRY_DSN'])\n",
               "import os\n\n" + OURS + "\n" + START),
    "set up without os": (
        SDK + "sentry_sdk.init('https://k@h/1')\nrun()\n",
        "import os\n\n" + OURS + START + "run()\n",
    ),
    "set up behind a text": (
        '"""A."""\nfrom __future__ import annotations\n\nfrom b import c\n' + SDK + "\nsentry_sdk.init(c.dsn)\nc()\n",
        '"""A."""\nfrom __future__ import annotations\n\nimport os\n\nfrom b import c\n'
        + OURS + "\n" + START + "c()\n",
    ),
    "set up where there is a DSN": (
        "import os\n" + SDK + 'if dsn := os.getenv("SENTRY_DSN"):\n    sentry_sdk.init(dsn)\n    a(dsn)\n',
        "import os\n" + OURS + 'if dsn := os.getenv("SENTRY_DSN"):\n' + indented(GETENV) + "    a(dsn)\n",
    ),
    "set up where there is a DSN that nobody else reads": (
        "import os\n" + SDK + 'if dsn := os.getenv("SENTRY_DSN"):\n    sentry_sdk.init(dsn)\n',
        "import os\n" + OURS + GETENV,
    ),
    "set up behind a way out": (
        "import os\n" + SDK + 'def f():\n    dsn = os.getenv("SENTRY_DSN")\n    if not dsn:\n'
        '        log.info("no Sentry")\n        return\n    sentry_sdk.init(dsn)\n',
        "import os\n" + OURS + "def f():\n" + indented(GETENV),
    ),
    "set up in a function": (
        "import os\n" + SDK + "\n\ndef start():\n    sentry_sdk.init(settings.SENTRY_DSN)\n\n\n"
        "if settings.SENTRY_DSN:\n    start()\n",
        "import os\n" + OURS + "\n\ndef start():\n" + indented(START) + "\n\nstart()\n",
    ),
    "set up with a heading": (
        "import os\n" + SDK + "\n# Sentry\nif settings.SENTRY_DSN is not None:\n    # Sentry\n"
        "    sentry_sdk.init(settings.SENTRY_DSN)\nrun(os)\n",
        "import os\n" + OURS + "\n" + START + "run(os)\n",
    ),
    "set up with what the app does": (
        "import os\n" + SDK + "if settings.SENTRY_DSN:\n    sentry_sdk.init(settings.SENTRY_DSN)\n    a()\n",
        "import os\n" + OURS + 'if os.environ.get("POSTHOG_KEY"):\n' + indented(START) + "    a()\n",
    ),
    "set up or said": (
        "import os\n" + SDK + "if A.SENTRY_DSN:\n    sentry_sdk.init(A.SENTRY_DSN)\n"
        "else:\n    print('no Sentry')\nrun()\n",
        "import os\n" + OURS + START + "run()\n",
    ),
    "set up on one line": (
        "import os\n" + SDK + "if DSN: sentry_sdk.init(DSN)\nif a: sentry_sdk.init(DSN)\n",
        "import os\n" + OURS + START + "if a:\n" + indented(START),
    ),
    "an environment": (
        "import os\n" + SDK + "sentry_sdk.init(dsn=D, environment=settings.ENV)\n",
        "import os\n" + OURS + START.replace(
            "posthog.disabled", 'posthog.super_properties = {"environment": settings.ENV}\nposthog.disabled'),
    ),
    "django-environ": (
        "import environ\n" + SDK + "env = environ.Env()\nsentry_sdk.init(dsn=env('SENTRY_DSN'))\n",
        "import environ\n" + OURS + "env = environ.Env()\n"
        + START.replace("os.environ.get", "env").replace('")\n', '", default="")\n'),
    ),
    "celery": (
        "import os\n" + SDK + "from celery import Celery\n\nsentry_sdk.init(D)\nCelery()\n",
        "import os\n" + OURS + "from celery import Celery\n"
        "from posthog.integrations.celery import PosthogCeleryIntegration\n\n" + START
        + "    PosthogCeleryIntegration(capture_task_lifecycle_events=False).instrument()\nCelery()\n",
    ),
    "asgi": (
        "from sentry_sdk.integrations.asgi import SentryAsgiMiddleware\napp = SentryAsgiMiddleware(make())\n",
        "from posthog.integrations.asgi import PosthogASGIMiddleware\napp = PosthogASGIMiddleware(make())\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS.values(), ids=TEXTS)
def test_whole_texts(case: tuple[str, str]) -> None:
    before, after = case
    assert edited(before) == after


@pytest.mark.parametrize("case", [*CALLS.values(), *TEXTS.values()], ids=[*(f"call: {name}" for name in CALLS), *TEXTS])
def test_the_result_is_python_and_settled(case: tuple[str, str]) -> None:
    after = edited(SDK + case[0])
    assert not Tree(after.encode(), "python").has_error
    assert edited(after) == after


STAYS = {
    "a value that is used": "from sentry_sdk import capture_exception\nreply(capture_exception())\n",
    "a value that is given back": SDK + "def f(e):\n    return sentry_sdk.capture_exception(e)\n",
    "others": "from logger import capture_exception\ncapture_exception(e)\n",
    "a client that is made": "import a\nsentry_sdk = a.Client()\nsentry_sdk.capture_exception(e)\n",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_what_stays(text: str) -> None:
    assert edited(text) == text


REMOVED = {
    "spans": (SDK + "with sentry_sdk.start_span():\n    a()\n", "a()\n"),
    "users": (SDK + "sentry_sdk.set_user({'id': 1})\na()\n", "a()\n"),
    "breadcrumbs": (SDK + "sentry_sdk.add_breadcrumb()\na()\n", "a()\n"),
}


@pytest.mark.parametrize("case", REMOVED.values(), ids=REMOVED)
def test_what_has_no_counterpart_is_removed(case: tuple[str, str]) -> None:
    before, after = case
    assert edited(before) == after


@pytest.mark.parametrize(
    "binding",
    ["posthog = make()\n", "from lib import posthog\n", "import lib as posthog\n", "def posthog():\n    return 1\n"],
)
def test_a_name_that_is_taken_is_left_to_the_app(binding: str) -> None:
    script = edit_script("a.py", (binding + SDK + "sentry_sdk.capture_exception(e)\n").encode(), wish=Wish())
    assert script.draft.text.decode() == binding
    assert "means something else" in script.notes[0].reason
    assert script.needs == frozenset()


NOTED = {
    "a filter": "sentry_sdk.init(before_send=f)\n",
    "options from elsewhere": "sentry_sdk.init(**options)\n",
    "a tag that is set sometimes": "with sentry_sdk.push_scope() as s:\n    if a:\n        s.set_tag('b', 1)\n"
    "    sentry_sdk.capture_exception()\n",
    "a tag with something in between": "with sentry_sdk.push_scope() as s:\n    s.set_tag('b', 1)\n    a()\n"
    "    sentry_sdk.capture_exception()\n",
    "a tag that is set before, sometimes": "if a:\n    sentry_sdk.set_tag('a', a)\nsentry_sdk.capture_exception()\n",
    "a condition of Sentry's": "if config.has('sentry'):\n    sentry_sdk.init()\n",
    "a scope that is handed over": "sentry_sdk.capture_exception(e, scope=s)\n",
    "arguments that are spread": "sentry_sdk.capture_exception(e, **more)\n",
}


@pytest.mark.parametrize("text", NOTED.values(), ids=NOTED)
def test_what_is_lost_is_said(text: str) -> None:
    script = edit_script("a.py", (SDK + text).encode(), wish=Wish())
    assert "posthog." in script.draft.text.decode()
    assert len(script.notes) == 1


def test_the_names_of_variables_are_the_users() -> None:
    after = edited("import os\n" + SDK + "sentry_sdk.init()\n", wish=Wish("PH_TOKEN", "PH_URL"))
    assert 'os.environ.get("PH_TOKEN")' in after
    assert 'os.environ.get("PH_URL")' in after


def test_the_package_is_needed_only_where_it_is_new() -> None:
    call = b"sentry_sdk.capture_exception()\n"
    assert edit_script("a.py", SDK.encode() + call, wish=Wish()).needs == {"posthog"}
    assert edit_script("a.py", OURS.encode() + SDK.encode() + call, wish=Wish()).needs == frozenset()
    assert edit_script("a.py", SDK.encode() + call).needs == frozenset()
