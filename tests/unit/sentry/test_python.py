"""The rules for Python, one small text each: what goes, and what has to stay."""

from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.python.script import edit_script
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.tree import Unparsable

SDK = "import sentry_sdk\n"


def edited(text: str, path: str = "src/a.py") -> str:
    return edit_script(path, text.encode()).draft.text.decode()


GOES = {
    "a validator of a setting": (
        "class A(BaseSettings):\n    x: int = 1\n    SENTRY_DSN: str | None = None\n\n"
        '    @field_validator("SENTRY_DSN", mode="before")\n    @classmethod\n    def blank(cls, v):\n'
        "        return v or None\n",
        "class A(BaseSettings):\n    x: int = 1\n",
    ),
    "what stands above it": (SDK + "def f():\n    pass\nsentry_sdk.init()\nrun()\n", "def f():\n    pass\nrun()\n"),
    "the end of what stands above it": (SDK + "def f():\n    pass\n    sentry_sdk.flush()\nf()\nrun()\n", "run()\n"),
    "import": (SDK + "run()\n", "run()\n"),
    "submodule": ("import sentry_sdk.integrations.flask\nrun()\n", "run()\n"),
    "alias": ("from sentry_sdk import init as start\nstart()\nrun()\n", "run()\n"),
    "among others": ("import os, sentry_sdk\nos.x()\n", "import os\nos.x()\n"),
    "in brackets": (
        "from sentry_sdk import (\n    init,\n    set_tag,\n)\ninit()\nset_tag(1)\nrun()\n",
        "run()\n",
    ),
    "if": (SDK + "if DSN and not DEBUG:\n    sentry_sdk.init(DSN)\nrun()\n", "run()\n"),
    "if with import": ("if DSN:\n    import sentry_sdk\n\n    sentry_sdk.init(DSN)\nrun()\n", "run()\n"),
    "if and else": (SDK + "if A:\n    sentry_sdk.init()\nelse:\n    sentry_sdk.init(1)\nrun()\n", "run()\n"),
    "else": (SDK + "if A:\n    run()\nelse:\n    sentry_sdk.init(1)\n", "if A:\n    run()\n"),
    "then": (SDK + "if A:\n    sentry_sdk.x()\nelse:\n    run()\n", "if A:\n    pass\nelse:\n    run()\n"),
    "elif in between": (
        SDK + "if A:\n    a()\nelif B:\n    sentry_sdk.x()\nelse:\n    run()\n",
        "if A:\n    a()\nelif B:\n    pass\nelse:\n    run()\n",
    ),
    "try": ("try:\n    import sentry_sdk\n    sentry_sdk.init()\nexcept ImportError:\n    log()\nrun()\n", "run()\n"),
    "announcement": (
        "if DSN:\n    try:\n        import sentry_sdk\n        sentry_sdk.init(DSN)\n        log.info('Sentry is on')\n"
        "    except ImportError:\n        log.warning('no Sentry')\nrun()\n",
        "run()\n",
    ),
    "setting in a try": (
        "try:\n    import sentry_sdk\n    sentry_dsn = config('SENTRY_DSN', default='')\n    if sentry_dsn:\n"
        "        sentry_sdk.init(sentry_dsn)\nexcept ImportError:\n    log('no')\nrun()\n",
        "run()\n",
    ),
    "with": (SDK + "with sentry_sdk.start_span():\n    a()\n    b()\n", "a()\nb()\n"),
    "with its name": (SDK + "with sentry_sdk.push_scope() as s:\n    s.x = 1\n    a()\n", "a()\n"),
    "with another": (SDK + "with sentry_sdk.start_span(), open(a) as b:\n    b()\n", "with open(a) as b:\n    b()\n"),
    "with all": (SDK + "with sentry_sdk.push_scope() as s:\n    s.set_tag(1)\nrun()\n", "run()\n"),
    "decorator": (SDK + "@sentry_sdk.trace\ndef f():\n    a()\n", "def f():\n    a()\n"),
    "body": (SDK + "class A:\n  def f(self):\n    sentry_sdk.x()\n", "class A:\n  def f(self):\n    pass\n"),
    "docstring": (
        SDK + 'class A:\n    def f(self):\n        """F."""\n        sentry_sdk.x()\n',
        'class A:\n    def f(self):\n        """F."""\n',
    ),
    "emptied function": (SDK + "def start():\n    sentry_sdk.init()\n\n\nstart()\nrun()\n", "run()\n"),
    "lost function": (SDK + "def _f(e, h):\n    return e\n\n\nsentry_sdk.init(before_send=_f)\nrun()\n", "run()\n"),
    "lost import": (SDK + "import logging, os\nsentry_sdk.init(logging.INFO)\nos.x()\n", "import os\nos.x()\n"),
    "lost local": (
        SDK + "def f():\n    level = 1\n    sentry_sdk.init(level)\n    run()\n",
        "def f():\n    run()\n",
    ),
    "setting": ('SENTRY_DSN = os.getenv("SENTRY_DSN")\nA = os.x\n', "A = os.x\n"),
    "field": ("class S(B):\n    SENTRY_DSN: str | None = None\n    A: int = 1\n", "class S(B):\n    A: int = 1\n"),
    "caught name": (
        SDK + "try:\n    a()\nexcept E as e:\n    sentry_sdk.capture_exception(e)\n    b()\n",
        "try:\n    a()\nexcept E:\n    b()\n",
    ),
    "event id": (SDK + "show(sentry_sdk.last_event_id())\n", "show(None)\n"),
    "function that gives back the id": (
        SDK + "def tell(e):\n    return sentry_sdk.capture_exception(e)\n\n\ntell(1)\nrun()\n",
        "run()\n",
    ),
    "function that says whether": (
        SDK + "def start(dsn) -> bool:\n    if not dsn:\n        return False\n"
        "    sentry_sdk.init(dsn)\n    return True\n\n\n"
        "start(1)\nrun()\n",
        "run()\n",
    ),
    "function that starts once": (
        SDK + "_on = False\n\n\ndef start():\n    global _on\n    if _on:\n        return\n    try:\n"
        "        sentry_sdk.init()\n        _on = True\n    except ImportError:\n"
        "        logger.warning('no sentry-sdk')\n\n\n"
        "start()\nrun()\n",
        "run()\n",
    ),
    "class that only Sentry had": (
        "from sentry_sdk.transport import Transport\n\n\n"
        "class A(Transport):\n    def a(self):\n        b()\n\n\nrun()\n",
        "run()\n",
    ),
    "value made of Sentry's": (
        "from sentry_sdk.scrubber import DENY, Scrubber\nimport sentry_sdk\ndeny = DENY + [\n    1,\n]\n"
        "sentry_sdk.init(Scrubber(deny))\nrun()\n",
        "run()\n",
    ),
    "hook of a framework": (
        SDK + "def tag():\n    sentry_sdk.set_tag(1)\n\n\napp.before_request(tag)\nrun()\n",
        "run()\n",
    ),
    "first in a block": (
        SDK + "def f():\n    sentry_sdk.set_tag(1)\n\n    return 1\n",
        "def f():\n    return 1\n",
    ),
    "blank line before else": (
        "if A:\n    import sentry_sdk\n\n    sentry_sdk.init()\nelse:\n    run()\n",
        "if A:\n    pass\nelse:\n    run()\n",
    ),
    "lambda": (SDK + "on(lambda e: sentry_sdk.capture_exception(e))\n", "on(lambda e: None)\n"),
    "middleware": (
        "from sentry_sdk.integrations.asgi import SentryAsgiMiddleware\napp = SentryAsgiMiddleware(app)\nrun(app)\n",
        "run(app)\n",
    ),
    "list": ('A = ["a", "sentry_sdk.b", "c"]\n', 'A = ["a", "c"]\n'),
    "comment": (SDK + "# Sentry\nsentry_sdk.init()\nrun()\n", "run()\n"),
    "semicolons": (SDK + "a(); sentry_sdk.x(); b()\n", "a(); b()\n"),
    "last of a line": (SDK + "a(); sentry_sdk.x()\n", "a()\n"),
    "one line": (SDK + "if a(): sentry_sdk.x()\n", "if a(): pass\n"),
    "async": (SDK + "async def f():\n    await sentry_sdk.x()\n    await a()\n", "async def f():\n    await a()\n"),
    "new syntax": (SDK + "type A = int\nmatch a:\n    case 1:\n        sentry_sdk.x()\n",
                   "type A = int\nmatch a:\n    case 1:\n        pass\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOES)
def test_goes(name: str) -> None:
    before, after = GOES[name]
    assert edited(before) == after
    assert edited(after) == after


STAYS = {
    "text of a name": SDK + "__all__ = ['f']\n\n\ndef f():\n    return sentry_sdk.get_current_span()\n",
    "announcement alone": "if a:\n    logger.info('Sentry is on')\n",
    "name of the app's": "def f(sentry_sdk):\n    sentry_sdk.init()\n",
    "value returned": SDK + "def f():\n    return sentry_sdk.get_current_span()\n",
    "unknown call's value": SDK + "app = sentry_sdk.instrument(app)\napp.run()\n",
    "class": "from sentry_sdk.transport import Transport\n\n\nclass A(Transport):\n    pass\n\n\nrun(A)\n",
    "text": 'NAME = "sentry"\n',
    "setting that is read": 'SENTRY_DSN = os.getenv("SENTRY_DSN")\nprint(SENTRY_DSN)\n',
    "setting that is made": "SENTRY_DSN = make()\n",
    "flag that others read": (
        "_on = False\n\n\ndef start():\n    global _on\n    _on = True\n\n\ndef on():\n    return _on\n\n\nstart()\n"
    ),
    "caught name that is read": "try:\n    a()\nexcept E as e:\n    b(e)\n",
    "app's pass": "if a:\n    pass\n",
    "name of the context read": SDK + "with sentry_sdk.start_span() as s:\n    send(s.trace_id)\n",
    "caller of what is given back": SDK + "sentry_sdk.trace(f)(1)\n",
}


@pytest.mark.parametrize("name", STAYS)
def test_stays(name: str) -> None:
    assert edited(STAYS[name]) == STAYS[name]


def test_a_text_in_several_lines_is_not_indentation() -> None:
    text = SDK + 'with sentry_sdk.start_span():\n    a = """\n    b\n    """\n    c(a)\n'
    assert edited(text) == 'a = """\n    b\n    """\nc(a)\n'


def test_a_handler_that_does_nothing_now_is_reported() -> None:
    script = edit_script("a.py", (SDK + "try:\n    a()\nexcept E:\n    sentry_sdk.x()\n").encode())
    assert script.draft.text == b"try:\n    a()\nexcept E:\n    pass\n"
    assert [one.reason for one in script.notes] == ["This handler only told Sentry, and does nothing now."]


def test_a_function_in_all_stays() -> None:
    text = SDK + '__all__ = ["start"]\n\n\ndef start():\n    sentry_sdk.init()\n'
    assert edited(text) == '__all__ = ["start"]\n\n\ndef start():\n    pass\n'


def test_a_setting_that_others_read_stays() -> None:
    text = b'SENTRY_DSN = os.getenv("SENTRY_DSN")\n'
    assert edit_script("settings.py", text, elsewhere=lambda name: name == b"SENTRY_DSN").draft.text == text


def test_a_template_is_refused() -> None:
    with pytest.raises(Unparsable, match=r"src/a\.py"):
        edited("import sentry_sdk\n{% if a %}\nx = {{ b }}\n{% endif %}\n")
