"""Package managers that bring locks into agreement, played by small programs: what they see, and how they fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.sentry.programs import Programs

from ansible_collections.rollout.posthog.plugins.module_utils.sentry import manager_run
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.lines import line_edits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.manager_run import ManagerFailed
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.relock import relock
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository
from support.removal import task
from support.repositories import contents, git, make_repository

LOCK = """{
  "name": "p",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "dependencies": {
        "@sentry/node": "1"
      }
    },
    "node_modules/@sentry/node": {
      "version": "1.0.0"
    }
  }
}
"""
FILES: dict[str, str | bytes] = {
    "package.json": '{\n  "dependencies": {\n    "@sentry/node": "1"\n  }\n}\n',
    "package-lock.json": LOCK,
    "a.ts": "run();\n",
    "other/package-lock.json": LOCK.replace("@sentry/node", "b"),
    "other/package.json": '{"dependencies": {"b": "1"}}\n',
}
ADDS = """\
lock = pathlib.Path("package-lock.json")
if words.startswith("install"):
    text = lock.read_text()
    assert "sentry" not in text, "not pruned"
    lock.write_text(text.replace('"name": "p",', '"name": "p",\\n  "resolved": true,'))
    pathlib.Path("node_modules/x").mkdir(parents=True)
    pathlib.Path("package.json").write_text("mine")
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a directory of its own for temporary files, so that what is left over is seen."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return make_repository(tmp_path / "repository", FILES)


def remove(root: Path, **options: Any) -> dict[str, Any]:
    return task(root, lock_strategy="package_manager", **options)


def left_over(root: Path) -> list[str]:
    return [one for one in os.listdir(root.parent / "temporary") if one.startswith("sentry-removal-")]


def failure(root: Path) -> str:
    """Of a run that fails, with all that this must mean."""
    before = contents(root)
    result = remove(root)
    assert result["failed"] is True, result
    assert contents(root) == before
    assert left_over(root) == []
    assert "nothing was changed" in result["msg"]
    assert "prune or leave" in result["msg"]
    assert "exception" not in result
    return str(result["msg"])


# -- what a manager sees, and what comes back -------------------------------------------------------------------------


def test_only_the_lock_comes_back(root: Path, programs: Programs) -> None:
    programs.add("npm", ADDS)
    before = contents(root)
    result = remove(root)
    assert {one["path"] for one in result["files"]} == {"package.json", "package-lock.json"}
    after = contents(root)
    assert {path for path in after if after[path] != before.get(path)} == {"package.json", "package-lock.json"}
    assert json.loads(after["package-lock.json"])["resolved"] is True
    assert b"sentry" not in after["package-lock.json"]
    assert after["package.json"] != b"mine"
    assert left_over(root) == []
    assert remove(root)["changed"] is False


def test_it_runs_in_a_private_copy_without_input_and_telemetry(root: Path, programs: Programs, tmp_path: Path) -> None:
    (root / ".gitignore").write_text(".npmrc\nnode_modules\n")
    (root / ".npmrc").write_text("registry=https://registry.example.com/\n")
    (root / "node_modules").mkdir()
    (root / "node_modules/x.js").write_text("")
    (root / "outside").symlink_to(tmp_path)
    (root / "inside").symlink_to("a.ts")
    programs.add(
        "npm",
        "note(words)\nnote(str(oct(os.stat(os.getcwd()).st_mode & 0o777)))\nnote(repr(sys.stdin.read()))\n"
        "note(' '.join(sorted(os.listdir('.'))))\n"
        "note(os.environ['npm_config_update_notifier'] + os.environ['DO_NOT_TRACK'])\n",
    )
    remove(root, allow_dirty=True, exclude=["other"])
    seen = [".gitignore", ".npmrc", "a.ts", "inside", "other", "package-lock.json", "package.json"]
    about = ["0o700", "''", " ".join(seen), "false1"]
    assert programs.saw() == [
        "install --package-lock-only --ignore-scripts --no-audit --no-fund",
        *about,
        "ci --dry-run --ignore-scripts --no-audit --no-fund",
        *about,
    ]


def test_what_is_new_and_what_is_gone_is_so_in_the_copy(root: Path, programs: Programs) -> None:
    programs.add("npm", "note(' '.join(sorted(os.listdir('.'))))\n")
    repository = Repository(str(root))
    results = {
        "a.ts": FileEdits("a.ts", repository.read("a.ts"), delete=True),
        "lib/posthog.ts": FileEdits("lib/posthog.ts", b"", line_edits(b"", b"run();\n"), create=True),
    }
    fresh = relock(repository, results, ["package.json"])
    assert [(path, one.changed) for path, one in fresh.items()] == [("package-lock.json", False)]
    assert programs.saw()[0] == "lib other package-lock.json package.json"


def test_windows_line_ends_stay(root: Path, programs: Programs) -> None:
    (root / "package-lock.json").write_bytes(LOCK.replace("\n", "\r\n").encode())
    programs.add("npm", ADDS)
    remove(root, allow_dirty=True)
    text = (root / "package-lock.json").read_bytes()
    assert b"resolved" in text
    assert text.count(b"\r\n") == text.count(b"\n")


