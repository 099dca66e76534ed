"""The statements of docs/tables.md, with Spark's Hive catalog in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

STATEMENTS = """
import re, sys
from pathlib import Path
from pyspark.sql import SparkSession

page, output = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
spark = (
    SparkSession.builder.master("local[1]").enableHiveSupport()
    .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "1")
    .config("spark.sql.warehouse.dir", str(output.parent / "warehouse")).getOrCreate()
)
view, table, add, repair, columns = re.findall(r"```sql\\n(.*?)```", page, re.DOTALL)

def execute(block):
    for statement in block.replace("OUTPUT", str(output)).split(";"):
        spark.sql(statement)

def runs(name):
    rows = spark.sql(f"SELECT run_id, count(*) FROM photos.{name} GROUP BY 1 ORDER BY 1")
    return " ".join(f"{row[0]}:{row[1]}" for row in rows.collect())

execute(table)
execute(view)
print("runs", runs("predictions"), "latest", runs("latest"))
first = output / "predictions/run_date=2026-11-01/run_id=007"
rows = spark.read.parquet(str(first)).limit(5)
rows = rows.selectExpr("* EXCEPT (predicted_at)", "predicted_at + INTERVAL 1 DAY AS predicted_at")
rows.write.parquet(str(output / "predictions/run_date=2026-11-02/run_id=008"))
print("before", runs("predictions"))
execute(add.replace("'DATE'", "'2026-11-02'").replace("'RUN'", "'008'"))
print("added", runs("predictions"), "latest", runs("latest"))
import shutil
shutil.rmtree(first)
execute(repair)
print("pruned", runs("predictions"))
execute(columns)
print("columns", spark.sql("SELECT count(phash) FROM photos.predictions").first()[0])
"""


def test_the_statements_keep_a_table_of_a_hive_catalog(published: Path, tmp_path: Path) -> None:
    output = tmp_path / "tables"
    (written,) = (published / "predictions").glob("run_date=*/run_id=007")
    shutil.copytree(written, output / "predictions/run_date=2026-11-01/run_id=007")
    ended = subprocess.run(
        [sys.executable, "-c", STATEMENTS, str(ROOT / "docs/tables.md"), str(output)],
        cwd=tmp_path,  # The metastore and its log are files in the current folder.
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert ended.stdout.splitlines() == [
        "runs 007:20 latest 007:20",
        "before 007:20",
        "added 007:20 008:5 latest 007:15 008:5",
        "pruned 008:5",
        "columns 0",
    ]
