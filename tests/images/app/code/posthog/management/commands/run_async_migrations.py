from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """No asynchronous migration exists any more; the command is there because it is called."""

    def add_arguments(self, parser):
        parser.add_argument("--complete-noop-migrations", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, **options):
        self.stdout.write("Async migrations up to date!")
