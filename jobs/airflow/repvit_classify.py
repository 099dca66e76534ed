"""Airflow DAG: one run of `repvit classify` a day.

The run id is Airflow's logical date, so a task that is cleared or retried resumes the same run, and is refused if
the run is published already. The connection `spark_default` defines the Spark master. The worker must be able to read
the settings files.

SparkSubmitOperator treats every exit code but 0 as a failure, so `--nothing-new-code` is 0.
"""

from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

HOME = "/opt/repvit-spark"

with DAG(
    dag_id="repvit_classify",
    schedule="30 1 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
    doc_md=__doc__,
):
    SparkSubmitOperator(
        task_id="classify",
        conn_id="spark_default",
        # Only in client mode spark-submit returns the exit code of the job.
        deploy_mode="client",
        application=f"{HOME}/target/repvit-spark-0.1.0-SNAPSHOT-job.jar",
        java_class="io.repvit.cli.Main",
        properties_file=f"{HOME}/conf/spark.conf",
        conf={
            "spark.executor.memory": "3g",
            "spark.executor.cores": "2",
            "spark.executor.memoryOverhead": "1g",
        },
        env_vars={"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
        application_args=[
            "classify",
            "--config",
            "/etc/repvit/photos.conf",
            "--date",
            "{{ ds }}",
            "--run-id",
            "airflow-{{ ts_nodash }}",
            "--nothing-new-code",
            "0",
        ],
    )
