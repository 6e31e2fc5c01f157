# SPDX-License-Identifier: GPL-3.0-or-later
"""By which way a message goes: a webhook, e-mail, or an event to a PostHog, which had better be another one."""

from __future__ import annotations

import smtplib
import ssl
import typing as t
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from ..errors import RolloutError
from .message import Message
from .probe import Probe
from .settings import Options

WEBHOOK: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        # Many carry their secret in the path.
        "url": {"type": "str", "required": True, "no_log": True},
        "token": {"type": "str", "no_log": True},
        "ca_path": {"type": "path"},
    },
}
EMAIL: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "to": {"type": "list", "elements": "str", "required": True},
        "sender": {"type": "str", "required": True},
        "smtp_host": {"type": "str", "default": "localhost"},
        "smtp_port": {"type": "int", "default": 25},
        "security": {"type": "str", "choices": ["none", "starttls", "tls"], "default": "none"},
        "user": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "ca_path": {"type": "path"},
    },
}
POSTHOG: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "host": {"type": "str", "required": True},
        # Everybody who looks at a page that uses PostHog can see it.
        "project_token": {"type": "str", "required": True, "no_log": False},
        "ca_path": {"type": "path"},
    },
}
EVENT = "rollout_health_message"
#: Seconds for each step of a delivery.
TIMEOUT = 30.0


def by_webhook(options: Options, message: Message) -> None:
    """Raises RolloutError where it was not taken."""
    headers = {"Authorization": f"Bearer {options['token']}"} if options["token"] else {}
    answer = Probe(options["ca_path"] or True, TIMEOUT).post(options["url"], json=message.as_data(), headers=headers)
    if not answer.good:
        raise RolloutError(f"the webhook answered {answer.said()}")


def by_email(options: Options, message: Message) -> None:
    """Raises RolloutError where not all addresses were taken."""
    place = f"{options['smtp_host']}:{options['smtp_port']}"
    try:
        with connection(options) as server:
            refused = server.send_message(letter(options, message))
    except smtplib.SMTPResponseException as problem:
        said = problem.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise RolloutError(f"{place} answered {problem.smtp_code}: {words}") from None
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        raise RolloutError(f"{place} took no e-mail ({problem})") from None
    if refused:
        raise RolloutError(f"{place} refused {', '.join(sorted(refused))}")


def connection(options: Options) -> smtplib.SMTP:
    """Ready to send. Raises OSError, smtplib.SMTPException among them."""
    trusted = ssl.create_default_context(cafile=options["ca_path"])
    place = options["smtp_host"], options["smtp_port"]
    server: smtplib.SMTP
    if options["security"] == "tls":
        server = smtplib.SMTP_SSL(*place, timeout=TIMEOUT, context=trusted)
    else:
        server = smtplib.SMTP(*place, timeout=TIMEOUT)
    if options["security"] == "starttls":
        server.starttls(context=trusted)
    if options["user"]:
        server.login(options["user"], options["password"] or "")
    return server


def letter(options: Options, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = options["sender"]
    mail["To"] = ", ".join(options["to"])
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid()
    # No answering machine answers it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text + "\n")
    return mail


def by_posthog_event(options: Options, message: Message) -> None:
    """The document is in the event's properties. Raises RolloutError where it was not taken."""
    data = message.as_data()
    properties = {**data, "$process_person_profile": False}
    body = {"api_key": options["project_token"], "event": EVENT, "distinct_id": data["host"], "properties": properties}
    url = options["host"].rstrip("/") + "/i/v0/e/"
    answer = Probe(options["ca_path"] or True, TIMEOUT).post(url, json=body)
    if not answer.good:
        raise RolloutError(f"{options['host']} took no event: {answer.said()}")


CHANNELS: dict[str, t.Callable[[Options, Message], None]] = {
    "webhook": by_webhook,
    "email": by_email,
    "posthog_event": by_posthog_event,
}
