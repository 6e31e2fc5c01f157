"""What a Python project needs for PostHog beside the calls: manifests, integrations, Django's pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, Removal, plan_removal
from support.repositories import contents, make_repository

REPLACED = Path(__file__).with_name("replaced")
CASES = ("celery", "django", "fastapi", "flask", "python-script")
INIT = "import sentry_sdk\n\nsentry_sdk.init('https://k@errors.example/1')\n"
CAPTURE = "import sentry_sdk\n\nsentry_sdk.capture_exception()\n"


def planned(root: Path, wish: Wish | None = None) -> Removal:
    return plan_removal(str(root), Options(wish=wish or Wish()))


@pytest.mark.parametrize("name", CASES)
def test_without_a_wish_nothing_comes_in(name: str, tmp_path: Path) -> None:
    make_repository(tmp_path / name, dict(contents(REPLACED / name / "before")))
    removal = plan_removal(str(tmp_path / name), Options())
    assert [one.path for one in removal.changed if one.create] == []
    assert all(b"posthog" not in one.result() for one in removal.changed)


# -- small projects ---------------------------------------------------------------------------------------------------


def after(root: Path, files: dict[str, str], wish: Wish | None = None) -> tuple[dict[str, str], Removal]:
    """(the files, what was planned) of a project."""
    make_repository(root / "repository", dict(files))
    removal = planned(root / "repository", wish)
    removal.write()
    return {path: text.decode() for path, text in contents(root / "repository").items()}, removal


def reasons(removal: Removal, path: str) -> list[str]:
    return [one.reason for one in removal.residue if one.path == path and one.kind == "posthog"]


REQUIREMENTS = {
    "a range": ("flask\nsentry-sdk>=1,<3\n", "flask\nposthog>=7.91,<8\n"),
    "nothing said": ("sentry-sdk\n", "posthog>=7.91,<8\n"),
    "pinned, with an extra": ("sentry_sdk[flask]==1.0 ; python_version > '3'\na==1\n", "posthog==7.91.1\na==1\n"),
    "compatible": ("sentry-sdk~=1.0\n", "posthog~=7.91\n"),
    "a heading": ("a\n\n# Sentry\nsentry-sdk\n\nb\n", "a\n\nposthog>=7.91,<8\n\nb\n"),
    "the last part": ("a\n\n# Sentry\nsentry-sdk\n", "a\n\nposthog>=7.91,<8\n"),
    "no break at the end": ("a\nsentry-sdk", "a\nposthog>=7.91,<8\n"),
    "there already": ("posthog==7.0\nsentry-sdk==1\n", "posthog==7.0\n"),
}


@pytest.mark.parametrize("case", REQUIREMENTS.values(), ids=REQUIREMENTS)
def test_a_list_of_requirements(case: tuple[str, str], tmp_path: Path) -> None:
    files, _removal = after(tmp_path, {"a.py": CAPTURE, "requirements.txt": case[0]})
    assert files["requirements.txt"] == case[1]


TOML = {
    "one line": (
        "[project]\ndependencies = ['a', 'sentry-sdk']\n",
        "[project]\ndependencies = ['a', 'posthog>=7.91,<8']\n",
    ),
    "alone": ('[project]\ndependencies = ["sentry-sdk==1"]\n', '[project]\ndependencies = ["posthog==7.91.1"]\n'),
    "lines": (
        '[project]\ndependencies = [\n  "a",\n  # errors\n  "sentry-sdk[x]>=1",\n]\n',
        '[project]\ndependencies = [\n  "a",\n  # errors\n  "posthog>=7.91,<8",\n]\n',
    ),
    "a group": (
        '[dependency-groups]\nprod = ["sentry-sdk"]\n',
        '[dependency-groups]\nprod = ["posthog>=7.91,<8"]\n',
    ),
    "poetry": (
        '[tool.poetry.dependencies]\nsentry-sdk = {version = "^1", extras = ["flask"]}\n',
        '[tool.poetry.dependencies]\nposthog = "^7.91"\n',
    ),
    "there already": (
        '[project]\ndependencies = ["posthog>=7", "sentry-sdk"]\n',
        '[project]\ndependencies = ["posthog>=7"]\n',
    ),
}


@pytest.mark.parametrize("case", TOML.values(), ids=TOML)
def test_a_pyproject(case: tuple[str, str], tmp_path: Path) -> None:
    files, _removal = after(tmp_path, {"a.py": CAPTURE, "pyproject.toml": case[0]})
    assert files["pyproject.toml"] == case[1]


def test_what_still_needs_sentry_keeps_it_beside_posthog(tmp_path: Path) -> None:
    code = CAPTURE + "reply(sentry_sdk.last_event_id())\n"
    manifests = {"requirements.txt": "sentry-sdk\n", "pyproject.toml": '[project]\ndependencies = ["sentry-sdk"]\n'}
    files, _removal = after(tmp_path, {"a.py": code, **manifests})
    assert files["requirements.txt"] == "posthog>=7.91,<8\nsentry-sdk\n"
    assert files["pyproject.toml"] == '[project]\ndependencies = ["posthog>=7.91,<8", "sentry-sdk"]\n'


def test_a_compiled_list_is_compiled_by_a_person(tmp_path: Path) -> None:
    compiled = "sentry-sdk==1.0\n    # via -r requirements.in\n"
    files, removal = after(tmp_path, {"a.py": CAPTURE, "requirements.in": "sentry-sdk\n", "requirements.txt": compiled})
    assert files["requirements.in"] == "posthog>=7.91,<8\n"
    assert files["requirements.txt"] == ""
    assert reasons(removal, "requirements.txt") == ["This list is made from another one, and lacks posthog."]


def test_a_manifest_of_another_project_is_not_touched(tmp_path: Path) -> None:
    other = {"two/b.py": "import sentry_sdk\n\nsentry_sdk.set_tag('a', 1)\n", "two/requirements.txt": "sentry-sdk\n"}
    files, _removal = after(tmp_path, {"one/a.py": CAPTURE, "one/requirements.txt": "sentry-sdk\n", **other})
    assert files["one/requirements.txt"] == "posthog>=7.91,<8\n"
    assert files["two/requirements.txt"] == ""


def test_a_python_that_is_too_old_is_said(tmp_path: Path) -> None:
    project = '[project]\nrequires-python = ">=3.9"\ndependencies = ["sentry-sdk"]\n'
    _files, removal = after(tmp_path, {"a.py": CAPTURE, "pyproject.toml": project})
    assert reasons(removal, "pyproject.toml") == ["posthog 7.91 needs Python 3.10, and line 2 allows older ones."]


def test_no_manifest_is_said(tmp_path: Path) -> None:
    _files, removal = after(tmp_path, {"a.py": CAPTURE})
    assert reasons(removal, "a.py") == ["No manifest asks for PostHog's SDK."]


def test_several_applications_are_left_to_a_person(tmp_path: Path) -> None:
    code = "from flask import Flask\n\napp = Flask(__name__)\n"
    files, removal = after(tmp_path, {"start.py": INIT, "one.py": code, "two.py": code})
    assert files["one.py"] == code
    assert "PostHog is in no application of Flask: 2 were found." in reasons(removal, "start.py")


def test_the_application_beside_the_start_is_taken(tmp_path: Path) -> None:
    code = "from fastapi import FastAPI\n\napp = FastAPI()\n"
    files, _removal = after(tmp_path, {"main.py": "import sentry_sdk\n" + code + "sentry_sdk.init()\n", "two.py": code})
    assert "app = FastAPI()\napp.add_middleware(PosthogASGIMiddleware)\n" in files["main.py"]
    assert files["two.py"] == code


def test_an_application_that_is_not_found_is_said(tmp_path: Path) -> None:
    code = "from sentry_sdk.integrations.flask import FlaskIntegration\n" + INIT.replace(
        ")", ", integrations=[FlaskIntegration()])"
    )
    _files, removal = after(tmp_path, {"start.py": code})
    assert "PostHog is in no application of Flask: 0 were found." in reasons(removal, "start.py")


def test_another_class_of_the_name_is_not_the_frameworks(tmp_path: Path) -> None:
    code = "from mine import Flask\n\napp = Flask(__name__)\n"
    files, _removal = after(tmp_path, {"start.py": INIT, "one.py": code})
    assert files["one.py"] == code


def test_what_has_no_integration_is_said(tmp_path: Path) -> None:
    code = "from sentry_sdk.integrations.sanic import SanicIntegration\n" + INIT.replace(
        ")", ", integrations=[SanicIntegration()])"
    )
    _files, removal = after(tmp_path, {"start.py": code})
    assert "PostHog has no integration for sanic." in reasons(removal, "start.py")


def test_a_module_that_stands_in_the_sdks_way_is_not_a_reason_to_break(tmp_path: Path) -> None:
    files, removal = after(tmp_path, {"posthog.py": "KEY = 1\n", "a.py": "run()\n" + CAPTURE})
    assert files["a.py"] == "run()\n"
    assert any("stands in the way" in one for one in reasons(removal, "posthog.py"))


def test_a_tests_reports_are_only_removed(tmp_path: Path) -> None:
    files, _removal = after(tmp_path, {"tests/conftest.py": INIT + "run()\n", "requirements.txt": "sentry-sdk\n"})
    assert files == {"tests/conftest.py": "run()\n", "requirements.txt": ""}


# -- Django -----------------------------------------------------------------------------------------------------------

DJANGO = {path: text.decode() for path, text in contents(REPLACED / "django" / "before").items()}
PAGE = "<html><head>\n</head><body></body></html>\n"


def changed_django(root: Path, more: dict[str, str], wish: Wish | None = None) -> tuple[dict[str, str], Removal]:
    return after(root, {**DJANGO, **more}, wish)


def test_consent_is_asked_for(tmp_path: Path) -> None:
    files, _removal = changed_django(tmp_path, {}, Wish(require_consent=True))
    assert "opt_out_capturing_by_default: true," in files["templates/posthog/snippet.html"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/templates/shop/base.html", PAGE),
        ("config/posthog_context.py", "KEY = 1\n"),
        ("config/settings.py", DJANGO["config/settings.py"].replace("DjangoTemplates", "Jinja2")),
        ("config/settings.py", DJANGO["config/settings.py"].replace('ROOT_URLCONF = "config.urls"\n', "")),
    ],
)
def test_where_pages_are_not_certain_a_person_is_told(path: str, text: str, tmp_path: Path) -> None:
    files, removal = changed_django(tmp_path, {path: text})
    assert files["templates/base.html"] == DJANGO["templates/base.html"]
    assert "templates/posthog/snippet.html" not in files
    assert "PosthogContextMiddleware" in files["config/settings.py"]
    assert "posthog_context.posthog" not in files["config/settings.py"]
    assert len([one for one in reasons(removal, "config/settings.py") if "logged" not in one]) == 1


def test_pages_that_have_posthog_keep_theirs(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", "<head><script>posthog.init()</script>")
    files, removal = changed_django(tmp_path, {"templates/base.html": page})
    assert files["templates/base.html"] == page
    assert "templates/posthog/snippet.html" not in files
    assert [one for one in reasons(removal, "config/settings.py") if "logged" not in one] == []


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ('["a.B"]', '["a.B", "posthog.integrations.django.PosthogContextMiddleware"]'),
        ("['a.B',]", "['a.B', 'posthog.integrations.django.PosthogContextMiddleware',]"),
        ('[\n    "a.B"\n]', '[\n    "a.B",\n    "posthog.integrations.django.PosthogContextMiddleware",\n]'),
        (
            '[\n    "a.B",  # c\n]',
            '[\n    "a.B",  # c\n    "posthog.integrations.django.PosthogContextMiddleware",\n]',
        ),
        ("[]", '["posthog.integrations.django.PosthogContextMiddleware"]'),
    ],
)
def test_the_list_keeps_its_layout(middleware: str, expected: str, tmp_path: Path) -> None:
    settings = INIT + f"MIDDLEWARE = {middleware}\n"
    files, _removal = after(tmp_path, {"config/settings.py": settings})
    assert f"MIDDLEWARE = {expected}\n" in files["config/settings.py"]


def test_settings_of_a_stage_leave_the_list_to_the_base(tmp_path: Path) -> None:
    base, stage = "MIDDLEWARE = []\n", "from .base import *\n" + INIT
    files, _removal = after(tmp_path, {"config/settings/base.py": base, "config/settings/production.py": stage})
    assert files["config/settings/base.py"] == base.replace(
        "[]", '["posthog.integrations.django.PosthogContextMiddleware"]'
    )
