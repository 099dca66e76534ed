"""Fixtures of the tests of jobs/notebooks; jobs/notebooks-test runs them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NOTEBOOKS = ROOT / "jobs/notebooks"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="write the outputs into the notebooks")
    parser.addoption("--seconds", type=float, default=120, help="limit of a notebook, for a busy machine")


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the notebooks read: the demonstration data, and the tables that jobs/quickstart writes."""
    copy = tmp_path_factory.mktemp("notebooks")
    shutil.copytree(ROOT / "src/demo", copy / "src/demo")
    quickstart = (ROOT / "jobs/quickstart").read_text()
    command = re.search(r"^(jobs/repvit classify (?:.*\\\n)+.*)$", quickstart, re.MULTILINE)
    assert command, quickstart
    script = f"output=target/quickstart date=2026-11-23 run=1\n{ROOT}/{command[1]}"
    subprocess.run(["bash", "-euc", script], cwd=copy, check=True)
    (copy / "jobs/notebooks").mkdir(parents=True)
    return copy