def test_two_locks_are_done_once_each(root: Path, programs: Programs) -> None:
    programs.add("npm", "note(os.path.basename(os.getcwd())[:5] + ' ' + words.split()[0])\n")
    repository = Repository(str(root))
    relock(repository, {}, ["package.json", "other/package.json", "package-lock.json"])
    assert programs.saw() == ["other install", "other ci", "sentr install", "sentr ci"]


@given(st.lists(st.sampled_from("abcd\n")), st.lists(st.sampled_from("abcd\n")))
def test_edits_by_line_lead_from_one_text_to_the_other(before: list[str], after: list[str]) -> None:
    old, new = "".join(before).encode(), "".join(after).encode()
    assert FileEdits("x", old, line_edits(old, new)).result() == new


def test_a_branch_and_a_commit_hold_what_managers_made(root: Path, programs: Programs) -> None:
    programs.add("npm", "sys.exit(1)\n")
    author = "Rollout <rollout@example.com>"
    assert remove(root, branch="chore", commit=True, commit_author=author)["failed"] is True
    assert git(root, "branch", "--format=%(refname:short)").split() == ["main"]
    programs.add("npm", ADDS)
    result = remove(root, branch="chore", commit=True, commit_author=author)
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "show", f"{result['commit']}:package-lock.json").count("resolved") == 1


# -- when no manager runs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"_ansible_check_mode": True}, {"scan_only": True}])
def test_no_manager_runs_when_one_only_looks(root: Path, programs: Programs, options: dict[str, bool]) -> None:
    programs.add("npm", "note(words)\n")
    before = contents(root)
    result = remove(root, **options)
    assert (contents(root), programs.saw()) == (before, [])
    assert {one["path"] for one in result["files"]} == {"package.json", "package-lock.json"}
    assert str(result["warnings"]).count("package-lock.json is shown as pruned") == 1


def test_without_a_change_of_manifests_no_manager_is_needed(tmp_path: Path, programs: Programs) -> None:
    files: dict[str, str | bytes] = {**FILES, "package.json": "{}", "package-lock.json": "{}", "b.ts": "sentry();\n"}
    programs.add("npm", "note(words)\n")
    assert remove(make_repository(tmp_path / "r", files))["changed"] is False
    assert programs.saw() == []


# -- how it fails -----------------------------------------------------------------------------------------------------


def test_a_missing_program(root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(programs.place))
    # git is needed nevertheless.
    (programs.place / "git").symlink_to("/usr/bin/git")
    assert failure(root).startswith("package-lock.json: npm is not on this host's PATH; install it, or")


