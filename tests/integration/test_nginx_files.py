"""The module `nginx_files` with a real nginx that says whether it likes what was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from support.nginx import NEEDS_NGINX, PROGRAM, Nginx
from support.task import run_module

pytestmark = NEEDS_NGINX

MARKER = "written by Ansible"
Files = dict[str, str]


@pytest.fixture
def nginx(tmp_path: Path) -> Nginx:
    """Its files; it need not run to test them."""
    return Nginx(tmp_path)


def write(nginx: Nginx, texts: Files, **options: Any) -> dict[str, Any]:
    """What the module answers; paths are below the folder of the nginx."""
    given = {
        "files": [{"path": str(nginx.folder / path), "content": f"# {MARKER}\n{text}"} for path, text in texts.items()],
        "directories": [str(nginx.folder / name) for name in ("conf.d", "sites-enabled", "posthog")],
        "marker": MARKER,
        "test": [PROGRAM, "-t", "-c", str(nginx.folder / "nginx.conf")],
        **options,
    }
    answer, text = run_module("nginx_files", given)
    assert "Traceback" not in text
    return answer


def wrote(nginx: Nginx, texts: Files, **options: Any) -> dict[str, str]:
    """What was done to each file by a run that has to work."""
    answer = write(nginx, texts, **options)
    assert not answer.get("failed"), answer["msg"]
    return {os.path.relpath(change["path"], nginx.folder): change["action"] for change in answer["files"]}


GOOD = {
    "conf.d/a.conf": "map $host $posthog_a { default 1; }\n",
    "sites-enabled/b": "server { listen 127.0.0.1:1; include ../*.c; }\n",
    "posthog/www/c.conf": "location = /c { return 204; }\n",
}


def test_files_are_created_updated_and_removed(nginx: Nginx) -> None:
    assert wrote(nginx, GOOD) == dict.fromkeys(GOOD, "created")
    assert wrote(nginx, GOOD) == {}
    other = {"conf.d/a.conf": "# other\n", "sites-enabled/b": GOOD["sites-enabled/b"]}
    assert wrote(nginx, other) == {"conf.d/a.conf": "updated", "posthog/www/c.conf": "removed"}
    assert not (nginx.folder / "posthog/www").exists()
    assert wrote(nginx, {}) == {"conf.d/a.conf": "removed", "sites-enabled/b": "removed"}
    assert (nginx.folder / "sites-enabled").is_dir()
    assert (nginx.folder / "conf.d").is_dir()
    assert nginx.files() == {}


def test_nothing_else_lies_around(nginx: Nginx) -> None:
    wrote(nginx, GOOD)
    wrote(nginx, {**GOOD, "conf.d/a.conf": "# other\n"})
    write(nginx, {**GOOD, "conf.d/a.conf": "serve_quickly on;\n"})
    assert sorted(os.path.relpath(path, nginx.folder) for path in nginx.files()) == sorted(GOOD)


def test_check_mode_says_what_it_would_do(nginx: Nginx) -> None:
    assert wrote(nginx, GOOD, _ansible_check_mode=True) == dict.fromkeys(GOOD, "created")
    assert nginx.files() == {}
    assert not (nginx.folder / "posthog").exists()


def test_a_refusal_names_file_and_line_and_undoes_all(nginx: Nginx) -> None:
    wrote(nginx, GOOD)
    files = nginx.files()
    answer = write(nginx, {"conf.d/a.conf": "# other\n", "sites-enabled/new": "server {\n\tserve_quickly on;\n}\n"})
    place = str(nginx.folder / "sites-enabled/new")
    assert (answer["file"], answer["line"], answer["said"]) == (place, 3, 'unknown directive "serve_quickly"')
    assert answer["msg"] == (
        f'nginx refuses the new configuration, so the old one stays: {place}, line 3: unknown directive "serve_quickly"'
    )
    assert nginx.files() == files


def test_the_first_run_leaves_no_folder_when_it_is_refused(nginx: Nginx) -> None:
    assert write(nginx, {**GOOD, "sites-enabled/b": "}\n"})["failed"]
    assert nginx.files() == {}
    assert not (nginx.folder / "posthog").exists()


def test_an_error_without_a_place_is_told_too(nginx: Nginx) -> None:
    text = "server { listen 127.0.0.1:1 ssl; ssl_certificate /nowhere.pem; ssl_certificate_key /nowhere.key; }\n"
    answer = write(nginx, {"sites-enabled/b": text})
    assert "/nowhere.pem" in answer["said"]
    assert answer["file"] == ""
    assert answer["msg"].endswith(answer["said"])


def test_what_nginx_warns_of_is_a_warning(nginx: Nginx) -> None:
    server = "server { listen 127.0.0.1:1; server_name a.test; }\n"
    answer = write(nginx, {"sites-enabled/a": server, "sites-enabled/b": server})
    assert 'conflicting server name "a.test"' in str(answer["warnings"])


def test_a_run_that_was_killed_before_its_test_is_undone(nginx: Nginx) -> None:
    wrote(nginx, GOOD)
    files = nginx.files()
    changed = nginx.folder / "conf.d/a.conf"
    # As it is between writing and testing.
    os.link(changed, changed.with_name(".a.conf.before"))
    (changed.parent / ".posthog-1").write_text("serve_quickly on;")
    os.replace(changed.parent / ".posthog-1", changed)
    (changed.parent / ".posthog-2").write_text("staged")
    created = nginx.folder / "posthog/new/d.conf"
    created.parent.mkdir()
    created.write_text("serve_quickly on;")
    created.with_name(".d.conf.created").touch()
    assert nginx.command("-t").returncode != 0
    answer = write(nginx, GOOD)
    assert sorted(answer["recovered"]) == [str(changed), str(created)]
    assert answer["changed"]
    assert nginx.files() == files
    assert nginx.command("-t").returncode == 0


def test_a_file_without_the_marker_is_not_touched(nginx: Nginx) -> None:
    theirs = nginx.write_site("b", "# mine\n")
    answer = write(nginx, GOOD)
    assert answer["msg"].startswith(f"{theirs} is there already")
    assert set(nginx.files()) == {str(theirs)}
    wrote(nginx, {"conf.d/a.conf": ""})
    assert theirs.read_text() == "# mine\n"


def test_a_link_is_not_touched(nginx: Nginx) -> None:
    elsewhere = nginx.folder / "elsewhere"
    elsewhere.write_text(f"# {MARKER}\n")
    (nginx.folder / "sites-enabled/link").symlink_to(elsewhere)
    assert wrote(nginx, {}) == {}
    assert (nginx.folder / "sites-enabled/link").is_symlink()


def test_what_others_still_include_is_not_taken_away(nginx: Nginx) -> None:
    wrote(nginx, GOOD)
    path = nginx.folder / "posthog/www/c.conf"
    shop = nginx.write_site("shop", f"server {{\nlisten 127.0.0.1:2;\ninclude {path};\n}}\n")
    answer = write(nginx, {})
    assert (answer["file"], answer["line"]) == (str(shop), 3)
    assert answer["msg"].endswith(
        f". {shop} is not one of ours, and nginx takes the old configuration: it does not go with what was to change"
    )
    assert path.exists()


@pytest.mark.parametrize("texts", [{**GOOD, "conf.d/a.conf": "# other\n"}, {}], ids=["changed", "removed"])
def test_what_others_have_broken_is_told_apart(nginx: Nginx, texts: Files) -> None:
    wrote(nginx, GOOD)
    shop = nginx.write_site("shop", "server {\n\tserve_quickly on;\n}\n")
    files = nginx.files()
    answer = write(nginx, texts)
    assert answer["msg"] == (
        f'nginx refuses the new configuration, so the old one stays: {shop}, line 2: unknown directive "serve_quickly".'
        f" {shop} is not one of ours, and nginx refuses the old configuration as well: mend that file first"
    )
    assert nginx.files() == files


def test_what_others_have_broken_without_a_place_is_told_apart(nginx: Nginx) -> None:
    text = "server { listen 127.0.0.1:1 ssl; ssl_certificate /nowhere.pem; ssl_certificate_key /nowhere.key; }\n"
    nginx.write_site("shop", text)
    answer = write(nginx, GOOD)
    assert "/nowhere.pem" in answer["said"]
    assert answer["msg"].endswith(". nginx refuses the old configuration as well: mend that first")


def test_what_was_there_before_can_be_put_back(nginx: Nginx) -> None:
    wrote(nginx, GOOD)
    files = nginx.files()
    previous = write(nginx, {"conf.d/a.conf": "# other\n"})["previous"]
    wrote(nginx, {}, files=previous)
    assert nginx.files() == files


def test_a_file_needs_the_marker(nginx: Nginx) -> None:
    path = str(nginx.folder / "conf.d/a.conf")
    assert write(nginx, {}, files=[{"path": path, "content": "# hand-made\n"}])["msg"] == f"{path} lacks the marker"
