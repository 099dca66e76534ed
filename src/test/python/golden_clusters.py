"""Writes embeddings in planted clusters, and what scikit-learn says about them.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_clusters.py src/test/resources/clusters

planted.csv     path, planted cluster by falling size, a label that is wrong for some, and the embedding as JSON
expected.json   of the embeddings scaled to length 1: silhouette of the planted clusters (squared Euclidean), shares of the
                variance of the first three principal components, and silhouette in their space; of the labels: adjusted
                Rand index, and purity and entropy (bits) for each planted cluster
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy.stats import entropy
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

OUT = Path(sys.argv[1])
SIZES = [80, 60, 50, 30, 20]
WIDTH = 12


def main():
    random = np.random.default_rng(15)
    centres = random.normal(size=(len(SIZES), WIDTH))
    planted = np.repeat(np.arange(len(SIZES)), SIZES)
    embeddings = (centres[planted] + 0.2 * random.normal(size=(len(planted), WIDTH))) * random.uniform(0.5, 4, size=(len(planted), 1))
    embeddings = embeddings.astype(np.float32)
    labels = np.where(random.random(len(planted)) < 0.2, random.integers(0, len(SIZES), len(planted)), planted)
    order = random.permutation(len(planted))
    planted, embeddings, labels = planted[order], embeddings[order], labels[order]

    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "planted.csv", "w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        for i, embedding in enumerate(embeddings):
            writer.writerow((f"file:/planted/{i:03}.png", planted[i], f"class {labels[i]}", json.dumps([float(f"{x:.7g}") for x in embedding])))

    unit = embeddings.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    pca = PCA(n_components=3, svd_solver="full").fit(unit)
    counts = [np.bincount(labels[planted == c], minlength=len(SIZES)) for c in range(len(SIZES))]
    expected = {
        "silhouette": silhouette_score(unit, planted, metric="sqeuclidean"),
        "variances": pca.explained_variance_ratio_.tolist(),
        "reduced_silhouette": silhouette_score(unit @ pca.components_.T, planted, metric="sqeuclidean"),
        "adjusted_rand": adjusted_rand_score(planted, labels),
        "purity": [int(c.max()) / int(c.sum()) for c in counts],
        "entropy": [float(entropy(c, base=2)) for c in counts],
    }
    (OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
