"""What the DAGs are made of, without running them."""

import warnings
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from conftest import DAGS, ROOT


@pytest.fixture(scope="module")
def bag(world):
    from airflow.dag_processing.dagbag import DagBag

    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        found = DagBag(str(DAGS))
    found.raised = [w for w in raised if str(DAGS) in w.filename]
    return found


def test_all_dags_import_without_warnings(bag):
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert bag.raised == []
    assert sorted(bag.dags) == ["repvit_classify", "repvit_classify_kubernetes"]


def test_a_run_without_a_logical_date_has_date_and_id(bag):
    from repvit_airflow import DATE, RUN_ID

    dag = bag.dags["repvit_classify"]
    now = datetime(2026, 11, 30, 23, 59, tzinfo=timezone.utc)
    manual = SimpleNamespace(logical_date=None, run_after=now, run_id="manual__2026-11-30T23:59:00+00:00_aB3~x")
    env = dag.get_template_env()
    assert env.from_string(DATE).render(dag_run=manual) == "2026-11-30"
    expected = "repvit_classify.manual__2026-11-30T235900-0000_aB3-x"
    assert env.from_string(RUN_ID).render(dag=dag, dag_run=manual) == expected
    past = SimpleNamespace(logical_date=datetime(2026, 11, 2, 1, 30, tzinfo=timezone.utc), run_after=now, run_id="any")
    assert env.from_string(DATE).render(dag_run=past) == "2026-11-02"
    assert env.from_string(RUN_ID).render(dag=dag, dag_run=past) == "repvit_classify.20261102T013000"


def test_files_that_the_submit_dag_names_exist(bag):
    (task,) = bag.dags["repvit_classify"].tasks
    for file in (task.application, task.env_vars["SPARK_SUBMIT_OPTS"].split("file:")[1], f"{ROOT}/conf/spark.conf"):
        assert (ROOT / file).is_file()
    assert str(ROOT / "conf/spark.conf") in task.properties_file


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (2, "AirflowFailException"),
        (3, "AirflowSkipException"),
        (4, "AirflowFailException"),
        *((code, "AirflowException") for code in (1, 5, 130, 134, 137, 143, None)),
    ],
)
def test_exit_codes_end_a_task_as_documented(bag, code, end):
    from repvit_airflow import failure

    assert type(failure(code)).__name__ == end
