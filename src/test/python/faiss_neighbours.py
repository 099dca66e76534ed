"""Searches the rows of `jobs/bench neighbours` with FAISS, exactly and with IVF at a recall.

    pip install -r src/test/python/requirements.txt
    python src/test/python/faiss_neighbours.py target/bench/neighbours/rows-100000-384-2000 --threads 2

IVF has the number of cells that `repvit neighbours` takes. The number of probes is the least one with the recall on a sample
of queries, whose exact neighbours are searched first.
"""

import argparse
import math
import time

import faiss
import numpy as np
import pyarrow.parquet as pq

SAMPLE = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-exact", action="store_true")
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(arguments.threads)
    k = arguments.k

    start = time.perf_counter()
    column = pq.read_table(arguments.folder, columns=["embedding"])["embedding"].combine_chunks()
    rows = column.flatten().to_numpy().reshape(len(column), -1).astype(np.float32)
    faiss.normalize_L2(rows)
    print(f"FAISS {faiss.__version__}, {arguments.threads} threads, {rows.shape[0]:,} x {rows.shape[1]}, k = {k}")
    print(f"read and normalise: {time.perf_counter() - start:.1f} s")

    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    if not arguments.no_exact:
        start = time.perf_counter()
        flat.search(rows, k + 1)
        print(f"exact: {time.perf_counter() - start:.1f} s")

    start = time.perf_counter()
    cells = max(1, round(2 * math.sqrt(len(rows))))
    ivf = faiss.index_factory(rows.shape[1], f"IVF{cells},Flat", faiss.METRIC_INNER_PRODUCT)
    ivf.train(rows)
    ivf.add(rows)
    built = time.perf_counter() - start
    sample = np.random.default_rng(15).permutation(len(rows))[:SAMPLE]
    exact = flat.search(rows[sample], k + 1)[1]
    for probes in range(1, cells + 1):
        ivf.nprobe = probes
        found = ivf.search(rows[sample], k + 1)[1]
        recall = np.mean([len(np.intersect1d(a, b)) / (k + 1) for a, b in zip(exact, found)])
        if recall >= arguments.recall:
            break
    start = time.perf_counter()
    ivf.search(rows, k + 1)
    searched = time.perf_counter() - start
    print(f"ivf: {cells} cells, {probes} probes, recall {recall:.3f}; {built:.1f} s to build, {searched:.1f} s to search")


if __name__ == "__main__":
    main()
