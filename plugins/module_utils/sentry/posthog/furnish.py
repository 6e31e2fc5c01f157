from ..edit import FileEdits
from ..project import Project
from ..repository import Repository
from .furnishing import Furnishing
from .javascript import furnish as javascript


def furnish(repository: Repository, project: Project, results: dict[str, FileEdits]) -> None:
    """Adds new files, and edits of manifests, templates and layouts, to the results of all editors."""
    javascript.furnish(Furnishing(repository, project, results))
