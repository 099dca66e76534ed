"""Prints the layers of two images and checks that they differ in the last one alone; jobs/image-test runs it.

    python src/test/python/image_layers.py OCI-LAYOUT FIRST NEXT
"""

import json
import sys
from pathlib import Path


def main(layout, first, next_):
    layout = Path(layout)

    def blob(descriptor):
        return json.loads((layout / "blobs" / descriptor["digest"].replace(":", "/")).read_text())

    index = json.loads((layout / "index.json").read_text())
    named = {m["annotations"]["org.opencontainers.image.ref.name"]: blob(m) for m in index["manifests"]}
    one, two = named[first], named[next_]
    config = blob(one["config"])
    assert config["config"]["User"] == "185", config["config"]
    steps = [h for h in config["history"] if not h.get("empty_layer")]
    assert len(steps) == len(one["layers"]) == len(two["layers"]), steps
    for step, a, b in zip(steps, one["layers"], two["layers"]):
        same = "same" if a["digest"] == b["digest"] else "new"
        print(f"{a['size']:>12,} bytes  {same:4}  {step['created_by'].split('#(nop) ')[-1][:90]}")
    changed = [i for i, (a, b) in enumerate(zip(one["layers"], two["layers"])) if a["digest"] != b["digest"]]
    assert changed == [len(steps) - 1], f"layers {changed} changed, expected the last of {len(steps)}"
    print(f"a release of this project moves {two['layers'][-1]['size']:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
