#!/usr/bin/env python3
"""Writes heads.json: what scikit-learn and SciPy make of a small data set, for Tests/AdaptationTests.

    python3 -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python heads.py

Features are rounded to three digits, so that every reader has the same ones.
"""

import json
import pathlib

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, log_loss, precision_recall_fscore_support
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import StandardScaler

ROWS, COLUMNS, CLASSES = 60, 7, 3
PENALTIES = [1.0, 0.1, 0.01]


def data(seed, rows):
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, rows)
    centres = np.random.default_rng(5).normal(0, 1, (CLASSES, COLUMNS))
    features = centres[labels] + random.normal(0, 1.2, (rows, COLUMNS)) * np.arange(1, COLUMNS + 1) / 3 + 2
    features[:, 3] = 4.0  # A feature that says nothing.
    return features.round(3), labels


def logistic(features, labels, test, penalty):
    model = LogisticRegression(C=1 / (penalty * len(labels)), tol=1e-10, max_iter=10000).fit(features, labels)
    return model.decision_function(test).tolist()


def ridge(features, labels, test, penalty):
    targets = np.where(labels[:, None] == np.arange(CLASSES), 1.0, -1.0)
    return Ridge(alpha=penalty * len(labels)).fit(features, targets).predict(test).tolist()


def temperature(logits, labels):
    def loss(logarithm):
        scaled = log_softmax(logits / np.exp(logarithm), axis=1)
        return -scaled[np.arange(len(labels)), labels].sum() + 2.0 * logarithm**2

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 6), method="bounded", options={"xatol": 1e-9}).x))


def calibration_error(probabilities, labels):
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    accuracy, mean = calibration_curve(right, confidence, n_bins=10, strategy="uniform")
    counts = np.histogram(confidence, bins=np.linspace(0, 1, 11))[0]
    return float((np.abs(accuracy - mean) * counts[counts > 0]).sum() / len(labels))


def main():
    (features, labels), (test, test_labels) = data(1, ROWS), data(2, 40)
    scaler = StandardScaler().fit(features)
    own, others = scaler.transform(features), scaler.transform(test)
    logits = np.array(logistic(own, labels, others, 0.01)) * 3
    probabilities = softmax(logits, axis=1)
    predicted = probabilities.argmax(axis=1)
    precision, recall, _, counts = precision_recall_fscore_support(test_labels, predicted)
    golden = {
        "features": features.tolist(), "labels": labels.tolist(), "test_features": test.tolist(),
        "test_labels": test_labels.tolist(),
        "logistic": {str(p): logistic(own, labels, others, p) for p in PENALTIES},
        "ridge": {str(p): ridge(own, labels, others, p) for p in PENALTIES},
        "nearest_mean": NearestCentroid().fit(own, labels).predict(others).tolist(),
        "logits": logits.tolist(), "temperature": temperature(logits, test_labels),
        "loss": float(log_loss(test_labels, probabilities)), "macro_f1": float(f1_score(test_labels, predicted, average="macro")),
        "precision": precision.tolist(), "recall": recall.tolist(), "counts": counts.tolist(),
        "calibration_error": calibration_error(probabilities, test_labels),
        "wilson": [
            {"right": right, "count": count, "interval": list(binomtest(right, count).proportion_ci(method="wilson"))}
            for right, count in ((0, 10), (28, 39), (45, 45), (900, 1000))],
    }
    path = pathlib.Path(__file__).with_name("heads.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
