"""Each notebook gives the outputs that are committed with it."""

import base64
import io
import re
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
import numpy as np
import pytest
from conftest import NOTEBOOKS
from nbclient import NotebookClient
from PIL import Image

BYTES = 300_000
#: The cell that starts Spark shows what the JVM says when it starts, which differs by machine.
STARTS_SPARK = ".getOrCreate()"
#: MLlib says so on machines that have no BLAS.
NO_BLAS = re.compile(r"netlib-blas: .*libblas.*\n")
#: Of the pixels of two pictures, 0 to 255. Drawn text differs a little between builds of Matplotlib.
MEAN_DIFFERENCE = 1

each = pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)


@each
def test_outputs_are_those_committed(path: Path, copy: Path, request: pytest.FixtureRequest) -> None:
    committed, notebook = (nbformat.read(path, as_version=4) for _ in range(2))
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    place = {"metadata": {"path": str(copy / "jobs/notebooks")}}
    start = monotonic()
    NotebookClient(notebook, timeout=600, resources=place).execute()
    seconds = monotonic() - start
    for cell in code(notebook):
        leave_out_machine(cell)
    if request.config.getoption("--write"):
        write(notebook, path)
        committed = notebook
    for cell, before in zip(code(notebook), code(committed), strict=True):
        compare(cell.source, shown(cell), shown(before))
    assert seconds < request.config.getoption("--seconds")


@each
def test_a_notebook_is_small_and_has_a_picture_and_no_path(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert path.stat().st_size < BYTES
    assert [cell.execution_count for cell in code(notebook)] == [*range(1, len(code(notebook)) + 1)]
    outputs = [output for cell in code(notebook) for output in shown(cell)]
    assert any(kind == "image/png" for kind, _ in outputs)
    for kind, text in outputs:
        assert kind == "image/png" or not re.search(r"file:|(?<![\w.])/(home|tmp|work|root|Users)\b", text)


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def leave_out_machine(cell: Any) -> None:
    for output in [o for o in cell.outputs if o.get("name") == "stderr"]:
        output.text = NO_BLAS.sub("", output.text)
        if STARTS_SPARK in cell.source or not output.text:
            cell.outputs.remove(output)


def shown(cell: Any) -> list[tuple[str, str]]:
    """Kind and content of the outputs. Nothing may go to standard error: a person would see it."""
    outputs: list[tuple[str, str]] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            kind, text = output.name, output.text
            if outputs and outputs[-1][0] == kind:  # A stream comes in parts of any size.
                text = outputs.pop()[1] + text
        else:
            kind = "image/png" if "image/png" in output.data else "text/plain"
            text = output.data[kind]
        outputs.append((kind, text))
    assert not [text for kind, text in outputs if kind == "stderr"]
    return outputs


def compare(source: str, now: list[tuple[str, str]], before: list[tuple[str, str]]) -> None:
    assert [kind for kind, _ in now] == [kind for kind, _ in before], source
    for (kind, new), (_, old) in zip(now, before, strict=True):
        if kind == "image/png":
            a, b = pixels(new), pixels(old)
            assert a.std() > 1, f"an empty picture:\n{source}"
            assert a.shape == b.shape and np.abs(a - b).mean() < MEAN_DIFFERENCE, f"another picture:\n{source}"
        else:
            assert new == old, source


def pixels(png: str) -> Any:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), dtype=float)


def write(notebook: Any, path: Path) -> None:
    """Without times and versions of this machine."""
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)
