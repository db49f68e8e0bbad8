#!/usr/bin/env python3
"""What a job beside them costs those who classify.

    Benchmarks/adaptation/beside_a_job.py PHOTOS [--model efficientnet-lite0] [--results FILE]

Starts `convserve serve` with a jobs directory on the loopback, uploads the folder PHOTOS, and measures clients that each send
an image when the last is answered: in turns without a job, and while a job with fine-tuning runs. Needs nothing but Python.

Asked for: a 99th percentile at most 1.25 times as long with a job. The ratios are medians over the pairs.
"""

import argparse
import http.client
import io
import itertools
import json
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import beside  # noqa: E402
import overload  # noqa: E402


def call(port, method, path, body=None, kind="application/json"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, {"Content-Type": kind} if body is not None else {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    if answer.status >= 400:
        raise RuntimeError(data.decode())
    return json.loads(data) if data else None


def upload(port, photos):
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        archive.add(photos, arcname="photos")
    return call(port, "POST", "/v1/datasets", memory.getvalue(), "application/x-tar")["id"]


def start_job(port, dataset, base, number):
    request = {"kind": "adapt", "dataset": dataset, "base": base, "name": f"job-{number}", "fine_tune": True}
    job = call(port, "POST", "/v1/jobs", json.dumps(request))["id"]
    while call(port, "GET", f"/v1/jobs/{job}")["state"] != "running":
        time.sleep(0.1)
    return job


def end_job(port, job):
    """Whether it ran until now."""
    state = call(port, "GET", f"/v1/jobs/{job}")["state"]
    if state not in ("succeeded", "failed"):
        call(port, "POST", f"/v1/jobs/{job}/cancel", b"")
        while call(port, "GET", f"/v1/jobs/{job}")["state"] != "cancelled":
            time.sleep(0.1)
    return state not in ("succeeded", "failed")


def measure(port, arguments):
    dataset = upload(port, arguments.photos)
    numbers = itertools.count()

    def beside_job(port, classified):
        job = start_job(port, dataset, arguments.model, next(numbers))
        figures = classified()
        if not end_job(port, job):
            raise SystemExit("the job was over before the measurement: give more photos")
        return figures

    return beside.measure(port, arguments, beside_job)


def report(arguments, pairs):
    print(f"{arguments.clients} clients, {arguments.model}; medians of {len(pairs)} pairs of {arguments.seconds} s each\n")
    print("| figure | no job | a job | ratio | ratios of the pairs |")
    print("| --- | ---: | ---: | ---: | --- |")
    for key, name in beside.FIGURES:
        line = beside.medians(pairs)[key]
        ratios = " ".join(f"{pair['with'][key] / pair['without'][key]:.2f}" for pair in pairs)
        print(f"| {name} | {line['without']:.2f} | {line['with']:.2f} | {line['ratio']:.2f} | {ratios} |")


def run(arguments, folder):
    models = folder / "models"
    models.mkdir()
    os.symlink(arguments.repository.resolve() / arguments.model, models / arguments.model)
    os.environ["CONVSERVE_JOBS_DIRECTORY"] = str(folder / "jobs")
    server = argparse.Namespace(
        convserve=arguments.convserve, models=models, model=arguments.model, queue_capacity=128)
    with overload.server(server) as port:
        pairs = measure(port, arguments)
    report(arguments, pairs)
    if arguments.results:
        pathlib.Path(arguments.results).write_text(json.dumps(pairs, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--convserve", default=overload.ROOT / ".build/release/convserve")
    parser.add_argument("--repository", default=overload.ROOT / "models", type=pathlib.Path)
    parser.add_argument("--model", default="efficientnet-lite0")
    parser.add_argument("--image", default=overload.ROOT / "Tests/Goldens/images/photo.jpg", type=pathlib.Path)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="beside-a-job-"))
    try:
        run(arguments, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
