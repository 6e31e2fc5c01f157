"""Health as posthog/health.py answers it, and enough API to see that a key opens a project."""

import os
import urllib.error

import redis
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse

from posthog import clickhouse
from posthog.models import Organization, PersonalAPIKey, Team, hash_key_value


def postgres() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True


def cache() -> bool:
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping())
    except redis.RedisError:
        return False


def celery() -> bool:
    """Whether a worker has told of itself lately (posthog/management/commands/work.py)."""
    try:
        return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).exists("CELERY_LAST_HEARTBEAT") == 1
    except redis.RedisError:
        return False


def clickhouse_answers() -> bool:
    try:
        return clickhouse.query("SELECT 1").strip() == "1"
    except urllib.error.URLError:
        return False


def migrated() -> bool:
    if not postgres():
        return False
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS = {
    "http": lambda: "STANDIN_NEVER_READY" not in os.environ,
    "postgres": postgres,
    "cache": cache,
    "clickhouse": clickhouse_answers,
    "celery_broker": cache,
    "postgres_migrations_uptodate": migrated,
}
ROLES = {
    "web": ["http", "postgres", "cache"],
    "worker": ["http", "postgres", "clickhouse", "celery_broker"],
    "": list(CHECKS),
}


def livez(request):
    return JsonResponse({"http": True})


def readyz(request):
    role = request.GET.get("role", "")
    if role not in ROLES:
        return JsonResponse({"error": "InvalidRole"}, status=400)
    found = {name: CHECKS[name]() for name in ROLES[role]}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def health(request):
    return HttpResponse("ok") if migrated() else HttpResponse("Migrations are not up to date.", status=503)


def preflight(request):
    return JsonResponse(
        {
            "django": True,
            "db": postgres(),
            "redis": cache(),
            "celery": celery(),
            "clickhouse": clickhouse_answers(),
            "can_create_org": not Organization.objects.exists(),
        }
    )


def key_of(request):
    value = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return PersonalAPIKey.objects.filter(secure_value=hash_key_value(value)).first()


def me(request):
    key = key_of(request)
    if not key:
        return JsonResponse({"code": "authentication_failed"}, status=401)
    organization = key.user.memberships.first().organization
    return JsonResponse({"email": key.user.email, "organization": {"name": organization.name}})


def project(request, project):
    if not key_of(request):
        return JsonResponse({"code": "authentication_failed"}, status=401)
    team = Team.objects.filter(pk=project).first()
    if not team:
        return JsonResponse({"code": "not_found"}, status=404)
    return JsonResponse({"id": team.pk, "name": team.name, "api_token": team.api_token})


def login(request):
    return HttpResponse("<title>PostHog</title>")


def elsewhere(request):
    return HttpResponseRedirect("/login")
