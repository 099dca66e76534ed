"""Checks that Grafana knows every field of a dashboard: reads it with the classes that Grafana generates from its
schema, writes it again, and compares. Prints the fields that are lost or changed."""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


def differences(given, known, path=""):
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key in known:
                yield from differences(value, known[key], f"{path}/{key}")
            else:
                yield f"{path}/{key} is unknown"
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for i, (a, b) in enumerate(zip(given, known)):
            yield from differences(a, b, f"{path}/{i}")
    elif given != known:
        yield f"{path} is {given!r}, read as {known!r}"


def check(dashboard):
    known = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))
    return list(differences(dashboard, known))


register_default_plugins()
with open(sys.argv[1]) as file:
    dashboard = json.load(file)
found = check(dashboard)
ids = [panel["id"] for panel in dashboard["panels"]]
if len(set(ids)) < len(ids):
    found.append("panels have equal ids")
misspelt = json.loads(json.dumps(dashboard))
misspelt["panels"][1]["targets"][0]["exprs"] = "up"
if not check(misspelt):
    found.append("a misspelt field of a query is not found")
if found:
    sys.exit("\n".join([sys.argv[1], *found]))
print(f"{sys.argv[1]}: Grafana knows all fields of {len(ids)} panels")
