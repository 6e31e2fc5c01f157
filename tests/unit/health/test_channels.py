"""A webhook and e-mail, to real servers, and why a delivery fails."""

from __future__ import annotations

import ssl
import typing as t
from pathlib import Path

import pytest
import trustme
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from unit.health.world import NOW
from unit.web import Answer, Server

from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.health.channels import (
    EMAIL,
    POSTHOG,
    WEBHOOK,
    by_email,
    by_posthog_event,
    by_webhook,
)
from ansible_collections.rollout.posthog.plugins.module_utils.health.message import Message
from ansible_collections.rollout.posthog.plugins.module_utils.health.report import Report
from ansible_collections.rollout.posthog.plugins.module_utils.health.result import Result
from support.mail import Mailbox, mail_server

AUTHORITY = trustme.CA()
FULL = Result("disk /", "failed", "93 % used", "Löschen: docker image prune.")
MESSAGE = Message("unwell", Report("https://posthog.example.com", NOW, (FULL,)))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(file)
    return str(file)


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    return context


def options(spec: dict[str, t.Any], **written: t.Any) -> dict[str, t.Any]:
    validated = ArgumentSpecValidator({"it": spec}).validate({"it": written})
    assert not validated.error_messages, validated.error_messages
    return dict(validated.validated_parameters["it"])


def hook(url: str, **written: t.Any) -> dict[str, t.Any]:
    return options(WEBHOOK, url=url, **written)


def mail(box: Mailbox, **written: t.Any) -> dict[str, t.Any]:
    common = {"to": ["ops@example.com", "boss@example.com"], "sender": "posthog@example.com", "smtp_port": box.port}
    return options(EMAIL, **{**common, **written})


# -- webhook -----------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_document() -> None:
    with Server(lambda _: Answer(204)) as server:
        by_webhook(hook(f"{server.url}/s3cret", token="t0ken"), MESSAGE)
        [request] = server.seen
    assert (request.method, request.path, request.headers["Authorization"]) == ("POST", "/s3cret", "Bearer t0ken")
    assert request.body["kind"] == "unwell"
    assert request.body["verdict"] == "failed"
    assert request.body["text"].startswith("https://posthog.example.com is not well: disk /")


def test_a_webhook_by_tls(authority: str) -> None:
    with Server(lambda _: Answer(200, "ok"), tls()) as server:
        by_webhook(hook(server.url, ca_path=authority), MESSAGE)
        assert len(server.seen) == 1
        with pytest.raises(RolloutError, match="is not trusted"):
            by_webhook(hook(server.url), MESSAGE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, "no_service", {"Content-Type": "text/plain"}), "404: no_service"),
        (Answer(302), "302"),
        (Answer(0), "no"),
    ],
)
def test_a_webhook_that_does_not_take_it(answer: Answer, words: str) -> None:
    with Server(lambda _: answer) as server, pytest.raises(RolloutError, match=words) as caught:
        by_webhook(hook(f"{server.url}/s3cret", token="t0ken"), MESSAGE)
    assert "s3cret" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


# -- e-mail ------------------------------------------------------------------------------------------------------------


def test_an_email_arrives() -> None:
    with mail_server() as box:
        by_email(mail(box), MESSAGE)
    [letter] = box.letters
    assert letter["Subject"] == "https://posthog.example.com is not well: disk /"
    assert letter["To"] == "ops@example.com, boss@example.com"
    assert letter["From"] == "posthog@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Löschen: docker image prune." in letter.get_content()


def test_an_email_by_starttls_with_a_password(authority: str) -> None:
    with mail_server(starttls=tls(), login=("monitor", "s3cret")) as box:
        way = {"security": "starttls", "user": "monitor", "ca_path": authority}
        by_email(mail(box, **way, password="s3cret"), MESSAGE)
        with pytest.raises(RolloutError, match="535") as caught:
            by_email(mail(box, **way, password="wr0ng"), MESSAGE)
    assert box.encrypted == [True]
    assert "wr0ng" not in str(caught.value)


def test_an_email_by_tls(authority: str) -> None:
    with mail_server(tls=tls()) as box:
        by_email(mail(box, security="tls", ca_path=authority), MESSAGE)
        with pytest.raises(RolloutError, match="certificate verify failed"):
            by_email(mail(box, security="tls"), MESSAGE)
    assert box.encrypted == [True]


def test_an_address_that_is_refused_is_named() -> None:
    with mail_server() as box:
        box.strangers.add("boss@example.com")
        with pytest.raises(RolloutError, match=r"refused boss@example\.com"):
            by_email(mail(box), MESSAGE)
    # The others have it.
    assert len(box.letters) == 1


def test_no_mail_server() -> None:
    with pytest.raises(RolloutError, match=r"localhost:9 took no e-mail"):
        by_email(mail(Mailbox(port=9)), MESSAGE)


def test_no_encryption_where_it_is_wanted() -> None:
    with mail_server() as box, pytest.raises(RolloutError, match="STARTTLS"):
        by_email(mail(box, security="starttls"), MESSAGE)
    assert box.letters == []


def test_a_file_of_authorities_that_is_not_there(tmp_path: Path) -> None:
    with mail_server() as box, pytest.raises(RolloutError, match="took no e-mail"):
        by_email(mail(box, ca_path=str(tmp_path / "no.pem")), MESSAGE)


def event(url: str) -> dict[str, t.Any]:
    written = {"posthog_event": {"host": url + "/", "project_token": "phc_other"}}
    validated = ArgumentSpecValidator({"posthog_event": POSTHOG}).validate(written)
    assert not validated.error_messages
    return dict(validated.validated_parameters["posthog_event"])


def test_an_event_arrives() -> None:
    with Server(lambda _: Answer(200, {"status": "Ok"})) as other:
        by_posthog_event(event(other.url), MESSAGE)
    [request] = other.seen
    assert (request.path, request.body["api_key"]) == ("/i/v0/e/", "phc_other")
    assert request.body["properties"]["kind"] == "unwell"
    assert "93 % used" in request.body["properties"]["text"]


def test_an_event_that_is_refused_is_no_message() -> None:
    refusing = Server(lambda _: Answer(401, "no such project"))
    with refusing as other, pytest.raises(RolloutError, match="took no event"):
        by_posthog_event(event(other.url), MESSAGE)
