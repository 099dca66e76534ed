"""Writes what scikit-learn's logistic regression learns from features, for the tests of `probe`.

    pip install -r requirements.txt
    python golden_probe.py ../resources/probe

    probe.safetensors   features float32 [400,64] and labels float32 [400]: the first images of scikit-learn's digits,
                        some of whose pixels are always 0; for each NAME below NAME.weights [10,64], NAME.bias [10]
                        and NAME.probabilities [400,10], float32

MLlib minimises mean(w_i loss_i) + regularisation / 2 |W sigma|^2 over features divided by their standard deviation
(unbiased, with the weights of the images), scikit-learn C sum(w_i loss_i) + 1/2 |W|^2. They are equal with
C = 1 / (regularisation sum(w_i)) and features divided beforehand; balanced weights add up to the number of images.
Bias and, where a feature is constant, weights are determined up to what does not change a probability: the mean of
the bias is 0, those weights are 0.
"""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

IMAGES = 400
CASES = {"strong": (0.1, None), "middle": (0.01, None), "weak": (0.001, None), "balanced": (0.01, "balanced")}


def learn(x: np.ndarray, y: np.ndarray, regularisation: float, weighting: str | None):
    counts = np.bincount(y)
    w = np.ones(len(x)) if weighting is None else len(x) / len(counts) / counts[y]
    mean = np.average(x, axis=0, weights=w)
    sigma = np.sqrt(w @ (x - mean) ** 2 / (w.sum() - (w**2).sum() / w.sum()))
    scale = np.where(sigma > 0, 1 / np.where(sigma > 0, sigma, 1), 0)
    model = LogisticRegression(C=1 / (regularisation * len(x)), tol=1e-10, max_iter=100_000, class_weight=weighting)
    model.fit(x * scale, y)
    return model.coef_ * scale, model.intercept_ - model.intercept_.mean(), model.predict_proba(x * scale)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    # A fifth of the nines, so that weights of classes matter.
    nines = list(np.flatnonzero(digits.target == 9))
    kept = [i for i, digit in enumerate(digits.target) if digit != 9 or nines.index(i) % 5 == 0][:IMAGES]
    x, y = digits.data[kept], digits.target[kept]
    tensors = {"features": x, "labels": y}
    for name, (regularisation, weighting) in CASES.items():
        weights, bias, probabilities = learn(x, y, regularisation, weighting)
        tensors |= {f"{name}.weights": weights, f"{name}.bias": bias, f"{name}.probabilities": probabilities}
        print(f"{name}: accuracy {np.mean(probabilities.argmax(1) == y):.4f}, largest |weight| {abs(weights).max():.4f}")
    print("images per class", np.bincount(y))
    save_file({k: np.ascontiguousarray(v, np.float32) for k, v in tensors.items()}, folder / "probe.safetensors")


if __name__ == "__main__":
    main()
