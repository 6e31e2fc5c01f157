"""Serving the application with gunicorn: one process, many threads."""

import json
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter


class EmulatorServer(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn, configured in code so that no file has to be kept in step."""

    def __init__(self, data_dir: Path, host: str, port: int, threads: int) -> None:
        self.data_dir = data_dir
        self.bind = f"{host}:{port}"
        self.threads = threads
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        options = {
            "bind": self.bind,
            "worker_class": "gthread",
            # Switches, throttles and the request log live in memory: they need exactly one process.
            "workers": 1,
            "threads": self.threads,
            "keepalive": 75,
            "timeout": 120,
            "graceful_timeout": 2,
            "worker_connections": 1000,
            "worker_tmp_dir": str(self.data_dir),
            "control_socket_disable": True,
            "when_ready": self._write_server_file,
            "loglevel": "warning",
        }
        for name, value in options.items():
            if name in self.cfg.settings:  # newer gunicorn versions know options that older ones do not
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application inside the worker."""
        from posthog_emulator.wsgi import application

        return application

    def _write_server_file(self, arbiter: Arbiter) -> None:
        """Tell others the process and the port, which is only known now when port 0 was asked for."""
        host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
        facts = {"pid": arbiter.pid, "host": host, "port": port, "url": f"http://{host}:{port}"}
        (self.data_dir / "server.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
