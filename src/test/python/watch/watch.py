"""Watches three real runs of classify with a real Prometheus: one that is published, one with the plugin of Spark, and
one that exceeds its quarantine limit. Then asks Prometheus for every panel of the dashboard, for every metric of the
rules, and for the alerts that must fire. Called by jobs/watch-test with an empty folder."""

import contextlib
import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[4]
HERE = Path(__file__).parent
MODEL = ROOT / "src/demo/model/repvit_m0_6_fashion_mnist.onnx"
PLUGIN = {
    "spark.plugins": "io.repvit.watch.MetricsPlugin",
    "spark.metrics.namespace": "repvit",
    "spark.metrics.conf.driver.sink.prometheusServlet.class": "org.apache.spark.metrics.sink.PrometheusServlet",
    "spark.metrics.conf.driver.sink.prometheusServlet.path": "/metrics/prometheus/",
    "spark.ui.enabled": "true",
}


def free_port():
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def await_(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if condition():
                return
        time.sleep(0.2)
    sys.exit(f"waited {seconds} s in vain until {what}")


class Prometheus:
    def __init__(self, folder, node, driver):
        self.url = f"http://127.0.0.1:{free_port()}"
        deployed = (ROOT / "deploy/prometheus/prometheus.yml").read_text()
        for old, new in {
            "node.example.org:9100": f"127.0.0.1:{node}",
            "driver.example.org:4040": f"127.0.0.1:{driver}",
            "_interval: 15s": "_interval: 1s",
            "repvit.rules.yml": str(ROOT / "deploy/prometheus/repvit.rules.yml"),
        }.items():
            assert old in deployed, old
            deployed = deployed.replace(old, new)
        config = folder / "prometheus.yml"
        config.write_text(deployed)
        self.command = [
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={self.url[7:]}",
        ]

    def api(self, path, **query):
        return json.loads(get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}"))["data"]

    def values(self, query):
        return {
            tuple(sorted(r["metric"].items())): float(r["value"][1])
            for r in self.api("query", query=query)["result"]
        }

    def samples(self, query, start):
        series = self.api("query_range", query=query, start=start, end=time.time(), step=1)["result"]
        return sum(not math.isnan(float(v)) for s in series for _, v in s["values"])

    def firing(self):
        alerts = self.api("alerts")["alerts"]
        return {(a["labels"]["alertname"], a["labels"].get("output")) for a in alerts if a["state"] == "firing"}


def classify(folder, images, output, *more, conf=None):
    environment = dict(os.environ)
    environment.pop("SPARK_HOME", None)
    local = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", **(conf or {})}
    environment["REPVIT_SUBMIT_ARGS"] = " ".join(f"--conf {k}={v}" for k, v in local.items())
    done = subprocess.run(
        [ROOT / "jobs/repvit", "classify", "--model", MODEL, "--input", images, "--output", output, "--json"]
        + ["--metrics-file", folder / "textfiles" / f"{output.name}.prom", "--openlineage", folder / "events", *more],
        env=environment,
        capture_output=True,
        text=True,
    )
    (folder / "log").open("a").write(done.stderr)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def write_images(folder):
    """Folders of 200 good images and 4 broken ones, and of 10 and 4."""
    many, few = folder / "many", folder / "few"
    for label in sorted((ROOT / "src/demo/fashion-mnist").iterdir()):
        images = sorted(label.iterdir())
        for image, to in [(image, many / label.name) for image in images[:20]] + [(images[0], few)]:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(image, to / f"{label.name}-{image.name}")
    photograph = (ROOT / "src/demo/photographs/astronaut.jpg").read_bytes()
    for i in range(4):
        (few / f"broken-{i}.jpg").write_bytes(photograph[: 1000 + i])
        (many / f"broken-{i}.jpg").write_bytes(photograph[: 2000 + i])
    return many, few


def check(prometheus, folder, manifest, limited, start):
    found = []
    output = f'output="{folder / "nightly"}"'
    for query, expected in {
        f'sum(repvit_last_run_images{{{output}}})': manifest["listed"],
        f'sum(repvit_last_run_quarantined{{{output},code="TRUNCATED"}})': 4,
        f"repvit_last_run_exit_code{{{output}}}": 0,
        f'repvit_last_run_exit_code{{output="{limited}"}}': 4,
    }.items():
        values = list(prometheus.values(query).values())
        if values != [expected]:
            found.append(f"{query} is {values}, expected {expected}")
    # The last scrape of the driver may miss the last seconds of its run.
    images = sum(prometheus.values("max_over_time(repvit_images_total[15m])").values())
    if not 0 < images <= manifest["listed"]:
        found.append(f"repvit_images_total is {images} of {manifest['listed']}")
    dashboard = json.loads((ROOT / "deploy/grafana/repvit.json").read_text())
    panels = 0
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            query = re.sub(r"\$(output|app)", ".*", target["expr"]).replace("$__rate_interval", "5s")
            panels += 1
            if not prometheus.samples(query, start):
                found.append(f"panel '{panel['title']}' has no data: {query}")
    rules = (ROOT / "deploy/prometheus/repvit.rules.yml").read_text()
    expressions = re.sub(r"#.*|(?m:^ *(summary|action):.*$)|Repvit\w+", "", rules)
    metrics = set(re.findall(r"\b(?:repvit|node)_[a-z_]+\b", expressions))
    for metric in metrics:
        if not prometheus.samples(metric, start):
            found.append(f"the metric {metric} of a rule does not exist")
    for alert in {("RepvitLimitExceeded", str(limited)), ("RepvitQuarantineHigh", str(limited))}:
        if alert not in prometheus.firing():
            found.append(f"{alert} does not fire, but {prometheus.firing()}")
    nightly = {alert for alert in prometheus.firing() if alert[1] == str(folder / "nightly")}
    if nightly:
        found.append(f"{nightly} fire for a good run")
    if found:
        sys.exit("\n".join(found))
    print(f"{panels} queries of panels and {len(metrics)} metrics of rules have data, and alerts fire")


def main(folder):
    many, few = write_images(folder)
    (folder / "textfiles").mkdir()
    node, driver = free_port(), free_port()
    prometheus = Prometheus(folder, node, driver)
    exporter = [
        "prometheus-node-exporter",
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={folder / 'textfiles'}",
        f"--web.listen-address=127.0.0.1:{node}",
    ]
    with contextlib.ExitStack() as stack:
        for command in (exporter, prometheus.command):
            log = stack.enter_context((folder / f"{command[0]}.log").open("w"))
            stack.callback(subprocess.Popen(command, stdout=log, stderr=log).kill)
        await_("Prometheus answers", lambda: get(f"{prometheus.url}/-/ready"))
        start = time.time()
        nightly, limited = folder / "nightly", folder / "limited"
        code, _ = classify(folder, many, nightly, "--run-id", "first")
        assert code == 0, code
        conf = {**PLUGIN, "spark.ui.port": driver}
        gates = ["--gate-label-drift", "0.5", "--gate-score-drift", "0.5", "--rescore", "--wave-images", "100"]
        code, second = classify(folder, many, nightly, "--run-id", "second", *gates, conf=conf)
        assert code == 0, code
        code, _ = classify(folder, few, limited)
        assert code == 4, code
        for file in (folder / "textfiles").iterdir():
            subprocess.run(["promtool", "check", "metrics"], stdin=file.open(), check=True)
        await_("the last run is scraped", lambda: ("RepvitQuarantineHigh", str(limited)) in prometheus.firing())
        check(prometheus, folder, second, limited, start)
    lineage = subprocess.run(
        [sys.executable, HERE / "check_lineage.py", folder / "events"], check=True, capture_output=True, text=True
    )
    assert lineage.stdout.split() == ["START", "COMPLETE"] * 2 + ["START", "FAIL"], lineage.stdout
    print("the events of OpenLineage are valid:", lineage.stdout.strip())


main(Path(sys.argv[1]))
