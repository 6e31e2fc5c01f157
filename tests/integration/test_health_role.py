"""The role health and its playbook, and the program that it leaves on the host, run by hand as a timer would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from unit.web import Answer, Server

from ansible_collections.rollout.posthog.plugins.module_utils.health.install import PROGRAM_SPEC
from ansible_collections.rollout.posthog.plugins.module_utils.module import CONNECTION
from support.emulator import Emulator, start_emulator
from support.mail import mail_server
from support.task import ROOT, environment

KEY = "phx_k3y0fTh3h0us3"
HOOK = "h00k-s3cret"
PASSWORD = "p4ss-of-mail"
SECRETS = (KEY, HOOK, PASSWORD)
BIN = Path(sys.executable).parent
ROLE = ROOT / "roles" / "health"
Variables = dict[str, Any]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose key occurs nowhere else."""
    emulator = start_emulator(tmp_path_factory.mktemp("own"), key=KEY)
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(own: Emulator) -> Emulator:
    own.reset()
    return own


class Watch:
    """The playbook on one host, this one, with all files of the host below a folder."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        (folder / "cron.d").mkdir()
        self.variables: Variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "health_host": emulator.url,
            "health_api_key": KEY,
            "health_project": 1,
            "health_event": {"failed_seconds": 0.5},
            "health_disk": {"warning_percent": 100, "failed_percent": 100},
            "health_install": False,
            "health_python": sys.executable,
            "health_path": str(folder / "lib" / "health.pyz"),
            "health_settings_path": str(folder / "etc" / "health.json"),
            "health_state_path": str(folder / "var" / "state.json"),
            "health_unit_directory": str(folder / "units"),
            "health_cron_directory": str(folder / "cron.d"),
        }

    def play(self, *options: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        inventory = self.folder / "inventory.json"
        hosts = {"watcher": {**self.variables, **{f"health_{name}": value for name, value in variables.items()}}}
        inventory.write_text(json.dumps({"health": {"hosts": hosts}}))
        return subprocess.run(
            [BIN / "ansible-playbook", "-i", inventory, ROOT / "playbooks" / "health.yml", *options],
            cwd=ROOT,
            env={**environment(), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCAL_TEMP": str(self.folder / "local")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def works(self, *options: str, **variables: Any) -> str:
        done = self.play(*options, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, *options: str, **variables: Any) -> str:
        done = self.play(*options, **variables)
        assert done.returncode == 2, done.stdout + done.stderr
        return done.stdout

    def program(self, *options: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        """As a timer starts it: nothing of Ansible or of this repository in its environment."""
        command = [python or sys.executable, self.variables["health_path"], "--settings", self.settings, *options]
        return subprocess.run(
            [str(word) for word in command],
            cwd="/",
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def settings(self) -> Path:
        return Path(self.variables["health_settings_path"])


@pytest.fixture
def watch(tmp_path: Path, emulator: Emulator) -> Watch:
    return Watch(tmp_path, emulator)


def recap(output: str) -> dict[str, int]:
    line = next(line for line in output.splitlines() if line.startswith("watcher ") and "changed=" in line)
    return {name: int(count) for name, count in (word.split("=") for word in line.split(":")[1].split())}


# -- the playbook ------------------------------------------------------------------------------------------------------


def test_it_is_short_when_all_is_well(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    output = watch.works(document_path=str(tmp_path / "health.json"))
    assert f"{emulator.url} is well: readiness web, readiness worker, event, flags" in output
    assert recap(output)["changed"] == 0
    document = json.loads((tmp_path / "health.json").read_text())
    assert document["verdict"] == "ok"
    # Nothing is left on the host of whoever looks once.
    assert not (tmp_path / "lib").exists()
    assert not (tmp_path / "etc").exists()


def backup(folder: Path, hours: float) -> dict[str, str]:
    finished = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    run = {"finished_at": finished, "result": "ok"}
    path = folder / "backup.json"
    path.write_text(json.dumps({"version": 1, "last_run": run, "last_success": {"finished_at": finished}}))
    return {"status_file": str(path)}


def test_all_that_is_wrong_is_told_and_fails(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    emulator.switch(drop_events=True)
    output = watch.fails(
        project_token=emulator.token(),
        backup=backup(tmp_path, 100),
        disk={"paths": [str(tmp_path)], "failed_free_gb": 10**6},
    )
    assert "is not well: 3 failed, 0 warning, 5 ok" in output
    assert "dropped: it was taken, and is not there after 0.5 s" in output
    assert "the last is 4 days old" in output
    assert "docker image prune" in output
    assert "what to do is told above" in output


def test_a_certificate_about_to_expire(watch: Watch, tmp_path: Path) -> None:
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued = authority.issue_cert("localhost", not_before=now - timedelta(days=1), not_after=now + timedelta(days=10.5))
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    with Server(lambda _: Answer(), context) as server:
        certificate = {"urls": [server.url]}
        output = watch.works(certificate=certificate, ca_path=str(tmp_path / "ca.pem"))
        assert "warning  valid for 10 days" in output
        watch.fails(certificate=certificate, ca_path=str(tmp_path / "ca.pem"), fail_on="warning")
        failing = {**certificate, "failed_days": 14}
        watch.fails(certificate=failing, ca_path=str(tmp_path / "ca.pem"))
        watch.works(certificate=failing, ca_path=str(tmp_path / "ca.pem"), fail_on="never")


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of one megabyte, of which most is in use."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system here: {mounted.stderr.strip()}")
    (place / "filling").write_bytes(b"x" * 980_000)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk(watch: Watch, full_disk: Path) -> None:
    output = watch.fails(disk={"paths": [str(full_disk)]})
    assert f"disk {full_disk}" in output
    assert "9" in output.split("failed   9", 1)[1][:2]


def test_check_mode_writes_nothing(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    output = watch.works("--check", "--diff", schedule="cron", document_path=str(tmp_path / "health.json"))
    assert "an event is a write, and check mode makes none" in output
    assert recap(output)["changed"] == 2
    assert emulator.events() == []
    assert list((tmp_path / "cron.d").iterdir()) == []
    assert not [name for name in ("lib", "etc", "var", "health.json") if (tmp_path / name).exists()]
    assert KEY not in output


def test_no_output_shows_a_secret(watch: Watch, emulator: Emulator) -> None:
    secret = {
        "webhook": {"url": f"http://127.0.0.1:9/{HOOK}", "token": HOOK},
        "email": {"to": ["a@example.com"], "sender": "b@example.com", "user": "c", "password": PASSWORD},
        "schedule": "cron",
    }
    outputs = [
        watch.works("-vvv", "--diff", **secret),
        watch.works("-vvv", "--diff", **{**secret, "reminder_hours": 1}),
    ]
    outputs.append(watch.fails("-vvv", "--diff", **secret, disk={"paths": ["/nowhere"]}))
    outputs.append(watch.fails("-vvv", **secret, host="nowhere"))
    program = watch.program()
    outputs += [program.stdout, program.stderr]
    for secret_text in SECRETS:
        assert not [line for output in outputs for line in output.splitlines() if secret_text in line]


# -- the timer ---------------------------------------------------------------------------------------------------------


def test_the_host_gets_its_program_once_and_again_when_something_changes(watch: Watch, tmp_path: Path) -> None:
    assert recap(watch.works(schedule="cron"))["changed"] == 2
    settings = watch.settings
    assert (settings.stat().st_mode & 0o777, settings.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert recap(watch.works(schedule="cron"))["changed"] == 0
    [cron] = (tmp_path / "cron.d").iterdir()
    assert (
        f"*/5 * * * * root {sys.executable} {watch.variables['health_path']} --settings {settings}" in cron.read_text()
    )
    assert KEY not in cron.read_text()
    settings.chmod(0o644)
    assert recap(watch.works(schedule="cron"))["changed"] == 1
    assert settings.stat().st_mode & 0o777 == 0o600
    assert recap(watch.works(schedule="cron", every_minutes=60))["changed"] == 1
    assert "\n0 * * * * root" in cron.read_text()
    assert recap(watch.works(schedule="absent"))["changed"] == 1
    assert [path for name in ("lib", "etc", "cron.d") for path in (tmp_path / name).iterdir()] == []
    assert recap(watch.works(schedule="absent"))["changed"] == 0


def test_the_program_says_what_the_play_says(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    output = watch.works(schedule="cron", document_path=str(tmp_path / "health.json"))
    (tmp_path / "health.json").unlink()
    done = watch.program()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] in output
    assert json.loads((tmp_path / "health.json").read_text())["verdict"] == "ok"
    assert [event["event"] for event in emulator.events()] == ["rollout_health_check"] * 2
    quiet = watch.program("--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_people_are_told_once_reminded_and_told_when_it_is_over(watch: Watch, emulator: Emulator) -> None:
    with Server(lambda _: Answer(200)) as hook, mail_server() as box:
        mail = {"to": ["ops@example.com"], "sender": "posthog@example.com", "smtp_port": box.port}
        watch.works(schedule="cron", webhook={"url": f"{hook.url}/{HOOK}", "token": HOOK}, email=mail)
        assert watch.program().returncode == 0
        assert hook.seen == []
        emulator.switch(drop_events=True)
        for _ in range(2):
            done = watch.program("--quiet")
            assert (done.returncode, done.stderr) == (1, "")
            assert "dropped" in done.stdout
        state = Path(watch.variables["health_state_path"])
        told = json.loads(state.read_text())
        long_ago = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
        state.write_text(json.dumps({name: {**entry, "at": long_ago} for name, entry in told.items()}))
        assert watch.program().returncode == 1
        emulator.switch(drop_events=False)
        assert watch.program().returncode == 0
        assert watch.program().returncode == 0
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "reminder", "well"]
        assert hook.seen[0].body["results"][2]["facts"]["outcome"] == "dropped"
    subjects = [letter["Subject"] for letter in box.letters]
    url = emulator.url
    assert subjects == [f"{url} is not well: event", f"{url} is still not well: event", f"{url} is well again"]


def test_what_nobody_took_is_seen_and_tried_again(watch: Watch, emulator: Emulator) -> None:
    answers = iter([Answer(500, "out of order"), Answer(200)])
    with Server(lambda _: next(answers)) as hook:
        watch.works(schedule="cron", webhook={"url": f"{hook.url}/{HOOK}"})
        emulator.switch(broken=["celery"])
        lost = watch.program()
        assert lost.returncode == 2
        assert "webhook: nobody was told (unwell): the webhook answered 500: out of order" in lost.stderr
        assert HOOK not in lost.stderr + lost.stdout
        assert (watch.program().returncode, len(hook.seen)) == (1, 2)


def test_a_trial_reaches_people(watch: Watch) -> None:
    with Server(lambda _: Answer(200)) as hook:
        watch.works(schedule="cron", webhook={"url": hook.url})
        assert watch.program("--try-notifications").returncode == 0
        assert [request.body["kind"] for request in hook.seen] == ["trial"]


def test_the_program_refuses_settings_that_others_may_read(watch: Watch) -> None:
    watch.works(schedule="cron")
    watch.settings.chmod(0o640)
    done = watch.program()
    assert (done.returncode, "chmod 600" in done.stderr) == (2, True)
    watch.settings.chmod(0o600)
    watch.settings.write_text('{"settings": {}}')
    assert "run the playbook again" in watch.program().stderr
    watch.settings.unlink()
    done = watch.program()
    assert (done.returncode, "cannot read" in done.stderr) == (2, True)


def test_two_rounds_do_not_run_at_a_time(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    waiting, go_on = tmp_path / "waiting", tmp_path / "go_on"
    os.mkfifo(go_on)
    # The first round stops where this command waits for somebody to write.
    lag = {"command": ["sh", "-c", f"touch {waiting}; read line <{go_on}; echo 1"]}
    go = subprocess.Popen(["sh", "-c", f"echo >{go_on}"])
    watch.works(schedule="cron", consumer_lag=lag)
    go.wait()
    waiting.unlink()
    command = [sys.executable, watch.variables["health_path"], "--settings", str(watch.settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        while not waiting.exists():
            assert first.poll() is None
        second = watch.program()
        assert (second.returncode, "another round is under way" in second.stderr) == (0, True)
        go_on.write_text("\n")
        first.communicate()
    assert first.returncode == 0


def test_without_requests_the_program_says_what_to_install(watch: Watch) -> None:
    bare = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if (
        bare is None
        or subprocess.run([bare, "-c", "import requests"], capture_output=True, check=False).returncode == 0
    ):
        pytest.skip("there is no Python without requests here")
    watch.works(schedule="cron")
    done = watch.program(python=bare)
    assert (done.returncode, "install python3-requests" in done.stderr) == (2, True)


def test_a_timer_that_the_host_cannot_have_is_refused(watch: Watch, tmp_path: Path) -> None:
    if Path("/run/systemd/system").exists():
        pytest.skip("systemd runs here, and would get a timer")
    output = watch.fails(schedule="systemd")
    assert "neither a running systemd" in output
    assert not (tmp_path / "etc").exists()


# -- units -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("minutes", [5, 60])
def test_systemd_understands_the_units_and_finds_them_safe(tmp_path: Path, minutes: int) -> None:
    names = ["rollout-posthog-health.service", "rollout-posthog-health.timer"]
    variables = {
        **yaml.safe_load((ROLE / "defaults/main.yml").read_text()),
        **yaml.safe_load((ROLE / "vars/main.yml").read_text()),
        # Something that is there, since systemd looks.
        "health_python": sys.executable,
        "health_every_minutes": minutes,
    }
    tasks = [
        {"ansible.builtin.template": {"src": str(ROLE / "templates" / f"{name}.j2"), "dest": str(tmp_path / name)}}
        for name in names
    ]
    play = [{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}]
    (tmp_path / "play.json").write_text(json.dumps(play))
    options = ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}"]
    subprocess.run([BIN / "ansible-playbook", *options, tmp_path / "play.json"], env=environment(), check=True)
    said = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / name for name in names)], capture_output=True, text=True, check=True
    )
    ours = [line for line in said.stderr.splitlines() if "rollout-posthog" in line]
    assert ours == []
    safety = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=30", tmp_path / names[0]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert safety.returncode == 0, safety.stdout
    unit = (tmp_path / names[0]).read_text()
    assert "NoNewPrivileges=true" in unit
    assert "ReadWritePaths=/var/lib/rollout-posthog\n" in unit


# -- options -----------------------------------------------------------------------------------------------------------


def test_every_option_of_the_modules_is_a_variable_of_the_role() -> None:
    checks, _said, program = yaml.safe_load((ROLE / "tasks/look.yml").read_text())
    given = program["rollout.posthog.health_program"]
    assert {**given, **checks["rollout.posthog.health"]} == given
    #: Nothing of ours waits for a limit of requests, or is taken or not.
    assert set(given) == {*CONNECTION, *PROGRAM_SPEC} - {"throttle_timeout", "strict"}
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert {name for name in given if f"health_{name}" not in options} == set()
