"""The examples of the documents run as they stand."""

import re
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conftest import ROOT


@pytest.mark.parametrize(
    ("page", "section"), [("docs/spark.md", "## Python\n"), ("src/main/python/README.md", "# ")]
)
def test_the_examples_print_a_table(
    spark: SparkSession,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    page: str,
    section: str,
) -> None:
    text = (ROOT / page).read_text().split(section, 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec("\n".join(blocks).replace("/tmp/tables", str(tmp_path / "tables")), {})
    assert re.search(r"^\|.*\bbag\b.*\|$", capsys.readouterr().out, re.MULTILINE)
