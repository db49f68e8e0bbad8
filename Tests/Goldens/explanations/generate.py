#!/usr/bin/env python3
"""Writes gradcam.json, occlusion.json, activations.json and fields.json: what captum and PyTorch say of networks.

Needs PyTorch, torchvision (made with 1.13 and 0.14, Debian 12: python3-torch, python3-torchvision) and captum 0.8.0 from
PyPI. Run it from anywhere: `python3 Tests/Goldens/explanations/generate.py`. Names of files after it limit the work.

Networks, weights and inputs are those of ../architectures (generate.py, seeded.py); input number i comes from the name
"input i". Everything is computed in double precision from float32 weights and inputs.

gradcam.json, per network: the layers that are asked about, by our names, and for each of 20 inputs and each layer the raw
  map of captum's LayerGradCam for the best class, rows one after the other.
occlusion.json, per network: side and stride of a patch, and for each input the class's probability less that with the patch
  on each place, by a plain loop. Under the patch lies each plane's mean.
activations.json, per network and layer, from forward hooks: 64 values of the first input's output, at (7919 i) mod count.
fields.json, per network: layer, row, column, and the top, left, bottom, right of the smallest rectangle (half-open) that holds
  all pixels with a gradient, in a copy of the network with positive weights and average for maximum pooling.
"""

import json
import pathlib
import random
import sys

import numpy as np
import torch
import torch.nn as nn
from captum.attr import LayerGradCam

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "architectures"))

import generate as architectures  # noqa: E402
import seeded  # noqa: E402

INPUTS = 20

# Our name of a layer, and the module that gives the same: a block's last ReLU is the block.
GRADCAM = {
    "vgg11": [("features.19", "features.19"), ("features.12", "features.12")],
    "resnet18": [("layer4.1.relu", "layer4.1"), ("layer3.1.relu", "layer3.1")],
    "googlenet": [("inception5b.concatenate", "inception5b"), ("inception4c.concatenate", "inception4c")],
    "densenet121": [("relu", "relu"), ("features.transition2.pool", "features.transition2.pool")],
    "mobilenet_v3_small": [("features.12.2", "features.12.2"), ("features.6.block.1.2", "features.6.block.1.2")],
}
OCCLUSION = {"resnet8": (9, 4), "lenet5-relu": (8, 5)}
ACTIVATIONS = ["lenet5-relu", "resnet8", "googlenet", "densenet121", "mobilenet_v3_small", "shufflenet_v2_x1_0"]
FIELDS = ["alexnet", "vgg16", "resnet50", "inception_v3", "densenet121", "mobilenet_v2"]


def network(name):
    build, shape = architectures.NETWORKS[name]
    model = build().eval()
    architectures.seed(model)
    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    if name == "densenet121":
        # Its last ReLU is a function, which captum cannot look at.
        model.relu = nn.ReLU()
        model.forward = lambda x: model.classifier(model.relu(model.features(x)).mean((2, 3)))
    return model.double(), shape


def network_input(shape, number):
    u = seeded.unit(f"input {number}", int(np.prod(shape)))
    values = ((2 * u - 1) * 1.5).astype(np.float32).reshape((1, *shape))
    return torch.from_numpy(values).double()


def rounded(values, digits=9):
    return [float(f"{value:.{digits}g}") for value in np.asarray(values).ravel()]


def gradcam():
    result = {}
    for name, layers in GRADCAM.items():
        model, shape = network(name)
        modules = dict(model.named_modules())
        images = []
        for number in range(INPUTS):
            x = network_input(shape, number)
            index = int(model(x).argmax())
            maps = [LayerGradCam(model, modules[module]).attribute(x, target=index, relu_attributions=True)[0, 0]
                    for _, module in layers]
            images.append({"class": index, "maps": [rounded(m.detach(), 7) for m in maps]})
        result[name] = {"layers": [ours for ours, _ in layers], "images": images}
        print(name, [float(np.max(m)) for m in images[0]["maps"]])
    return result


