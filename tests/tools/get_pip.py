"""Stand-in for the get-pip script that ansible-test would download: pip installs pip, with the one Python came with.

ansible-test calls it as `get_pip pip==24.2 --no-setuptools --no-wheel`; the last two options are get-pip's alone.
"""

import ensurepip
import runpy
import sys
from pathlib import Path

# Debian's Python keeps the wheels of ensurepip in a place of their own.
PLACES = (Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels"))
wheel = next(path for place in PLACES for path in place.glob("pip-*.whl"))

arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.path.insert(0, str(wheel))
sys.argv = ["pip", "install", *arguments]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
