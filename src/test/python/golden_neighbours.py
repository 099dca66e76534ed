"""Writes src/test/resources/neighbours: embeddings, and their nearest neighbours by FAISS's exact index.

Run from the root of the repository: python src/test/python/golden_neighbours.py
The embeddings have clusters, repeated rows (ties), rows of different lengths, a row of zeros and rows without embedding.
"""

import pathlib

import faiss
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path("src/test/resources/neighbours")
WIDTH = 32
CLUSTERS = 40
ROWS = 1500
K = 10


def embeddings() -> list:
    random = np.random.default_rng(15)
    centres = random.standard_normal((CLUSTERS, WIDTH))
    rows = centres[random.integers(CLUSTERS, size=ROWS)] + 0.4 * random.standard_normal((ROWS, WIDTH))
    rows *= random.uniform(0.1, 20, size=(ROWS, 1))
    rows[200:230] = rows[100:130]
    rows[230:260] = 3 * rows[100]
    values = list(rows.astype(np.float32))
    values[700] = np.zeros(WIDTH, np.float32)
    values[701] = None
    values[702] = None
    return values


def main() -> None:
    values = embeddings()
    paths = [f"images/{number:04d}.jpg" for number in range(ROWS)]
    table = {"path": paths, "embedding": pa.array(values, pa.list_(pa.float32()))}
    pq.write_table(pa.table(table), FOLDER / "embeddings.parquet", compression="zstd")

    known = [number for number, value in enumerate(values) if value is not None and value.any()]
    vectors = np.stack([values[number] for number in known])
    faiss.normalize_L2(vectors)
    index = faiss.IndexFlatIP(WIDTH)
    index.add(vectors)
    cosines, found = index.search(vectors, K + 2)
    rows = [
        (paths[known[query]], paths[known[other]], cosine)
        for query in range(len(known))
        for other, cosine in zip(found[query], cosines[query])
        if other != query
    ]
    columns = [pa.array(column) for column in zip(*rows)]
    columns[2] = columns[2].cast(pa.float32())
    pq.write_table(
        pa.table(columns, names=["path", "neighbour", "cosine"]), FOLDER / "faiss.parquet", compression="zstd"
    )


if __name__ == "__main__":
    main()
