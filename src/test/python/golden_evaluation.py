"""Predictions of two models, and what scikit-learn, SciPy and statsmodels say about them.

Writes src/test/resources/evaluation: first.parquet and second.parquet (rows like those of `classify`
with all classes in top_k), truth.csv, and expected.json.

    python src/test/python/golden_evaluation.py
"""

import json
import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.metrics import (
    confusion_matrix,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)
from statsmodels.stats.contingency_tables import mcnemar

FOLDER = pathlib.Path(__file__).parents[1] / "resources" / "evaluation"
LABELS = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu"]
IMAGES = 600
RESAMPLES = 20_000
TYPE = pa.list_(
    pa.struct([("label", pa.string()), ("label_index", pa.int32()), ("score", pa.float32())])
)


def table(paths, logits):
    """The rows of one model, best class first."""
    scores = softmax(logits, axis=1).astype(np.float32)
    order = np.argsort(-logits, axis=1, kind="stable")
    top = [
        [
            {"label": LABELS[j], "label_index": int(j), "score": scores[i, j]}
            for j in order[i]
        ]
        for i in range(len(paths))
    ]
    return pa.table(
        {
            "path": pa.array(paths),
            "label": pa.array([t[0]["label"] for t in top]),
            "label_index": pa.array([t[0]["label_index"] for t in top], pa.int32()),
            "score": pa.array([t[0]["score"] for t in top], pa.float32()),
            "top_k": pa.array(top, TYPE),
        }
    )


def calibration(scores, right, bins):
    """ECE and MCE as in the formulas of Guo et al. 2017, with bins (lower, upper]."""
    edges = np.linspace(0, 1, bins + 1)
    ece = mce = 0.0
    found = []
    for lower, upper in zip(edges[:-1], edges[1:]):
        here = (scores > lower) & (scores <= upper)
        n = int(here.sum())
        found.append([n, float(scores[here].mean()) if n else None,
                      float(right[here].mean()) if n else None])
        if n:
            gap = abs(right[here].mean() - scores[here].mean())
            ece += n / len(scores) * gap
            mce = max(mce, gap)
    return {"bins": bins, "ece": float(ece), "mce": float(mce), "found": found}


