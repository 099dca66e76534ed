"""Prints a list of the pods that the templates in objects of Kubernetes give; jobs/kubernetes-test runs it.

    python src/test/python/kubernetes_pods.py OBJECTS.json
"""

import json
import sys
from pathlib import Path


def templates(value, place):
    """All pod specs in a value: what is below a field `template` or `podTemplateSpec`."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ("template", "podTemplateSpec") and "containers" in below.get("spec", {}):
                yield place, below["spec"]
            else:
                yield from templates(below, f"{place}.{key}")


def main(file):
    pods = []
    for thing in json.loads(Path(file).read_text())["items"]:
        for place, spec in templates(thing["spec"], thing["kind"]):
            for container in spec["containers"]:
                # Spark adds the image.
                container.setdefault("image", "registry.example.org/repvit-spark:0.1.0")
            metadata = {"name": f"pod-{len(pods)}", "annotations": {"place": thing["apiVersion"] + " " + place}}
            pods.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    # The pod of the CronJob, and a driver and an executor of each of the three applications.
    assert len(pods) == 7, [pod["metadata"] for pod in pods]
    json.dump({"apiVersion": "v1", "kind": "List", "items": pods}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
