"""The command line: prepare the database, then serve."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

DEFAULT_KEY = "phx_emulator_local_key"
DEFAULT_PORT = 8020


def main(argv: Sequence[str] | None = None) -> None:
    """Run one subcommand."""
    arguments = _parser().parse_args(argv)
    _serve(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="posthog_emulator", description="A local emulator of PostHog's REST API.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="create or migrate the database and answer requests")
    serve.add_argument("--data-dir", type=Path, required=True, help="where the database and server.json live")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free port (default %(default)s)")
    serve.add_argument("--threads", type=int, default=16, help="requests answered at a time (default %(default)s)")
    serve.add_argument(
        "--key",
        default=os.environ.get("POSTHOG_EMULATOR_KEY", DEFAULT_KEY),
        help="personal API key of the owner; better passed in a file or as POSTHOG_EMULATOR_KEY",
    )
    serve.add_argument("--key-file", type=Path, help="a file that holds the personal API key")
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    arguments.data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["POSTHOG_EMULATOR_DATA_DIR"] = str(arguments.data_dir.resolve())
    key_file: Path | None = arguments.key_file
    os.environ["POSTHOG_EMULATOR_KEY"] = key_file.read_text(encoding="utf-8").strip() if key_file else arguments.key
    os.environ["DJANGO_SETTINGS_MODULE"] = "posthog_emulator.settings"
    # Django reads its settings when it is first imported, so these imports wait for the environment above.
    import django

    django.setup()
    from django.core.management import call_command

    from posthog_emulator.seed import seed
    from posthog_emulator.server import EmulatorServer

    call_command("migrate", verbosity=0, interactive=False)
    seed()
    EmulatorServer(arguments.data_dir.resolve(), arguments.host, arguments.port, arguments.threads).run()