def occlusion():
    result = {}
    for name, (side, stride) in OCCLUSION.items():
        model, shape = network(name)
        images = []
        for number in range(2):
            x = network_input(shape, number)
            with torch.no_grad():
                index = int(model(x).argmax())
                whole = model(x).softmax(1)[0, index]
                drops = []
                for top in places(shape[1], side, stride):
                    for left in places(shape[2], side, stride):
                        covered = x.clone()
                        covered[:, :, top:top + side, left:left + side] = x.mean((2, 3), keepdim=True)
                        drops.append(float(whole - model(covered).softmax(1)[0, index]))
            images.append({"class": index, "map": rounded(drops)})
        result[name] = {"patch": side, "stride": stride, "images": images}
    return result


def places(extent, side, stride):
    starts = list(range(0, extent - side + 1, stride))
    return starts if starts[-1] == extent - side else starts + [extent - side]


def activations():
    result = {}
    for name in ACTIVATIONS:
        model, shape = network(name)
        outputs = []
        for path, module in model.named_modules():
            if not list(module.children()):
                module.register_forward_hook(lambda m, i, o, path=path: outputs.append((path, o.detach()[0])))
        with torch.no_grad():
            model(network_input(shape, 0))
        maps = [(layer, o) for layer, o in numbered(outputs) if o.dim() == 3]
        chosen = maps[::max(len(maps) // 12, 1)] + [maps[-1]]
        result[name] = {layer: {"shape": list(o.shape),
                                "values": rounded([o.flatten()[7919 * i % o.numel()] for i in range(64)])}
                        for layer, o in chosen}
    return result


def numbered(outputs):
    """A module that runs n times appears as name1, name2, ..., name."""
    total, seen = {}, {}
    for path, _ in outputs:
        total[path] = total.get(path, 0) + 1
    for path, output in outputs:
        seen[path] = seen.get(path, 0) + 1
        yield path + ("" if seen[path] == total[path] else str(seen[path])), output


def positive(model):
    """Every path from input to output has a positive weight, so that no gradient cancels another."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(parent, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode,
                                                   count_include_pad=False))
            if isinstance(child, nn.ReLU6):
                setattr(parent, name, nn.ReLU())
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
        for kind, parameter in module.named_parameters(recurse=False):
            value = 0.01 if kind == "bias" else 1 / max(parameter[0].numel(), 1)
            nn.init.constant_(parameter, value)


def fields():
    result = {}
    for name in FIELDS:
        model, shape = network(name)
        positive(model)
        outputs = []
        hooks = {path: module for path, module in model.named_modules() if not list(module.children())}
        for path, module in hooks.items():
            module.register_forward_hook(lambda m, i, o, path=path: outputs.append((path, o)))
        x = torch.full((1, *shape), 0.5, dtype=torch.float64, requires_grad=True)
        model(x)
        maps = [(layer, o) for layer, o in numbered(outputs) if o.dim() == 4 and o.shape[2] > 1]
        draw = random.Random(name)
        units = []
        for _ in range(50):
            layer, output = draw.choice(maps)
            # As many at an edge as not.
            row, column = (draw.choice([0, n - 1, draw.randrange(n), draw.randrange(n)]) for n in output.shape[2:])
            gradient, = torch.autograd.grad(output[0, :, row, column].sum(), x, retain_graph=True)
            seen = gradient[0].abs().sum(0) > 0
            rows, columns = seen.any(1).nonzero().flatten(), seen.any(0).nonzero().flatten()
            units.append([layer, row, column, int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1])
        result[name] = units
        print(name, units[:2])
    return result


def main():
    for make in (gradcam, occlusion, activations, fields):
        if sys.argv[1:] and make.__name__ not in sys.argv[1:]:
            continue
        rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in make().items())
        (HERE / f"{make.__name__}.json").write_text("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