def test_what_it_says_is_told_without_secrets(root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_REGISTRY_TOKEN", "swordfish")
    said = [
        "npm warn old", "npm error code E401", "npm error Unable: https://me:hunter2@registry.example.com/x?sig=opensesame",
        "npm error //registry.example.com/:_authToken=npm_0123456789abcdefghij swordfish Bearer abcdefghijkl in {cwd}",
        "npm error A complete log of this run can be found in: /root/x.log",
    ]  # fmt: skip
    programs.add(
        "npm", f"for line in {said!r}:\n    print(line.replace('{{cwd}}', os.getcwd()), file=sys.stderr)\nsys.exit(7)\n"
    )
    text = failure(root)
    assert (
        "'npm install --package-lock-only' in the root failed with status 7 and said: code E401; Unable: https://"
        in text
    )
    for secret in ("hunter2", "opensesame", "npm_0123", "swordfish", "abcdefghijkl", "complete log", "sentry-removal-"):
        assert secret not in text


def test_a_program_that_hangs_is_ended_with_its_children(
    root: Path,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager_run, "LIMIT", 5)
    programs.add(
        "npm",
        "import subprocess\nchild = subprocess.Popen(['/bin/sh', '-c', 'exec sleep 1000'])\nnote(str(child.pid))\n"
        "print('Waiting for the registry', flush=True)\nchild.wait()\n",
    )
    assert "did not end within 5 s and said: Waiting for the registry" in failure(root)
    assert not is_running(int(programs.saw()[0]))


def is_running(pid: int) -> bool:
    """A zombie, which nobody has asked for its status, runs no more."""
    place = Path(f"/proc/{pid}/stat")
    return place.exists() and place.read_text().rpartition(")")[2].split()[0] != "Z"


GARBAGE = {
    "no lock any more": ("pathlib.Path('package-lock.json').unlink()", "took it away"),
    "a link instead": (
        "os.unlink('package-lock.json'); os.symlink('/etc/hostname', 'package-lock.json')",
        "took it away",
    ),
    "no text": ("pathlib.Path('package-lock.json').write_bytes(bytes(range(256)))", "writes version none"),
    "another layout": (
        "p = pathlib.Path('package-lock.json'); p.write_text(p.read_text().replace('Version\": 3', 'Version\": 2'))",
        "is of version 3, and npm 10.1.2 writes version 2; use the npm that the project uses",
    ),
    "something else every time": (
        "p = pathlib.Path('package-lock.json'); p.write_text(p.read_text() + ' ')",
        "changes it with every run",
    ),
    "much noise": ("sys.stdout.buffer.write(os.urandom(1000000)); sys.exit(1)", "failed with status 1"),
    "silence": ("sys.exit(1)", "and said: nothing"),
    "a signal": ("os.kill(os.getpid(), 9)", "was ended by signal 9"),
    "not content": (
        "if words.startswith('ci'):\n    sys.exit('error: out of date')",
        "'npm ci --dry-run' in the root failed",
    ),
    "no right to write": (
        "pathlib.Path('node_modules/a').mkdir(parents=True); os.chmod('node_modules/a', 0o500); sys.exit(1)",
        "failed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage(root: Path, programs: Programs, name: str) -> None:
    body, expected = GARBAGE[name]
    programs.add("npm", body + "\n")
    text = failure(root)
    assert expected in text
    assert len(text) < 800


def test_a_program_without_a_version(root: Path, programs: Programs) -> None:
    programs.add("npm", "", version="unknown")
    assert "npm --version in the root names no version" in failure(root)


FOREIGN = {
    "another manager": ("pnpm@9.1.0", "is a lock of npm, but package.json says that the project uses pnpm; delete or"),
    "another version": ("npm@11.2.0+sha512.abc", "package.json wants npm 11.2.0, but this host has npm 10.1.2"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_package_json_wants_is_heeded(tmp_path: Path, root: Path, programs: Programs, name: str) -> None:
    named, expected = FOREIGN[name]
    programs.add("npm", "")
    manifest = json.loads(FILES["package.json"])
    other = make_repository(
        tmp_path / "named", {**FILES, "package.json": json.dumps({**manifest, "packageManager": named}, indent=2)}
    )
    assert expected in failure(other)


def test_a_lock_of_another_yarn(tmp_path: Path, root: Path, programs: Programs) -> None:
    programs.add("yarn", "", version="4.1.0")
    lock = '# yarn lockfile v1\n\n\n"@sentry/node@1":\n  version "1.0.0"\n'
    other = make_repository(tmp_path / "yarn", {"package.json": FILES["package.json"], "yarn.lock": lock})
    assert "yarn.lock: is a lock of yarn 1, but this host has yarn 4.1.0" in failure(other)


def test_a_binary_lock(tmp_path: Path, root: Path) -> None:
    files: dict[str, str | bytes] = {"package.json": FILES["package.json"], "bun.lockb": b"\0\1"}
    assert "bun.lockb: is a binary file" in failure(make_repository(tmp_path / "bun", files))


def test_a_project_that_git_does_not_list_is_not_forgotten(tmp_path: Path, root: Path, programs: Programs) -> None:
    programs.add("npm", "")
    lock = LOCK.replace('"packages": {', '"packages": {\n    "packages/a": {},')
    other = make_repository(tmp_path / "r", {**FILES, "package-lock.json": lock, ".gitignore": "packages/a\n"})
    (other / "packages/a").mkdir(parents=True)
    (other / "packages/a/package.json").write_text("{}")
    assert "is made from packages/a/package.json too, which is not among the files" in failure(other)


def test_a_lock_in_the_middle_of_a_merge(tmp_path: Path, root: Path, programs: Programs) -> None:
    lock = f"<<<<<<< HEAD\n{LOCK}=======\n{LOCK}>>>>>>> main\n"
    other = make_repository(tmp_path / "r", {**FILES, "package-lock.json": lock})
    assert "package-lock.json: is in the middle of a merge" in failure(other)


def test_the_failure_is_raised_where_it_is_called(root: Path, programs: Programs) -> None:
    programs.add("npm", "sys.exit(1)\n")
    with pytest.raises(ManagerFailed):
        relock(Repository(str(root)), {}, ["other/package.json"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(root: Path, programs: Programs, number: int) -> None:
    programs.add(
        "npm",
        "for name in range(2000):\n    pathlib.Path(f'x{name}').mkdir()\n"
        "note(str(os.getpid()))\nos.mkfifo('f')\nopen('f')\n",
    )
    script = (
        "import sys\n"
        "from ansible_collections.rollout.posthog.plugins.module_utils.sentry.relock import relock\n"
        "from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository\n"
        f"relock(Repository({str(root)!r}), {{}}, ['package.json'], {str(root.parent / 'temporary')!r})\n"
    )
    before = contents(root)
    process = subprocess.Popen([sys.executable, "-c", script])
    wait_for(programs.notes, process)
    process.send_signal(number)
    # A second one does not disturb the clearing up.
    process.send_signal(number)
    assert process.wait(60) == 128 + number
    assert left_over(root) == []
    assert contents(root) == before
    assert not is_running(int(programs.saw()[0]))


def wait_for(notes: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the program has written its note: it blocks then for good."""
    while not (notes.exists() and notes.read_text().endswith("\n")):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
