"""Writes the schemas that owners publish for the files of deploy/kubernetes: src/test/resources/kubernetes.

    python3 src/test/python/kubernetes_schemas.py

Needs only Go and its module proxy: the owners publish these files in their Go modules. Files are compressed, and
otherwise as they are. README.md there has sources and licences; this script writes its table.
"""

import gzip
import hashlib
import json
import subprocess
from pathlib import Path

OUT = Path("src/test/resources/kubernetes")
KUBEFLOW = "github.com/kubeflow/spark-operator/v2@v2.5.2"
KUBERNETES = "k8s.io/kubernetes@v1.37.2"
CRD = "config/crd/bases/sparkoperator.k8s.io_"
API = "api/openapi-spec/v3/"
FILES = {
    KUBEFLOW: [CRD + "sparkapplications.yaml", CRD + "scheduledsparkapplications.yaml"],
    KUBERNETES: [
        API + "api__v1_openapi.json",
        API + "apis__batch__v1_openapi.json",
        API + "apis__rbac.authorization.k8s.io__v1_openapi.json",
    ],
}
MARK = "<!-- Written by src/test/python/kubernetes_schemas.py. -->\n"


def main():
    rows = ["| file | from | licence | SHA-256 of the uncompressed file |", "|---|---|---|---|"]
    for module, files in FILES.items():
        text = subprocess.run(["go", "mod", "download", "-json", module], check=True, capture_output=True).stdout
        folder = Path(json.loads(text)["Dir"])
        licence = (folder / "LICENSE").read_text()
        assert "Apache License" in licence and "Version 2.0" in licence, module
        for file in files:
            data = (folder / file).read_bytes()
            name = Path(file).name + ".gz"
            (OUT / name).write_bytes(gzip.compress(data, 9, mtime=0))
            digest = hashlib.sha256(data).hexdigest()
            rows.append(f"| `{name}` | `{file}` in Go module `{module}` | Apache-2.0 | `{digest}` |")
    readme = OUT / "README.md"
    head = readme.read_text().split(MARK)[0]
    readme.write_text(head + MARK + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
