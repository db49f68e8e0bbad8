#!/usr/bin/env python3
"""Writes shapes.json and logits/*.f32, the references for the networks in Sources/Architectures.

Needs PyTorch and torchvision (made with 1.13 and 0.14, Debian 12: python3-torch, python3-torchvision). Run it from
anywhere: `python3 Tests/Goldens/architectures/generate.py`. Names of networks after it limit the work to those.

shapes.json, per network:
  input       shape of one sample
  parameters  sum over .parameters(), so without batch normalisation's statistics
  macs        multiply-accumulates of convolutions and fully connected layers, counted in forward hooks
  layers      "name CxHxW" of every leaf module in order of execution, stochastic depth left out, which serving does not
              know and nor do our builders. A module that runs n times appears as name1,
              name2, ..., name: our builders name the ReLUs of a residual block so.
logits/NAME.f32: little-endian float32 outputs for the weights and the input of seeded.py, batch 1, evaluation mode,
computed in double precision from the float32 weights and rounded once.
"""

import json
import pathlib
import sys

import torch
import torch.nn as nn
import torchvision.models as tv
from torchvision.ops import StochasticDepth

import references
import seeded

HERE = pathlib.Path(__file__).parent

NETWORKS = {
    "lenet5": (references.lenet5, (1, 32, 32)),
    "lenet5-relu": (references.lenet5_relu, (1, 32, 32)),
    "alexnet": (tv.alexnet, (3, 224, 224)),
    "alexnet-original": (references.alexnet_original, (3, 227, 227)),
    "zfnet": (references.zfnet, (3, 224, 224)),
    **{f"vgg{d}{bn}": (getattr(tv, f"vgg{d}{bn}"), (3, 224, 224)) for bn in ("", "_bn") for d in (11, 13, 16, 19)},
    "googlenet": (lambda: tv.googlenet(aux_logits=False, init_weights=False), (3, 224, 224)),
    "googlenet-original": (references.googlenet_original, (3, 224, 224)),
    **{f"resnet{d}": (getattr(tv, f"resnet{d}"), (3, 224, 224)) for d in (18, 34, 50, 101, 152)},
    "resnet50-original": (lambda: references.resnet_original([3, 4, 6, 3]), (3, 224, 224)),
    "resnet101-original": (lambda: references.resnet_original([3, 4, 23, 3]), (3, 224, 224)),
    "resnet152-original": (lambda: references.resnet_original([3, 8, 36, 3]), (3, 224, 224)),
    "plain18": (lambda: references.plain([2, 2, 2, 2]), (3, 224, 224)),
    "plain34": (lambda: references.plain([3, 4, 6, 3]), (3, 224, 224)),
    **{f"resnet{d}": ((lambda d: lambda: references.cifar_resnet(d))(d), (3, 32, 32)) for d in (20, 32, 44, 56, 110)},
    **{f"plain{d}": ((lambda d: lambda: references.cifar_resnet(d, references.PlainBlock))(d), (3, 32, 32))
       for d in (20, 56)},
    "inception_v3": (lambda: tv.inception_v3(aux_logits=False, init_weights=False), (3, 299, 299)),
    "squeezenet1_1": (tv.squeezenet1_1, (3, 224, 224)),
    **{name: (getattr(tv, name), (3, 224, 224)) for name in (
        "wide_resnet50_2", "densenet121", "resnext50_32x4d", "mobilenet_v2", "shufflenet_v2_x1_0", "mnasnet1_0",
        "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0", "regnet_y_400mf")},
    "efficientnet-lite0": (references.efficientnet_lite0, (3, 224, 224)),
    "resnet8": (references.ResNet8, (3, 32, 32)),
}


class Recorder:
    """Collects, in order of execution, every leaf module's name, output shape and multiply-accumulates."""

    def __init__(self, model):
        self.calls, self.macs = [], 0
        for name, module in model.named_modules():
            if not list(module.children()) and not isinstance(module, StochasticDepth):
                module.register_forward_hook(self.hook(name))

    def hook(self, name):
        def record(module, inputs, output):
            self.calls.append((name, tuple(output.shape[1:])))
            if isinstance(module, nn.Conv2d):
                kernel = module.kernel_size[0] * module.kernel_size[1]
                self.macs += output.numel() * module.in_channels // module.groups * kernel
            if isinstance(module, nn.Linear):
                self.macs += output.numel() * module.in_features
        return record

    def layers(self):
        total, seen, rows = {}, {}, []
        for name, _ in self.calls:
            total[name] = total.get(name, 0) + 1
        for name, shape in self.calls:
            seen[name] = seen.get(name, 0) + 1
            suffix = "" if seen[name] == total[name] else str(seen[name])
            rows.append(f"{name}{suffix} " + "x".join(map(str, shape)))
        return rows


def seed(model):
    state = model.state_dict()
    for name, value in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(seeded.tensor(name, tuple(value.shape)))
    model.load_state_dict(state)


def reference(build, shape):
    model = build().eval()
    seed(model)
    recorder = Recorder(model)
    with torch.no_grad():
        logits = model.double()(torch.from_numpy(seeded.network_input((1, *shape))).double())
    entry = {
        "input": list(shape),
        "parameters": sum(p.numel() for p in model.parameters()),
        "macs": recorder.macs,
        "layers": recorder.layers(),
    }
    return entry, logits[0].float().numpy()


def main():
    (HERE / "logits").mkdir(exist_ok=True)
    names = sys.argv[1:] or list(NETWORKS)
    entries = json.loads((HERE / "shapes.json").read_text()) if sys.argv[1:] else {}
    for name in names:
        build, shape = NETWORKS[name]
        entries[name], logits = reference(build, shape)
        (HERE / "logits" / f"{name}.f32").write_bytes(logits.astype("<f4").tobytes())
        print(f"{name:20} {entries[name]['parameters']:>12,} {entries[name]['macs']:>15,} {logits.std():>9.4g} "
              f"{abs(logits).max():.4g}")
    rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in
                      ((name, entries[name]) for name in NETWORKS if name in entries))
    (HERE / "shapes.json").write_text("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
