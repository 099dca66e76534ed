"""Checks events of OpenLineage, one JSON document per line: each event and each standard facet must fit the class that
OpenLineage generates from the published schema of just that version, without fields that the class lacks; the
project's own facet must fit its schema. Prints the types of the events."""

import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path

import cattrs
import openlineage.client.generated as generated
from jsonschema import Draft202012Validator, FormatChecker
from openlineage.client.generated.base import Dataset, InputDataset, Job, OutputDataset, Run, RunEvent

OWN = Path(__file__).parents[4] / "src/main/resources/io/repvit/watch/ClassificationRunFacet.json"

CLASSES = {}
for module in pkgutil.iter_modules(generated.__path__):
    for cls in vars(importlib.import_module(f"{generated.__name__}.{module.name}")).values():
        if inspect.isclass(cls) and hasattr(cls, "_get_schema"):
            CLASSES[cls._get_schema()] = cls

STRICT = cattrs.Converter(forbid_extra_keys=True)
for plain in (str, int, bool):

    def exact(value, cls, plain=plain):
        if type(value) is not plain:
            raise TypeError(f"{value!r} is not {plain.__name__}")
        return value

    STRICT.register_structure_hook(plain, exact)


def without(node, *keys):
    return {key: value for key, value in node.items() if key not in keys}


def facets(node):
    for name, facet in node.items():
        schema = facet["_schemaURL"]
        if schema.startswith("urn:repvit-spark:"):
            own = json.loads(OWN.read_text())
            assert schema.split("#")[0] == own["$id"], schema
            Draft202012Validator(own, format_checker=FormatChecker()).validate({name: facet})
        else:
            STRICT.structure(without(facet, "_schemaURL", "_producer"), CLASSES[schema])


def check(event):
    assert event["schemaURL"] == RunEvent._get_schema(), event["schemaURL"]
    facets(event["run"]["facets"])
    facets(event["job"]["facets"])
    STRICT.structure(without(event["run"], "facets"), Run)
    STRICT.structure(without(event["job"], "facets"), Job)
    for key, cls in (("inputs", InputDataset), ("outputs", OutputDataset)):
        for dataset in event[key]:
            STRICT.structure(without(dataset, "facets", "inputFacets", "outputFacets"), Dataset)
            for part in ("facets", "inputFacets" if key == "inputs" else "outputFacets"):
                facets(dataset.get(part, {}))
            assert set(dataset) <= {field.name for field in cls.__attrs_attrs__}, dataset
    # Checks the type of the event, its time and its id.
    RunEvent(
        eventType=event["eventType"],
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=Run(event["run"]["runId"]),
        job=Job(event["job"]["namespace"], event["job"]["name"]),
    )
    known = {"eventType", "eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"}
    assert set(event) == known, set(event)
    return event["eventType"]


events = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
types = [check(event) for event in events]
broken = json.loads(json.dumps(events[0]))
broken["run"]["facets"]["nominalTime"]["nominalStart"] = "2026-01-01T00:00:00Z"
try:
    check(broken)
    sys.exit("an unknown field of a facet is not found")
except Exception as e:
    if isinstance(e, AssertionError):
        raise
print(" ".join(types))
