"""What programs say they failed of: the reason, the repository, and no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unit.backup.repository import repository

from ansible_collections.rollout.posthog.plugins.module_utils.backup.complaint import all_words, last_words, shortened
from ansible_collections.rollout.posthog.plugins.module_utils.backup.process import Ended, reading
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

DUMPALL = """pg_dumpall: error: query failed: ERROR:  permission denied for table pg_authid
pg_dumpall: detail: Query was: SELECT oid, rolname FROM pg_authid"""
RESTORE = """pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 2; 1 1 EXTENSION x
pg_restore: error: could not execute query: ERROR:  extension "x" is not available
DETAIL:  Could not open extension control file
Command was: CREATE EXTENSION x;
pg_restore: warning: errors ignored on restore: 1"""
LOCKED = """unable to create lock in backend: repository is already locked exclusively by PID 1 on vm by root
lock was created at 2026-11-27 09:14:12 (2.4s ago)
storage ID 586fa6af
the `unlock` command can be used to remove stale locks"""
READ_ONLY = """Save(<lock/05>) returned error, retrying after 552.3ms: open m/locks/05-tmp-31: read-only file system
open m/locks/05-tmp-33: read-only file system
github.com/restic/restic/internal/backend/local.(*Local).Save
\tgithub.com/restic/restic/internal/backend/local/local.go:153
main.glob..func2
\tgithub.com/restic/restic/cmd/restic/cmd_backup.go:74
runtime.goexit
\truntime/asm_amd64.s:1594
unable to create lock in backend"""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (DUMPALL, "pg_dumpall: error: query failed: ERROR:  permission denied for table pg_authid"),
        (RESTORE, 'pg_restore: error: could not execute query: ERROR:  extension "x" is not available'),
        ("pg_dump: warning: circular\npg_dump: error: no space\n", "pg_dump: error: no space"),
        ("Received exception from server:\nCode: 241. DB::Exception: Memory\n(query: x)", "Code: 241."),
        ("something\nelse", "else"),
        ("pg_dump: detail: lonely", "pg_dump: detail: lonely"),
        ("", "without a word"),
    ],
)
def test_the_reason_is_what_is_said(said: str, reason: str) -> None:
    assert last_words(said).startswith(reason)


def test_a_read_only_repository_is_named_as_such() -> None:
    assert all_words(READ_ONLY) == "open m/locks/05-tmp-33: read-only file system; unable to create lock in backend"
    assert all_words("runtime.goexit") == "runtime.goexit"


def taken(command: list[str], size: int, problem: str) -> None:
    with reading(command) as source:
        source.read(size)
        raise RolloutError(problem)


def test_who_gives_too_little_says_why_before_who_takes_it() -> None:
    with pytest.raises(Ended, match="a pack is rotten"):
        taken(["sh", "-c", "exec >&-; echo 'Fatal: a pack is rotten' >&2; exit 1"], 1, "input file is too short")
    with pytest.raises(RolloutError, match="disk is full"):
        taken(["yes"], 1, "disk is full")


def test_a_long_complaint_is_short_and_has_its_end() -> None:
    said = shortened("begin " + "x" * 9000 + " Fatal: repository contains errors")
    assert len(said) < 600
    assert said.endswith("repository contains errors")


@pytest.mark.parametrize("way", ["S3CRET", "S3 CRET", 'S3CR"ET', "S3CRE/TT", "S3CR%ET"])
def test_an_address_that_restic_cannot_parse_keeps_its_password(way: str, tmp_path: Path) -> None:
    tool = repository(f"rest:http://bob:{way}@127.0.0.1:notaport/x", cache=str(tmp_path))
    receiver = tool.receiver("a", {})
    for ask in (tool.snapshots, receiver.child.finish):
        with pytest.raises(RolloutError) as caught:
            ask()
        said = str(caught.value)
        assert "rest:http://********@127.0.0.1:notaport/x" in said
        assert not [
            piece for piece in way.replace('"', " ").replace("/", " ").split() if len(piece) > 3 and piece in said
        ]
        assert "S3" not in said


def test_what_the_environment_has_is_masked_too() -> None:
    tool = repository("s3:https://bucket/x", environment={"AWS_SECRET_ACCESS_KEY": "a-Key", "AWS_X": 5})
    assert tool.words("the key a-Key and of-repo are wrong") == (
        "repository s3:https://bucket/x: the key ******** and ******** are wrong"
    )


def test_a_lock_of_a_process_that_is_no_more_is_taken_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool = repository(str(tmp_path / "there"), cache=str(tmp_path / "cache"))
    tool.initialize()
    unlocked: list[bool] = []
    monkeypatch.setattr(tool, "unlock", lambda: unlocked.append(True))
    answers = iter([Ended(["restic"], 1, tool.words(LOCKED + "\n" + "x" * 9000))])

    def answer(*_: Any, **_named: Any) -> str:
        for problem in answers:
            raise problem
        return "well"

    monkeypatch.setattr("ansible_collections.rollout.posthog.plugins.module_utils.backup.restic.process.run", answer)
    assert (tool.run("prune"), unlocked) == ("well", [True])


def test_a_repository_that_is_not_there_is_still_known_as_such(tmp_path: Path) -> None:
    tool = repository(str(tmp_path / "there"), cache=str(tmp_path / "cache"))
    with pytest.raises(Ended, match=f"repository {tmp_path}/there: Fatal: unable to open config file"):
        tool.snapshots()
    assert tool.initialize()
