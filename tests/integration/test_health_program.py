"""The program that the role health leaves on a host: whom it tells, when, and how it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from integration.program import Program
from unit.web import Answer, Server

from support.emulator import Emulator
from support.mail import mail_server

HOOK = "h00k-s3cret"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_people_are_told_once_reminded_and_told_when_it_is_over(program: Program, emulator: Emulator) -> None:
    with Server(lambda _: Answer(200)) as hook, mail_server() as box:
        mail = {"to": ["ops@example.com"], "sender": "posthog@example.com", "smtp_port": box.port}
        program.install(emulator, webhook={"url": f"{hook.url}/{HOOK}", "token": HOOK}, email=mail)
        assert program.run().returncode == 0
        assert hook.seen == []
        emulator.switch(drop_events=True)
        for _ in range(2):
            done = program.run("--quiet")
            assert (done.returncode, done.stderr) == (1, "")
            assert "dropped" in done.stdout
        told = json.loads(program.state.read_text())
        long_ago = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
        program.state.write_text(json.dumps({name: {**entry, "at": long_ago} for name, entry in told.items()}))
        assert program.run().returncode == 1
        emulator.switch(drop_events=False)
        assert program.run().returncode == 0
        assert program.run().returncode == 0
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "reminder", "well"]
        assert hook.seen[0].body["results"][2]["facts"]["outcome"] == "dropped"
    subjects = [letter["Subject"] for letter in box.letters]
    url = emulator.url
    assert subjects == [f"{url} is not well: event", f"{url} is still not well: event", f"{url} is well again"]


def test_what_nobody_took_is_seen_and_tried_again(program: Program, emulator: Emulator) -> None:
    answers = iter([Answer(500, "out of order"), Answer(200)])
    with Server(lambda _: next(answers)) as hook:
        program.install(emulator, webhook={"url": f"{hook.url}/{HOOK}"})
        emulator.switch(broken=["celery"])
        lost = program.run()
        assert lost.returncode == 2
        assert "webhook: nobody was told (unwell): the webhook answered 500: out of order" in lost.stderr
        assert HOOK not in lost.stderr + lost.stdout
        assert (program.run().returncode, len(hook.seen)) == (1, 2)


def test_a_trial_reaches_people(program: Program, emulator: Emulator) -> None:
    with Server(lambda _: Answer(200)) as hook:
        program.install(emulator, webhook={"url": hook.url})
        assert program.run("--try-notifications").returncode == 0
        assert [request.body["kind"] for request in hook.seen] == ["trial"]


def test_the_program_refuses_settings_that_others_may_read(program: Program, emulator: Emulator) -> None:
    program.install(emulator)
    program.settings.chmod(0o640)
    done = program.run()
    assert (done.returncode, "chmod 600" in done.stderr) == (2, True)
    program.settings.chmod(0o600)
    program.settings.write_text('{"settings": {}}')
    assert "run the playbook again" in program.run().stderr
    program.settings.unlink()
    done = program.run()
    assert (done.returncode, "cannot read" in done.stderr) == (2, True)


def test_two_rounds_do_not_run_at_a_time(program: Program, tmp_path: Path, emulator: Emulator) -> None:
    waiting, go_on = tmp_path / "waiting", tmp_path / "go_on"
    os.mkfifo(go_on)
    # The first round stops where this command waits for somebody to write.
    lag = {"command": ["sh", "-c", f"touch {waiting}; read line <{go_on}; echo 1"]}
    program.install(emulator, consumer_lag=lag)
    with subprocess.Popen([sys.executable, *program.command], stdout=subprocess.PIPE, text=True) as first:
        while not waiting.exists():
            assert first.poll() is None
        second = program.run()
        assert (second.returncode, "another round is under way" in second.stderr) == (0, True)
        go_on.write_text("\n")
        first.communicate()
    assert first.returncode == 0


def test_without_requests_the_program_says_what_to_install(program: Program, emulator: Emulator) -> None:
    bare = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if (
        bare is None
        or subprocess.run([bare, "-c", "import requests"], capture_output=True, check=False).returncode == 0
    ):
        pytest.skip("there is no Python without requests here")
    program.install(emulator)
    done = program.run(python=bare)
    assert (done.returncode, "install python3-requests" in done.stderr) == (2, True)
