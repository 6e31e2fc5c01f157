from ..edit import FileEdits
from ..project import Project
from ..repository import Repository
from .furnishing import Furnishing
from .javascript import furnish as javascript
from .python import furnish as python


def furnish(repository: Repository, project: Project, results: dict[str, FileEdits]) -> list[str]:
    """Adds new files, and edits of manifests, templates and layouts, to the results of all editors.

    The manifests that ask for packages which no lock has yet."""
    furnishing = Furnishing(repository, project, results)
    javascript.furnish(furnishing)
    python.furnish(furnishing)
    return furnishing.extended
