"""Write the files that a bundle holds below a new directory, and remove the directories of earlier bundles.

    unpack.py bundle.json releases/<name of this bundle>

A bundle is a JSON object of paths and contents: one file travels to a host much faster than ninety.
"""

import json
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Unpack beside the target first, so that the target is either absent or whole."""
    bundle, target = Path(sys.argv[1]), Path(sys.argv[2])
    draft = target.with_name(f".{target.name}")
    shutil.rmtree(draft, ignore_errors=True)
    for name, content in json.loads(bundle.read_text(encoding="utf-8")).items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    draft.rename(target)
    for earlier in target.parent.iterdir():
        if earlier != target:
            shutil.rmtree(earlier)


if __name__ == "__main__":
    main()
