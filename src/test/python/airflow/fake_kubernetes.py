"""The part of the API of Kubernetes that SparkKubernetesOperator uses, on loopback, with a Spark operator behind it: a
new SparkApplication gets a driver pod, whose exit code is that of a function."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CONTAINER = "spark-kubernetes-driver"


class FakeKubernetes:
    """`run` gets each new SparkApplication and returns the exit code of its driver. A driver ends after its client has
    asked for the application, or with `late` before that.

    :param check: called with each new SparkApplication; raises a ValueError if it is invalid
    """

    def __init__(self, check):
        self.check, self.run = check, None
        self.late = False
        self.asked = threading.Event()
        self.applications, self.pods, self.drivers = {}, {}, {}
        self.deleted, self.unknown = [], []
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cluster": self}))
        self.server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()

    def create(self, application):
        self.check(application)
        name = application["metadata"]["name"]
        self.applications[name] = application | {"status": {"applicationState": {"state": "RUNNING"}}}
        self.pods[name + "-driver"] = _pod(name, application)
        self.asked.clear()
        driver = self.drivers[name + "-driver"] = threading.Thread(target=self._drive, args=(name,))
        driver.start()
        if self.late:
            driver.join()
        return application

    def _drive(self, name):
        code = self.run(self.applications[name])
        assert self.late or self.asked.wait(60)
        ended = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed"}}
        status = self.pods[name + "-driver"]["status"]
        status["containerStatuses"][0] |= {"state": ended, "ready": False}
        status["phase"] = "Failed" if code else "Succeeded"
        # As the Spark operator writes it.
        failed = {"state": "FAILED", "errorMessage": f"driver container failed with ExitCode: {code}, Reason: Error"}
        self.applications[name]["status"]["applicationState"] = failed if code else {"state": "COMPLETED"}


def _pod(name, application):
    driver = application["spec"]["driver"]
    status = {"name": CONTAINER, "ready": True, "restartCount": 0, "image": "", "imageID": "", "state": {"running": {}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name + "-driver",
            "namespace": application["metadata"]["namespace"],
            "labels": driver.get("labels", {}) | {"spark-role": "driver"},
        },
        "spec": {"containers": [{"name": CONTAINER}]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }


def _fits(term, values):
    if "!=" in term:
        name, value = term.split("!=")
        return values.get(name) != value
    if "=" in term:
        name, value = term.split("=")
        return values.get(name) == value
    return term.startswith("!") and term[1:] not in values


class _Handler(BaseHTTPRequestHandler):
    cluster: FakeKubernetes

    def do_GET(self):
        found = re.match(r"/api/v1/namespaces/[^/]+/pods(?:/([^/?]+))?(/log)?", self.path)
        if found and found[2]:
            self.cluster.drivers[found[1]].join()  # the log is followed
            return self._answer(b"the log of the driver\n")
        if found and found[1]:
            return self._answer(self.cluster.pods.get(found[1]))
        if found:
            return self._answer({"kind": "PodList", "apiVersion": "v1", "items": list(self._selected())})
        if "/events" in self.path:
            return self._answer({"kind": "EventList", "apiVersion": "v1", "items": []})
        found = re.search(r"/sparkapplications/([^/]+)/status", self.path)
        self._answer(found and self.cluster.applications.get(found[1]))
        self.cluster.asked.set()

    def _selected(self):
        """The pods that the selectors of the request choose."""
        query = parse_qs(urlsplit(self.path).query)
        terms = [term for selector in ("labelSelector", "fieldSelector") for term in query[selector][0].split(",")]
        for pod in list(self.cluster.pods.values()):
            values = pod["metadata"]["labels"] | {"status.phase": pod["status"]["phase"]}
            if all(_fits(term, values) for term in terms):
                yield pod

    def do_POST(self):
        if not self.path.endswith("/sparkapplications"):
            return self._answer(None)
        try:
            return self._answer(self.cluster.create(self._body()), 201)
        except ValueError as e:
            return self._answer({"kind": "Status", "code": 422, "message": str(e)}, 422)

    def do_PATCH(self):
        pod = self.cluster.pods[self.path.rsplit("/", 1)[1].split("?")[0]]
        pod["metadata"]["labels"] |= self._body()["metadata"]["labels"]
        return self._answer(pod)

    def do_DELETE(self):
        name = self.path.rsplit("/", 1)[1].split("?")[0]
        self.cluster.deleted.append(name)
        self.cluster.pods.pop(name + "-driver", None)
        return self._answer({"kind": "Status", "status": "Success"})

    def _body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, value, code=200):
        if value is None:
            self.cluster.unknown.append(self.path)
            value, code = {"kind": "Status", "code": 404, "path": self.path}, 404
        self.send_response(code)
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass
