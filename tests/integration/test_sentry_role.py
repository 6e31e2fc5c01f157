"""The role sentry_removal and its playbook: real git, real repositories, several at once, stopped and run again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.task import SPEC
from support.repositories import commit, contents, git, make_repository
from support.task import ROOT, environment

BIN = Path(sys.executable).parent
ROLE = ROOT / "roles" / "sentry_removal"
CODE = 'import * as Sentry from "@sentry/node";\nSentry.init();\nrun();\n'
FILES: dict[str, str | bytes] = {"a.ts": CODE, "ordner ä/b.ts": CODE, "README.md": "Errors go to Sentry.\n"}
CHANGED = ["a.ts", "ordner ä/b.ts"]
BRANCH = "chore/remove-sentry"
Host = dict[str, Any]


class Rollout:
    """The playbook on an inventory of repositories."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inventory = folder / "inventory.json"

    def command(self, hosts: dict[str, Host], *options: str) -> list[str]:
        common = {"ansible_python_interpreter": sys.executable, "sentry_removal_commit_author": "R <r@example.com>"}
        self.inventory.write_text(json.dumps({"repositories": {"hosts": hosts, "vars": common}}))
        playbook = ROOT / "playbooks" / "sentry_removal.yml"
        return [str(BIN / "ansible-playbook"), "-i", str(self.inventory), str(playbook), *options]

    def environment(self) -> dict[str, str]:
        local = {"ANSIBLE_LOCAL_TEMP": str(self.folder / "local"), "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote")}
        return {**environment(), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "1", **local}

    def attempt(self, hosts: dict[str, Host], *options: str) -> tuple[int, str]:
        """What became of it, and all that was said."""
        done = subprocess.run(
            self.command(hosts, *options),
            cwd=ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def __call__(self, hosts: dict[str, Host], *options: str) -> str:
        """A run that has to work."""
        code, output = self.attempt(hosts, *options)
        assert code == 0, output
        return output

    def unchanged(self, hosts: dict[str, Host], *options: str) -> None:
        """A run that has nothing to do."""
        output = self(hosts, *options)
        assert "changed=0" in output, output

    def refused(self, hosts: dict[str, Host], *options: str) -> str:
        code, output = self.attempt(hosts, *options)
        assert code != 0, output
        assert "Traceback" not in output, output
        return " ".join(output.split())


@pytest.fixture
def rollout(tmp_path: Path) -> Rollout:
    return Rollout(tmp_path)


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "upstream ü", FILES)


@pytest.fixture
def clone(tmp_path: Path, upstream: Path) -> Host:
    """A host without a checkout yet, whose path has spaces and more."""
    path = tmp_path / "deep" / "päth with 'quotes'"
    return {
        "sentry_removal_path": str(path),
        "sentry_removal_repository": str(upstream),
        "sentry_removal_version": "main",
        "sentry_removal_branch": BRANCH,
        "sentry_removal_commit": True,
    }


def place(host: Host) -> Path:
    return Path(host["sentry_removal_path"])


def committed(root: Path) -> list[str]:
    return git(root, "-c", "core.quotePath=false", "show", "--format=", "--name-only").splitlines()


def commits(root: Path) -> int:
    return len(git(root, "rev-list", "HEAD").split())


def state(root: Path) -> tuple[dict[str, bytes], str, str]:
    refs = git(root, "for-each-ref", "--format=%(refname) %(objectname)")
    return contents(root), refs, git(root, "status", "--porcelain", "--branch")


# -- a checkout is made -----------------------------------------------------------------------------------------------


def test_clone_branch_commit_and_nothing_more(rollout: Rollout, clone: Host, upstream: Path, tmp_path: Path) -> None:
    clone["sentry_removal_report_path"] = str(tmp_path / "report.md")
    before = state(upstream)
    output = rollout({"shop": clone})
    root = place(clone)
    assert git(root, "branch", "--show-current") == f"{BRANCH}\n"
    assert (committed(root), commits(root)) == (CHANGED, 2)
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "log", "-1", "--format=%an <%ae>") == "R <r@example.com>\n"
    assert "README.md" in (tmp_path / "report.md").read_text()
    said = " ".join(output.split())
    assert "edited: 2" in said.replace("'", "")
    assert f"branch: {BRANCH}" in said
    assert git(root, "rev-parse", "HEAD").strip() in said
    done = state(root)
    rollout.unchanged({"shop": clone})
    assert state(root) == done
    assert state(upstream) == before, "something was pushed"


def test_check_mode_clones_nothing_and_says_so(rollout: Rollout, clone: Host, tmp_path: Path) -> None:
    output = rollout({"shop": clone}, "--check", "--diff")
    assert "There is no checkout at" in output
    assert not place(clone).parent.exists()


