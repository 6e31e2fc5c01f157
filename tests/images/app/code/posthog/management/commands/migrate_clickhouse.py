from django.core.management.base import BaseCommand, CommandError

from posthog import clickhouse


class Command(BaseCommand):
    def handle(self, *args, **options):
        # PostHog makes a view over system.crash_log, a table that ClickHouse makes when logs are flushed; the
        # ClickHouse of
        # the tests is older and has system.query_log made in the same way.
        made = clickhouse.query("SELECT count() FROM system.tables WHERE database = 'system' AND name = 'query_log'")
        if made.strip() == "0":
            raise CommandError("system.query_log does not exist: the logs were not flushed before the migration")
        clickhouse.query("CREATE DATABASE IF NOT EXISTS posthog")
        clickhouse.query(
            "CREATE TABLE IF NOT EXISTS posthog.events (uuid String, event String, distinct_id String,"
            " properties String, timestamp DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY (event, timestamp)"
        )
        clickhouse.query(
            "CREATE TABLE IF NOT EXISTS posthog.person_distinct_id2 (team_id Int64, distinct_id String, person_id UUID,"
            " is_deleted Int8, version Int64) ENGINE = ReplacingMergeTree(version) ORDER BY (team_id, distinct_id)"
        )
