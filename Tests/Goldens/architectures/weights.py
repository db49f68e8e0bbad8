#!/usr/bin/env python3
"""Writes weights.json: what torchvision says of the IMAGENET1K_V1 weights of each network that it has.

Per network: address, enumeration, preprocessing (shorter side, crop, interpolation, mean and deviation of the pixels as the
network in the end sees them) and errors in percent. Run it as generate.py.
"""

import json
import pathlib
from decimal import Decimal

import torchvision.models as tv

import generate

TRANSFORMED = ("googlenet", "inception_v3")


def pixels(name, transforms):
    """Mean and deviation, after `transform_input` where the weights come with it: x (std / 0.5) + (mean - 0.5) / 0.5."""
    if name not in TRANSFORMED:
        return transforms.mean, transforms.std
    scales = [std / 0.5 for std in transforms.std]
    offsets = [(mean - 0.5) / 0.5 for mean in transforms.mean]
    # (((p - mean) / std) scale + offset) = (p - (mean - offset std / scale)) / (std / scale)
    stds = [std / scale for std, scale in zip(transforms.std, scales)]
    return [mean - offset * std for mean, offset, std in zip(transforms.mean, offsets, stds)], stds


def entry(name):
    weights = tv.get_model_weights(name).IMAGENET1K_V1
    transforms, metrics = weights.transforms(), weights.meta["_metrics"]["ImageNet-1K"]
    mean, std = pixels(name, transforms)
    return {
        "url": weights.url, "enumeration": str(weights),
        "resize": transforms.resize_size[0], "crop": transforms.crop_size[0],
        "interpolation": transforms.interpolation.value,
        "mean": [round(v, 6) for v in mean], "std": [round(v, 6) for v in std],
        "top1_error": float(100 - Decimal(str(metrics["acc@1"]))),
        "top5_error": float(100 - Decimal(str(metrics["acc@5"]))),
        "parameters": weights.meta["num_params"],
    }


def main():
    known = set(tv.list_models())
    rows = {name: entry(name) for name in generate.NETWORKS if name in known}
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in rows.items())
    (pathlib.Path(__file__).parent / "weights.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
