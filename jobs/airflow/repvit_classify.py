"""One run of `repvit classify` a day, with spark-submit.

A task that is cleared or retried has the same run id, so it resumes its run. If the run is published already, the task
succeeds without a start of Spark. Variables: `repvit_output` (required) is the URI of the tables, `repvit_config` the
file with the other options, `repvit_spark_conf` the file of Spark properties. The connection `spark_default` names the
Spark master. docs/airflow.md has more.
"""

from datetime import datetime, timezone

from airflow.sdk import DAG
from repvit_airflow import HOME, ClassifySubmitOperator

with DAG(
    dag_id="repvit_classify",
    schedule="30 1 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    # The time between retries is core.default_task_retry_delay, five minutes.
    default_args={"retries": 2},
    doc_md=__doc__,
):
    ClassifySubmitOperator(
        task_id="classify",
        tables="{{ var.value.repvit_output }}",
        arguments=["--config", "{{ var.value.get('repvit_config', '/etc/repvit/photos.conf') }}"],
        conn_id="spark_default",
        application=f"{HOME}/target/repvit-spark-0.1.0-SNAPSHOT-job.jar",
        properties_file=f"{{{{ var.value.get('repvit_spark_conf', '{HOME}/conf/spark.conf') }}}}",
        conf={
            "spark.executor.memory": "3g",
            "spark.executor.cores": "2",
            "spark.executor.memoryOverhead": "1g",
        },
        env_vars={
            "ORT_DISABLE_TELEMETRY": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
            "SPARK_SUBMIT_OPTS": f"-Dlog4j2.configurationFile=file:{HOME}/conf/log4j2.properties",
        },
    )