def test_a_clone_that_was_stopped_is_made_anew(rollout: Rollout, clone: Host) -> None:
    left = Path(f"{place(clone)}.sentry-removal-clone")
    git(left.parent.parent, "init", "-q", str(left))
    rollout({"shop": clone})
    assert committed(place(clone)) == CHANGED
    assert not left.exists()


def test_a_tag_is_cloned(rollout: Rollout, clone: Host, upstream: Path) -> None:
    git(upstream, "tag", "v1")
    (upstream / "later.ts").write_text("run();\n")
    commit(upstream)
    rollout({"shop": {**clone, "sentry_removal_version": "v1"}})
    assert not (place(clone) / "later.ts").exists()
    assert committed(place(clone)) == CHANGED
    rollout.unchanged({"shop": {**clone, "sentry_removal_version": "v1"}})


def test_what_was_pushed_by_a_person_is_known_to_a_fresh_clone(rollout: Rollout, clone: Host, tmp_path: Path) -> None:
    rollout({"shop": clone})
    git(place(clone), "push", "-q", "origin", BRANCH)
    fresh = {**clone, "sentry_removal_path": str(tmp_path / "fresh")}
    rollout({"shop": fresh})
    assert git(tmp_path / "fresh", "rev-parse", "HEAD") == git(place(clone), "rev-parse", "HEAD")
    rollout.unchanged({"shop": fresh})


def test_a_password_in_the_address_is_refused_and_not_shown(rollout: Rollout, clone: Host) -> None:
    secret = "https://robot:hunter2@git.invalid/shop.git"
    said = rollout.refused({"shop": {**clone, "sentry_removal_repository": secret}}, "-vvv")
    assert "sentry_removal_repository" in said
    assert "hunter2" not in said


def test_a_relative_path_is_refused(rollout: Rollout, clone: Host) -> None:
    assert "is relative" in rollout.refused({"shop": {**clone, "sentry_removal_path": "shop"}})


# -- a checkout is there ----------------------------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path: Path) -> Host:
    """A host whose checkout is there."""
    path = make_repository(tmp_path / "mine", FILES)
    return {"sentry_removal_path": str(path), "sentry_removal_branch": BRANCH, "sentry_removal_commit": True}


def test_commits_of_mine_that_nobody_else_has_are_kept(rollout: Rollout, clone: Host) -> None:
    git(place(clone).parents[1], "clone", "-q", clone["sentry_removal_repository"], str(place(clone)))
    (place(clone) / "mine.ts").write_text("mine();\n")
    commit(place(clone))
    kept = git(place(clone), "rev-parse", "HEAD")
    rollout({"shop": clone})
    assert git(place(clone), "rev-parse", "main", "HEAD^") == kept * 2


def test_a_checkout_of_something_else_is_refused(rollout: Rollout, clone: Host) -> None:
    before = state(make_repository(place(clone), FILES))
    assert "was not cloned from sentry_removal_repository" in rollout.refused({"shop": clone})
    assert state(place(clone)) == before


def test_a_checkout_without_the_version_is_refused(rollout: Rollout, clone: Host, upstream: Path) -> None:
    rollout({"shop": clone})
    assert "does not contain v2" in rollout.refused({"shop": {**clone, "sentry_removal_version": "v2"}})


def test_work_in_progress_is_refused_and_kept(rollout: Rollout, mine: Host) -> None:
    (place(mine) / "a.ts").write_text(CODE + "mine();\n")
    before = state(place(mine))
    assert "among them a.ts" in rollout.refused({"shop": mine})
    assert state(place(mine)) == before
    rollout({"shop": {**mine, "sentry_removal_allow_dirty": True, "sentry_removal_commit": False}})
    assert (place(mine) / "a.ts").read_text() == "run();\nmine();\n"


def test_somebodys_branch_of_that_name_is_refused(rollout: Rollout, mine: Host) -> None:
    git(place(mine), "switch", "-qc", BRANCH)
    commit(place(mine))
    git(place(mine), "switch", "-q", "main")
    before = state(place(mine))
    assert f"{BRANCH} is there already" in rollout.refused({"shop": mine})
    assert state(place(mine)) == before


def test_an_earlier_removal_is_gone_back_to(rollout: Rollout, mine: Host) -> None:
    rollout({"shop": mine})
    git(place(mine), "switch", "-q", "main")
    rollout({"shop": mine})
    assert (git(place(mine), "branch", "--show-current"), commits(place(mine))) == (f"{BRANCH}\n", 2)
    rollout.unchanged({"shop": mine})


