"""Classifies the images below a folder without Spark: the peer of `jobs/bench cold`.

    python classify_folder.py --model m.onnx --images FOLDER --output FOLDER [--processes N] [--batch N]

One process per core decodes and resizes with Pillow as the model's card says, runs ONNX Runtime on one
thread, and writes Parquet files. Prints what it took as JSON. It has no quarantine: a file that is no image
ends the run.
"""

import argparse
import json
import multiprocessing
import os
import resource
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

PER_FILE = 500
TOP = 5


def open_model(model: str, output: Path, batch: int) -> None:
    """In each process: the session and what its card says, kept for all chunks."""
    global session, card, labels, into, size, scale, shift
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
    text = {k.removeprefix("repvit."): v for k, v in session.get_modelmeta().custom_metadata_map.items()}
    card, labels, into, size = text, text["labels"].split("\n"), output, batch
    mean, std = (np.array(text[k].split(","), np.float32) for k in ("mean", "std"))
    scale, shift = 1 / (255 * std), -mean / std


def pixels(path: str) -> np.ndarray:
    height, width, short = (int(card[k]) for k in ("input.height", "input.width", "resize.short"))
    image = Image.open(path).convert("RGB")
    w, h = image.size
    resized = (short, short * h // w) if w <= h else (short * w // h, short)
    image = image.resize(resized, Image.Resampling[card["resize.interpolation"]])
    left, top = round((resized[0] - width) / 2), round((resized[1] - height) / 2)
    crop = image.crop((left, top, left + width, top + height))
    return (np.asarray(crop, np.float32) * scale + shift).transpose(2, 0, 1)


def classify(numbered: tuple[int, list[str]]) -> int:
    number, paths = numbered
    logits, embeddings = [], []
    for start in range(0, len(paths), size):
        batch = np.stack([pixels(path) for path in paths[start : start + size]])
        outputs = session.run(["logits", "embedding"], {session.get_inputs()[0].name: batch})
        logits.append(outputs[0])
        embeddings.append(outputs[1])
    logits, embeddings = np.concatenate(logits), np.concatenate(embeddings)
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores = exp / exp.sum(axis=1, keepdims=True)
    best = np.argsort(-scores, axis=1)[:, :TOP]
    table = {
        "path": paths,
        "label": [labels[i] for i in best[:, 0]],
        "label_index": best[:, 0],
        "score": scores[np.arange(len(best)), best[:, 0]],
        "top_k": list(best),
        "top_k_scores": list(np.take_along_axis(scores, best, axis=1)),
        "embedding": list(embeddings),
    }
    pq.write_table(pa.table(table), into / f"part-{number:05d}.parquet", compression="zstd")
    return len(paths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--batch", type=int, default=4)
    args = parser.parse_args()
    start = time.perf_counter()
    args.output.mkdir(parents=True)
    paths = sorted(str(path) for path in args.images.rglob("*") if path.is_file())
    # Equal parts, and no process without one.
    step = max(1, min(PER_FILE, -(-len(paths) // args.processes)))
    chunks = list(enumerate(paths[i : i + step] for i in range(0, len(paths), step)))
    with multiprocessing.Pool(args.processes, open_model, (args.model, args.output, args.batch)) as pool:
        images = sum(pool.imap_unordered(classify, chunks))
        pool.close()
        pool.join()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result = {
        "images": images,
        "processes": args.processes,
        "batch": args.batch,
        "wall_seconds": round(time.perf_counter() - start, 3),
        "processor_seconds": round(sum(u.ru_utime + u.ru_stime for u in used), 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
