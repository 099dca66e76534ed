"""The DAG with spark-submit, executed by `airflow dags test` on a standalone cluster, with images, model and tables on
S3. The tests are a story: each one continues with the tables of those before."""

import hashlib
import json
import os
import signal
import subprocess
import time

import psutil
from conftest import IMAGES, RUN, Run, rows

DAG, DATE = "repvit_classify", "2026-11-01"
RUN_ID = f"{DAG}.20261101T000000"


def snapshot(folder):
    """Name, content and time of change of each object."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(f): (hashlib.md5(f.read_bytes()).hexdigest(), f.stat().st_mtime_ns) for f in files}


def manifests(world, date):
    return list(world.tables.glob(f"submit/runs/run_date={date}/run_id=*/manifest.json"))


def kill_driver_after(pattern, folder, parent):
    """Kills the driver of a test as soon as a file appears."""
    while parent.poll() is None and not any(folder.glob(pattern)):
        time.sleep(0.02)
    for child in psutil.Process(parent.pid).children(recursive=True):
        if "org.apache.spark.deploy.SparkSubmit" in child.cmdline():
            child.send_signal(signal.SIGKILL)
            return
    raise AssertionError("no driver runs")


def test_a_killed_driver_is_resumed_by_the_retry(world, monkeypatch):
    def execute(command, **options):
        with (RUN / "killed.log").open("w+") as log:
            process = subprocess.Popen(command, **options | {"stdout": log})
            kill_driver_after("submit/_staging/*/wave-0.json", world.tables, process)
            assert manifests(world, DATE) == []
            process.wait(300)
            log.seek(0)
            return subprocess.CompletedProcess(command, process.returncode, log.read())

    monkeypatch.setattr("conftest.subprocess.run", execute)
    run = Run(DAG, DATE)
    assert run.task() == ("success", 2), run.log[-5000:]
    assert "classify ended with 137; a retry resumes the run" in run.log
    (manifest,) = manifests(world, DATE)
    found = json.loads(manifest.read_text())
    assert (found["listed"], found["predicted"], found["attempts"]) == (IMAGES, IMAGES, 2)
    assert found["run_id"] == RUN_ID
    expected = {
        "output": "s3a://tables/submit",
        "manifest": f"s3a://tables/submit/runs/run_date={DATE}/run_id={RUN_ID}/manifest.json",
        "run_id": RUN_ID,
        "run_date": DATE,
        "finished_at": found["finished_at"],
        "attempts": 2,
        "listed": IMAGES,
        "predicted": IMAGES,
        "quarantined": 0,
        "skipped": 0,
        "model": "repvit_m0_6",
        "model_sha256": hashlib.sha256((RUN / "models/m.onnx").read_bytes()).hexdigest(),
    }
    assert run.new_events() == [expected]
    ((value,),) = rows("select value from xcom where dag_id = ? and key = 'return_value'", DAG)
    assert json.loads(value) == expected


def test_the_same_date_again_changes_nothing(world):
    before = snapshot(world.tables)
    run = Run(DAG, DATE)
    assert run.task() == ("success", 1), run.log[-5000:]
    assert f"run {RUN_ID} of {DATE} is published already" in run.log
    assert "Spark-Submit cmd" not in run.log
    assert snapshot(world.tables) == before
    assert [event["run_id"] for event in run.new_events()] == [RUN_ID]


def test_a_date_without_new_images_is_skipped(world):
    before = snapshot(world.tables / "submit/predictions")
    run = Run(DAG, "2026-11-02")
    assert run.task() == ("skipped", 1), run.log[-5000:]
    assert f"nothing new: all {IMAGES} in [s3a://photos/] were scored before" in run.log
    assert manifests(world, "2026-11-02") == []
    assert snapshot(world.tables / "submit/predictions") == before
    assert run.new_events() == []


def test_a_wrong_setting_fails_without_a_retry(world):
    wrong = world.settings(RUN / "wrong.conf", **{"top-k": -3})
    run = Run(DAG, "2026-11-03", AIRFLOW_VAR_REPVIT_CONFIG=str(wrong))
    assert run.task() == ("failed", 1), run.log[-5000:]
    assert "classify ended with 2: a setting, the input or a permission is wrong" in run.log
    assert run.done.returncode != 0
    assert run.new_events() == []


def test_a_downstream_dag_gets_the_run_from_the_sensor(world):
    run = Run("repvit_downstream", DATE)
    assert run.task("run") == ("success", 1), run.log[-5000:]
    assert f"{IMAGES} predictions by repvit_m0_6" in run.log


def test_the_log_has_no_credentials(world):
    secret = os.environ["AWS_SECRET_ACCESS_KEY"]
    for log in [RUN / "airflow.log", RUN / "killed.log"]:
        assert secret not in log.read_text()
