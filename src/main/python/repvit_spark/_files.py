"""Files of this package as paths that the JVM can open."""

import atexit
import shutil
import sys
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

if sys.version_info >= (3, 11):
    from importlib.resources.abc import Traversable
else:
    from importlib.abc import Traversable


def find(*names: str) -> Traversable:
    """The file or folder of the package below these names, which may not exist."""
    return files("repvit_spark").joinpath(*names)


@cache
def local(*names: str) -> Path:
    """The same as a path. If the package is in a zip file, it is extracted to a folder that is deleted at exit."""
    resource = find(*names)
    if isinstance(resource, Path):
        return resource
    folder = Path(tempfile.mkdtemp(prefix="repvit-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _extract(resource, folder)


def _extract(resource: Traversable, folder: Path) -> Path:
    target = folder / resource.name
    if resource.is_dir():
        target.mkdir()
        for child in resource.iterdir():
            _extract(child, target)
    else:
        with resource.open("rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    return target