def test_a_scan_writes_the_report_and_nothing_else(rollout: Rollout, mine: Host, tmp_path: Path) -> None:
    mine["sentry_removal_report_path"] = str(tmp_path / "report.json")
    before = state(place(mine))
    rollout.unchanged({"shop": mine}, "-e", "sentry_removal_scan_only=true")
    assert state(place(mine)) == before
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["summary"]["edited"] == 2
    assert [one["path"] for one in report["residue"]] == ["README.md"]


def test_check_mode_shows_all_and_writes_nothing(rollout: Rollout, mine: Host, tmp_path: Path) -> None:
    mine["sentry_removal_report_path"] = str(tmp_path / "report.md")
    before = state(place(mine))
    output = rollout({"shop": mine}, "--check", "--diff")
    assert "-Sentry.init();" in output
    assert "would change the repository" in output
    assert state(place(mine)) == before
    assert not (tmp_path / "report.md").exists()


def test_a_path_that_is_not_there(rollout: Rollout, mine: Host) -> None:
    gone = {**mine, "sentry_removal_path": str(place(mine).with_name("gone"))}
    assert "gone does not exist" in rollout.refused({"shop": gone})


# -- many ------------------------------------------------------------------------------------------------------------


def test_one_that_fails_is_named_and_the_others_are_done(rollout: Rollout, clone: Host, mine: Host) -> None:
    other = {**mine, "sentry_removal_path": str(place(mine).with_name("other"))}
    make_repository(place(other), FILES)
    (place(mine) / "a.ts").write_text("half")
    said = rollout.refused({"clone": clone, "mine": mine, "other": other})
    assert "fatal: [mine]" in said or "[ERROR]" in said
    assert f"{place(mine)} has changes that are not committed" in said
    for done in (clone, other):
        assert committed(place(done)) == CHANGED


def test_what_a_job_of_awx_gives_it(clone: Host, tmp_path: Path) -> None:
    """The collection as it is installed, its playbook by name, and all that is special as extra variables."""
    home = tmp_path / "collections" / "ansible_collections" / "rollout"
    home.mkdir(parents=True)
    (home / "posthog").symlink_to(ROOT)
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("repositories: {hosts: {shop: }}\n")
    variables = tmp_path / "extra.yml"
    # A survey answers in words.
    texts = {**clone, "sentry_removal_commit": "yes", "sentry_removal_commit_author": "R <r@example.com>"}
    variables.write_text(yaml.safe_dump({**texts, "ansible_python_interpreter": sys.executable}))
    done = subprocess.run(
        [BIN / "ansible-playbook", "-i", inventory, "rollout.posthog.sentry_removal", "-e", f"@{variables}"],
        cwd=tmp_path,
        env={**environment(), "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"), "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert committed(place(clone)) == CHANGED


# -- stopped ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A git that waits at its first commit, once all is written, until it is killed; it says so in the file."""
    waiting = tmp_path / "waiting"
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'case " $* " in *" commit "*) [ -e "{waiting}" ] ||'
        f' {{ echo $$ > "{waiting}"; exec tail -f /dev/null; }};; esac\n'
        f'exec "{shutil.which("git")}" "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(program.parent), os.environ["PATH"]]))
    yield waiting
    if waiting.exists():
        subprocess.run(["kill", waiting.read_text().strip()], check=False, capture_output=True)


def kill(play: subprocess.Popen[bytes], waiting: int) -> None:
    """Ends all of it at once: the play, its module, and the git that the module waits for."""
    module = int(Path(f"/proc/{waiting}/stat").read_text().rpartition(")")[2].split()[1])
    os.killpg(play.pid, signal.SIGKILL)
    for process in (module, waiting):
        os.kill(process, signal.SIGKILL)
    play.wait()


def test_killed_between_the_write_and_the_commit(rollout: Rollout, clone: Host, slow_commit: Path) -> None:
    process = subprocess.Popen(
        rollout.command({"shop": clone}),
        cwd=ROOT,
        env=rollout.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (slow_commit.exists() and slow_commit.read_text()):
        assert process.poll() is None, "it ended without a commit"
        assert time.monotonic() < deadline, "it never came to the commit"
        time.sleep(0.05)
    kill(process, int(slow_commit.read_text()))
    root = place(clone)
    assert (root / "a.ts").read_text() == "run();\n"
    assert commits(root) == 1
    rollout({"shop": clone})
    assert (committed(root), commits(root)) == (CHANGED, 2)
    assert git(root, "status", "--porcelain") == ""
    rollout.unchanged({"shop": clone})


# -- what reads code ---------------------------------------------------------------------------------------------------


def test_every_option_of_the_module_is_a_variable_of_the_role() -> None:
    tasks = yaml.safe_load((ROLE / "tasks/remove.yml").read_text())
    given = tasks[0]["rollout.posthog.sentry_removal"]
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert set(given) == set(SPEC)
    assert {name for name in SPEC if f"sentry_removal_{name}" not in options} == set()
