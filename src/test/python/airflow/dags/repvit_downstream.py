"""A downstream DAG as in docs/airflow.md."""

from datetime import datetime, timezone

from airflow.sdk import DAG, task
from repvit_airflow import PublishedRunSensor

with DAG("repvit_downstream", schedule="0 6 * * *", start_date=datetime(2026, 11, 1, tzinfo=timezone.utc)):
    run = PublishedRunSensor(task_id="run", tables="{{ var.value.repvit_output }}")

    @task
    def use(run: dict):
        return f"{run['predicted']} predictions by {run['model']}"

    use(run.output)
