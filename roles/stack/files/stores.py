"""Asks the stores that a service of PostHog is told of: python - ACTION KIND..., run in such a service's container.

`enter` opens each with the account of the environment and says why one does not let in; `count` tells how many
migrations PostgreSQL has; `flush` makes ClickHouse write its logs.
"""

import os
import socket
import ssl
import sys
import urllib.error
import urllib.request

TIMEOUT = 10
told = os.environ.get


class Refused(Exception):
    """Why a store does not let in."""


def postgres(query):
    try:
        import psycopg
    except ImportError:
        import psycopg2 as psycopg
    try:
        connection = psycopg.connect(told("DATABASE_URL"), connect_timeout=TIMEOUT)
        cursor = connection.cursor()
        cursor.execute(query)
        return cursor.fetchone()[0]
    except psycopg.Error as error:
        raise Refused(str(error)) from error


def clickhouse(query):
    secure, host = told("CLICKHOUSE_SECURE") == "true", told("CLICKHOUSE_HOST")
    address = f"https://{host}:8443/" if secure else f"http://{host}:8123/"
    account = {"X-ClickHouse-User": told("CLICKHOUSE_USER"), "X-ClickHouse-Key": told("CLICKHOUSE_PASSWORD")}
    context = ssl.create_default_context() if secure else None
    if secure and told("CLICKHOUSE_VERIFY") == "false":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        request = urllib.request.Request(address, data=query.encode(), headers=account)
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=context) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Refused(error.read(500).decode(errors="replace")) from error
    except OSError as error:
        raise Refused(f"{host}: {error}") from error


def redis():
    import redis as library

    try:
        library.Redis.from_url(told("REDIS_URL"), socket_timeout=TIMEOUT).ping()
    except library.RedisError as error:
        raise Refused(str(error)) from error


def kafka():
    """Only whether somebody is there: what is spoken is left to the job that makes the topics."""
    for broker in told("KAFKA_HOSTS").split(","):
        host, _colon, port = broker.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=TIMEOUT).close()
        except OSError as error:
            raise Refused(f"{broker}: {error}") from error


ENTER = {
    "postgres": lambda: postgres("SELECT 1"),
    "redis": redis,
    "clickhouse": lambda: clickhouse("SELECT 1"),
    "kafka": kafka,
}


def enter(kinds):
    refused = []
    for kind in kinds:
        try:
            ENTER[kind]()
        except Refused as error:
            refused.append(f"stack_{kind}: {' '.join(str(error).split())}")
    return refused


if sys.argv[1] == "enter":
    sys.exit("\n".join(enter(sys.argv[2:])) or 0)
try:
    if sys.argv[1] == "count":
        print(postgres("SELECT count(*) FROM django_migrations"))
    else:
        clickhouse("SYSTEM FLUSH LOGS")
except Refused as error:
    sys.exit(str(error))
