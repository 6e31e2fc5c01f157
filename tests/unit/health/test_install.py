"""The program is made of exactly what it imports, and is the same whenever it is made."""

from __future__ import annotations

import io
import zipfile

from ansible_collections.rollout.posthog.plugins.module_utils.health import program
from ansible_collections.rollout.posthog.plugins.module_utils.health.install import SHIPPED
from ansible_collections.rollout.posthog.plugins.module_utils.program_files import archive, masked, text_of
from support.sources import UTILS, payload


def test_the_program_holds_what_it_imports_and_no_more() -> None:
    main = UTILS / "health" / "program.py"
    needed = {path.relative_to(UTILS) for path in payload(main) if path.name != "__init__.py"}
    assert sorted(".".join(path.with_suffix("").parts) for path in {*needed, main.relative_to(UTILS)}) == SHIPPED


def test_the_program_needs_no_ansible() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(SHIPPED, program.__name__))) as file:
        sources = [file.read(name).decode() for name in file.namelist()]
    assert not [
        line
        for source in sources
        for line in source.splitlines()
        if line.startswith(("from ansible.", "import ansible."))
    ]


def test_it_is_the_same_whenever_it_is_made() -> None:
    assert archive(SHIPPED, program.__name__) == archive(SHIPPED, program.__name__)


def test_a_difference_shows_no_secret() -> None:
    content = {
        "settings": {
            "api_key": "phx_s3cret",
            "host": "https://a.io",
            "checks": {"event": {"clickhouse": {"password": "s3cret"}}},
        },
        "notices": {
            "channels": {"webhook": {"url": "https://b.io/s3cret"}, "email": {"password": "s3cret", "to": ["a"]}}
        },
    }
    shown = masked(text_of(content))
    assert "s3cret" not in shown
    assert "https://a.io" in shown
    assert masked(b"{half of it: s3cret") == "(not readable)\n"
    assert masked(b"") == ""