def intervals(random, truth, predicted, scores):
    """Percentiles of the multinomial bootstrap."""
    right = truth == predicted
    values = {"top1": [], "macro_f1": [], "weighted_f1": [], "ece": []}
    for _ in range(RESAMPLES // 10):
        i = random.integers(0, len(truth), len(truth))
        matrix = np.zeros((len(LABELS), len(LABELS)))
        np.add.at(matrix, (truth[i], predicted[i]), 1)
        hits, support = np.diag(matrix), matrix.sum(1)
        f1 = 2 * hits / np.maximum(support + matrix.sum(0), 1)
        values["top1"].append(right[i].mean())
        values["macro_f1"].append(f1[support > 0].mean())
        values["weighted_f1"].append((f1 * support).sum() / len(truth))
        values["ece"].append(calibration(scores[i], right[i], 15)["ece"])
    return {k: percentiles(v) for k, v in values.items()}


def difference(random, right, other_right):
    drawn = random.integers(0, len(right), (RESAMPLES, len(right)))
    return percentiles((other_right.astype(float) - right)[drawn].mean(axis=1))


def percentiles(values):
    return [float(x) for x in np.quantile(values, [0.025, 0.975])]


def temperature(logits, truth):
    def nll(b):
        return -log_softmax(b * logits, axis=1)[np.arange(len(truth)), truth].mean()

    b = minimize_scalar(nll, bounds=(1e-2, 1e2), method="bounded", options={"xatol": 1e-12}).x
    b = minimize_scalar(nll, bracket=(0.9 * b, b, 1.1 * b), tol=1e-14).x
    scaled = softmax(b * logits, axis=1)
    right = logits.argmax(1) == truth
    return {
        "value": float(1 / b),
        "nll": float(nll(1)),
        "nll_calibrated": float(nll(b)),
        "ece_calibrated": calibration(scaled.max(1).astype(np.float32).astype(float), right, 15)["ece"],
    }


def main():
    random = np.random.default_rng(15)
    # No gnu is true; few are foxes.
    truth = random.choice(7, IMAGES, p=[0.3, 0.2, 0.2, 0.15, 0.13, 0.02, 0])
    clean = np.eye(7)[truth] * 2.2 + random.normal(size=(IMAGES, 7))
    clean[:, 5] -= 1
    first = 3.0 * clean
    second = 2.0 * (clean + 0.7 * random.normal(size=(IMAGES, 7)) + np.eye(7)[truth] * 0.9)
    paths = [f"file:/images/{i:04d}.png" for i in range(IMAGES)]

    FOLDER.mkdir(parents=True, exist_ok=True)
    # The second model has not seen the first 50 images.
    pq.write_table(table(paths, first), FOLDER / "first.parquet", compression="zstd")
    pq.write_table(table(paths[50:], second[50:]), FOLDER / "second.parquet", compression="zstd")
    with open(FOLDER / "truth.csv", "w", encoding="utf-8") as file:
        file.write("path,label\n")
        for path, t in zip(paths, truth):
            file.write(f"{path},{LABELS[t]}\n")

    predicted = first.argmax(1)
    scores = softmax(first, axis=1).astype(np.float32).max(1).astype(float)
    right = predicted == truth
    classes = np.unique(truth)
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=classes, zero_division=0
    )

    def average(kind):
        p, r, f, _ = precision_recall_fscore_support(
            truth, predicted, labels=classes, average=kind, zero_division=0
        )
        return {"precision": float(p), "recall": float(r), "f1": float(f)}

    a = right[50:]
    b = second[50:].argmax(1) == truth[50:]
    counts = [[int((a & b).sum()), int((a & ~b).sum())], [int((~a & b).sum()), int((~a & ~b).sum())]]
    result = mcnemar(counts, exact=False, correction=True)
    tests = []
    for only_first, only_second in [
        (0, 0), (0, 1), (3, 3), (2, 9), (12, 12), (24, 0), (5, 20), (12, 13), (40, 70), (300, 420), (900, 100),
    ]:
        exact = only_first + only_second < 25
        t = mcnemar([[7, only_first], [only_second, 5]], exact=exact, correction=True)
        tests.append([only_first, only_second, float(t.statistic), float(t.pvalue)])

    expected = {
        "images": IMAGES,
        "classes": {
            LABELS[c]: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "images": int(support[i]),
            }
            for i, c in enumerate(classes)
        },
        "macro": average("macro"),
        "weighted": average("weighted"),
        "confusion": {
            f"{LABELS[t]} {LABELS[p]}": int(n)
            for (t, p), n in np.ndenumerate(confusion_matrix(truth, predicted, labels=range(7)))
            if n
        },
        "top_accuracies": [
            float(top_k_accuracy_score(truth, first, k=k, labels=range(7))) if k < 7 else 1.0
            for k in range(1, 8)
        ],
        "calibration": [calibration(scores, right, bins) for bins in (15, 10)],
        "temperature": temperature(first, truth),
        "intervals": intervals(random, truth, predicted, scores),
        "comparison": {
            "shared": IMAGES - 50,
            "agreement": float((predicted[50:] == second[50:].argmax(1)).mean()),
            "accuracy": float(a.mean()),
            "other_accuracy": float(b.mean()),
            "counts": counts,
            "statistic": float(result.statistic),
            "p_value": float(result.pvalue),
            "difference": difference(random, a, b),
        },
        "mcnemar": tests,
    }
    text = json.dumps(expected, indent=1)
    (FOLDER / "expected.json").write_text(text + "\n", encoding="utf-8")
    print({k: expected[k] for k in ("macro", "temperature", "comparison", "intervals")})


main()
