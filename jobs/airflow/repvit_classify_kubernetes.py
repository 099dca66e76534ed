"""One run of `repvit classify` a day, as a SparkApplication of the Spark operator.

The application is deploy/kubernetes/kubeflow/classify.yaml, which has image, URIs and sizes. Date, run id and the exit
code for "nothing new" are set here, and Airflow retries instead of the Spark operator. The connection
`kubernetes_default` names the cluster. The Airflow worker reads the manifest of the run below the output.
docs/airflow.md has more.
"""

from datetime import datetime, timezone

import yaml
from airflow.sdk import DAG
from repvit_airflow import HOME, ClassifyKubernetesOperator

with DAG(
    dag_id="repvit_classify_kubernetes",
    schedule="30 1 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2},
    doc_md=__doc__,
):
    ClassifyKubernetesOperator(
        task_id="classify",
        kubernetes_conn_id="kubernetes_default",
        application=yaml.safe_load((HOME / "deploy/kubernetes/kubeflow/classify.yaml").read_text()),
    )
