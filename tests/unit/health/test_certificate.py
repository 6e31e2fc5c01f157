"""Certificates as a visitor sees them: real ones, made for the test, behind real handshakes."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from unit.health.world import context_at, looked, one
from unit.web import Answer, Server

NOW = datetime.now(UTC)
AUTHORITY = trustme.CA()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(file)
    return str(file)


def tls(days: float, name: str = "localhost") -> ssl.SSLContext:
    """A server's side, with a certificate that ends in so many days."""
    issued = AUTHORITY.issue_cert(
        name, not_before=NOW - timedelta(days=90), not_after=NOW + timedelta(days=days, minutes=5)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("days", "verdict", "words"),
    [
        (60, "ok", "valid for 60 days"),
        (20, "warning", "valid for 20 days"),
        (6, "failed", "valid for 6 days"),
        (-1, "failed", "not trusted: certificate has expired"),
    ],
)
def test_how_long_is_too_short(authority: str, days: float, verdict: str, words: str) -> None:
    with Server(lambda _: Answer(), tls(days)) as server:
        result = one("certificate", context_at(server.url, ca_path=authority, now=NOW))
    assert (result.verdict, words in result.measured) == (verdict, True), result
    assert result.name.startswith("certificate localhost:")
    assert bool(result.advice) == (verdict != "ok")


def test_limits_are_the_users(authority: str) -> None:
    with Server(lambda _: Answer(), tls(5)) as server:
        context = context_at(server.url, ca_path=authority, now=NOW)
        assert one("certificate", context, warning_days=2, failed_days=1).verdict == "ok"


def test_another_name_and_an_unknown_authority_are_not_trusted(authority: str) -> None:
    with Server(lambda _: Answer(), tls(60, "example.org")) as server:
        assert (
            "not trusted: Hostname mismatch" in one("certificate", context_at(server.url, ca_path=authority)).measured
        )
    with Server(lambda _: Answer(), tls(60)) as server:
        stranger = one("certificate", context_at(server.url))
    assert stranger.verdict == "failed"
    assert "unable to get local issuer certificate" in stranger.measured


def test_public_addresses_are_named_apart(authority: str, tmp_path: Path) -> None:
    with Server(lambda _: Answer(), tls(60)) as good, Server(lambda _: Answer(), tls(1)) as ending:
        context = context_at("http://127.0.0.1:8010", ca_path=authority, now=NOW)
        found = looked("certificate", context, urls=[good.url, f"{ending.url}/login"])
    assert [result.verdict for result in found] == ["ok", "failed"]


def test_what_has_no_certificate(authority: str) -> None:
    assert one("certificate", context_at("http://127.0.0.1:9")).verdict == "skipped"
    with Server(lambda _: Answer()) as plain:
        url = plain.url.replace("http:", "https:")
        result = one("certificate", context_at(url, ca_path=authority))
    assert (result.verdict, result.measured) == ("failed", f"what answers at {plain.url[7:]} speaks no TLS")
    assert "http://" in result.advice
    nobody = one("certificate", context_at("https://127.0.0.1:9", ca_path=authority))
    assert (nobody.verdict, "refused" in nobody.measured) == ("failed", True)


def test_unchecked_certificates_have_no_verdict() -> None:
    assert one("certificate", context_at("https://localhost:9", validate_certs=False)).verdict == "skipped"
