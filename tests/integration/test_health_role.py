"""The role health and its playbook, and the program that it leaves on the host, run by hand as a timer would."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from integration.program import Program
from unit.web import Answer, Server

from ansible_collections.rollout.posthog.plugins.module_utils.health.install import PROGRAM_SPEC
from ansible_collections.rollout.posthog.plugins.module_utils.module import CONNECTION
from support.emulator import Emulator, start_emulator
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
        program = Program(folder)
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
            "health_path": str(program.path),
            "health_settings_path": str(program.settings),
            "health_state_path": str(program.state),
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
            env={
                **environment(),
                "ANSIBLE_PIPELINING": "1",
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            },
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


@pytest.fixture
def watch(tmp_path: Path, emulator: Emulator) -> Watch:
    return Watch(tmp_path, emulator)


def flat(output: str) -> str:
    """Without the folds and quotes of Ansible's YAML."""
    return " ".join(re.sub(r"(?m)^ *- '?|'$", "", output).replace("''", "'").split())


def recap(output: str) -> dict[str, int]:
    line = next(line for line in output.splitlines() if line.startswith("watcher ") and "changed=" in line)
    return {name: int(count) for name, count in (word.split("=") for word in line.split(":")[1].split())}


# -- the playbook ------------------------------------------------------------------------------------------------------


def test_it_is_short_when_all_is_well(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    output = watch.works(document_path=str(tmp_path / "health.json"))
    assert f"{emulator.url} is well: readiness web, readiness worker, event, flags" in flat(output)
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
    said = flat(output)
    assert "is not well: 3 failed, 0 warning, 5 ok" in said
    assert "dropped: it was taken, and is not there after 0.5 s" in said
    assert "the last is 4 days old" in said
    assert "docker image prune" in said
    assert "what to do is told above" in said


def test_a_certificate_about_to_expire(watch: Watch, tmp_path: Path) -> None:
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued = authority.issue_cert("localhost", not_before=now - timedelta(days=1), not_after=now + timedelta(days=10.5))
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
    assert re.search(rf"disk {full_disk} +failed +9\d % used", flat(output))


def test_check_mode_writes_nothing(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    output = watch.works("--check", "--diff", schedule="cron", document_path=str(tmp_path / "health.json"))
    assert "an event is a write, and check mode makes none" in flat(output)
    assert recap(output)["changed"] == 2
    assert emulator.events() == []
    assert list((tmp_path / "cron.d").iterdir()) == []
    assert not [name for name in ("lib", "etc", "var", "health.json") if (tmp_path / name).exists()]
    assert KEY not in output


def test_no_output_shows_a_secret(watch: Watch, tmp_path: Path) -> None:
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
    done = Program(tmp_path).run()
    outputs += [done.stdout, done.stderr]
    for secret_text in SECRETS:
        assert not [line for output in outputs for line in output.splitlines() if secret_text in line]


def test_the_connection_may_come_from_module_defaults(watch: Watch, tmp_path: Path, emulator: Emulator) -> None:
    inventory = tmp_path / "inventory.json"
    apart = {"health_host": "", "health_api_key": "", "health_disk": {"enabled": False}}
    inventory.write_text(json.dumps({"health": {"hosts": {"watcher": {**watch.variables, **apart}}}}))
    play = {
        "hosts": "health",
        "gather_facts": False,
        "module_defaults": {"group/rollout.posthog.all": {"host": emulator.url, "api_key": KEY}},
        "roles": [{"role": "rollout.posthog.health"}],
    }
    (tmp_path / "play.json").write_text(json.dumps([play]))
    done = subprocess.run(
        [BIN / "ansible-playbook", "-i", inventory, tmp_path / "play.json"],
        env={**environment(), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{emulator.url} is well: readiness web, readiness worker, event" in flat(done.stdout)


# -- the timer ---------------------------------------------------------------------------------------------------------


def test_the_host_gets_its_program_once_and_again_when_something_changes(watch: Watch, tmp_path: Path) -> None:
    assert recap(watch.works(schedule="cron"))["changed"] == 2
    settings = Program(tmp_path).settings
    assert (settings.stat().st_mode & 0o777, settings.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert recap(watch.works(schedule="cron"))["changed"] == 0
    [cron] = (tmp_path / "cron.d").iterdir()
    assert f"*/5 * * * * root {sys.executable} {Program(tmp_path).path} --settings {settings}" in cron.read_text()
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
    program = Program(tmp_path)
    done = program.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert flat(done.stdout) in flat(output)
    assert json.loads((tmp_path / "health.json").read_text())["verdict"] == "ok"
    assert [event["event"] for event in emulator.events()] == ["rollout_health_check"] * 2
    quiet = program.run("--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


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
    [look] = yaml.safe_load((ROLE / "tasks/look.yml").read_text())
    checks, _said, program = look["block"]
    known = yaml.safe_load((ROLE / "vars/main.yml").read_text())["_health_known"]
    given = {**known, **program["rollout.posthog.health_program"]}
    assert {**given, **checks["rollout.posthog.health"]} == given
    # Nothing of ours waits for a limit of requests, or is taken or not.
    assert set(given) == {*CONNECTION, *PROGRAM_SPEC} - {"throttle_timeout", "strict"}
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert {name for name in given if f"health_{name}" not in options} == set()
