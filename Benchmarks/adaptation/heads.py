#!/usr/bin/env python3
"""Heads of `convserve adapt` beside scikit-learn's LogisticRegressionCV on the same features and the same split.

    Benchmarks/adaptation/heads.py FOLDER... [--base efficientnet-lite0] [--seeds 5]

Each FOLDER holds class folders (make_folders.py makes three). With few photos both are judged by the same folds: each fold by
heads that were chosen and fitted on the others. Needs NumPy and scikit-learn.
"""

import argparse
import pathlib
import warnings

import numpy
from sklearn.linear_model import LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adapting import Run, label


def scikit(features, learned, tested):
    """Images that scikit-learn's head classifies rightly."""
    model = make_pipeline(StandardScaler(), LogisticRegressionCV(cv=5, max_iter=5000))
    model.fit(numpy.array([features[name] for name in learned]), [label(name) for name in learned])
    predicted = model.predict(numpy.array([features[name] for name in tested]))
    return sum(label(name) == guess for name, guess in zip(tested, predicted))


def compare(folder, base, seed):
    with Run(folder, base, "--seed", seed) as run:
        split, features, report = run.split(), run.features(), run.report
        if split["test"]:
            right, count = scikit(features, split["training"] + split["validation"], split["test"]), len(split["test"])
        else:
            folds = split["folds"]
            parts = [(sum((other for other in folds if other is not fold), []), fold) for fold in folds]
            right, count = sum(scikit(features, learned, fold) for learned, fold in parts), sum(map(len, folds))
        return report, right / count, run.seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--base", default="efficientnet-lite0")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| folder | images | tested by | ours % | 95 % interval of seed 0 | scikit-learn % | difference | calibration error | seconds |")
    print("| --- | ---: | --- | ---: | --- | ---: | ---: | ---: | ---: |")
    for folder in arguments.folders:
        runs = [compare(folder, arguments.base, seed) for seed in range(arguments.seeds)]
        report = runs[0][0]
        ours = numpy.mean([run[0]["accuracy"] for run in runs]) * 100
        theirs = numpy.mean([run[1] for run in runs]) * 100
        low, high = (100 * end for end in report["accuracy_interval"])
        within = sum(run[0]["calibration_error"] <= run[0]["calibration"]["perfect_error_quantile_95"] for run in runs)
        print(
            f"| {folder.name} | {report['images']['used']} | {report['evaluation']} | {ours:.1f} | {low:.0f} to {high:.0f} "
            f"| {theirs:.1f} | {ours - theirs:+.1f} | within chance {within} of {len(runs)} "
            f"| {numpy.median([run[2] for run in runs]):.1f} |", flush=True)


if __name__ == "__main__":
    main()
