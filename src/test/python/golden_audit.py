"""Writes what cleanlab finds in small sets of labels: src/test/resources/audit.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_audit.py

labels.json  sets of given labels with the probabilities of each image, and cleanlab's answers: thresholds, confident
             joint (raw and calibrated), the indices of the issues with both filters in both orders, and both scores of
             all images
joints.json  confident joints with the numbers of images, and cleanlab's calibration. Their rounding depends on the order
             in which NumPy sums.

NumPy sorts equal values in an order that depends on the processor. cleanlab's sorts are made stable here: of equal
values the lower index comes first.
"""

import json
from pathlib import Path

import numpy as np
from cleanlab import count, filter, rank
from cleanlab.internal import util

OUT = Path("src/test/resources/audit")
RANDOM = np.random.default_rng(15)
FILTERS = ["prune_by_noise_rate", "confident_learning"]
ORDERS = ["self_confidence", "normalized_margin"]


class StableNumpy:
    """NumPy whose argsort is stable."""

    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def argsort(values, *args, **kwargs):
        return np.argsort(values, kind="stable", *args, **kwargs)


class SequentialNumpy(StableNumpy):
    """NumPy that sums values one after the other, row by row."""

    @staticmethod
    def sum(values):
        return sum(values.ravel().tolist())


for module in (filter, rank, util):
    module.np = StableNumpy()


def noisy(images, classes, noise, sharpness, digits=4, shares=None):
    """Labels with a share of wrong ones, and probabilities that mostly favour the true class."""
    truth = RANDOM.choice(classes, images, p=shares)
    labels = truth.copy()
    wrong = RANDOM.random(images) < noise
    labels[wrong] = RANDOM.integers(classes, size=int(wrong.sum()))
    logits = RANDOM.normal(size=(images, classes))
    logits[np.arange(images), truth] += sharpness
    weights = np.exp(logits)
    return labels, np.round(weights / weights.sum(axis=1, keepdims=True), digits)


def answers(labels, probabilities):
    found = {
        "thresholds": count.get_confident_thresholds(labels, probabilities).tolist(),
        "joint": count.compute_confident_joint(labels, probabilities, calibrate=False).tolist(),
        "calibrated": count.compute_confident_joint(labels, probabilities, calibrate=True).tolist(),
    }
    for order in ORDERS:
        found[order] = rank.get_label_quality_scores(labels, probabilities, method=order).tolist()
        for name in FILTERS:
            found[f"{name}/{order}"] = filter.find_label_issues(
                labels, probabilities, filter_by=name, return_indices_ranked_by=order, n_jobs=1).tolist()
    return found


def cases():
    yield "two classes", *noisy(120, 2, 0.2, 2)
    yield "three classes", *noisy(90, 3, 0.1, 3)
    yield "ten classes", *noisy(400, 10, 0.15, 4)
    yield "forty classes, most with few images", *noisy(300, 40, 0.2, 4)
    yield "rare classes", *noisy(200, 5, 0.2, 2, shares=[0.6, 0.3, 0.06, 0.03, 0.01])
    yield "all labels are at random", *noisy(150, 4, 1.0, 3)
    yield "no wrong label", *noisy(100, 4, 0.0, 8)
    yield "ties", *noisy(300, 4, 0.3, 2, digits=1)
    labels, probabilities = noisy(150, 6, 0.2, 3)
    labels[np.isin(labels, [2, 5])] = 0
    yield "classes without an image", labels, probabilities
    labels, probabilities = noisy(120, 4, 0.15, 3)
    probabilities[labels == 1] = [0.7, 0.2, 0.05, 0.05]
    yield "a class without a confident image", labels, probabilities
    labels, probabilities = noisy(60, 3, 0.2, 2)
    labels[labels == 2] = 0
    labels[7] = 2
    yield "a class with one image", labels, probabilities
    labels, probabilities = noisy(80, 3, 0.2, 2)
    yield "equal probabilities", labels, np.full_like(probabilities, 0.25)
    labels, probabilities = noisy(120, 5, 0.4, 1)
    yield "an unsure model", labels, probabilities


def joints(wanted):
    """Confident joints whose calibration differs if the sum is sequential."""
    while wanted > 0:
        classes = int(RANDOM.integers(3, 25))
        joint = RANDOM.integers(0, 20, (classes, classes))
        np.fill_diagonal(joint, joint.diagonal().clip(min=1))
        images = joint.sum(axis=1) + RANDOM.integers(0, 6, classes)
        # cleanlab calibrates the transpose of a matrix in row-major order.
        arguments = np.asfortranarray(joint), np.repeat(np.arange(classes), images)
        calibrated = count.calibrate_confident_joint(*arguments)
        count.np = SequentialNumpy()
        differs = (calibrated != count.calibrate_confident_joint(*arguments)).any()
        count.np = np
        if differs:
            yield {"joint": joint.tolist(), "images": images.tolist(), "calibrated": calibrated.tolist()}
            wanted -= 1


def write(name, rows):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def main():
    sets = [{"name": name, "labels": labels.tolist(), "probabilities": probabilities.tolist(),
             **answers(labels, probabilities)} for name, labels, probabilities in cases()]
    write("labels.json", sets)
    write("joints.json", joints(20))
    for found in sets:
        print(found["name"], {key: len(value) for key, value in found.items() if "/" in key})


if __name__ == "__main__":
    main()
