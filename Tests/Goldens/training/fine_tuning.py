#!/usr/bin/env python3
"""Fine-tuning by PyTorch: fine_tuning.json. Needs Debian's python3-torch alone.

    /usr/bin/python3 Tests/Goldens/training/fine_tuning.py

A small network of inverted residuals with seeded weights and twelve seeded images. Everything up to `BOUNDARY`, whose map a
residual sum above reads too, keeps its values; batch normalisation keeps its running statistics everywhere. What is above
is trained by SGD with momentum over three epochs of four batches, whose images are drawn once and written down; all in
double precision, and once more in float32 to say how exact that can be. No map is kept here: each step computes the whole
network.
"""

import json
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "architectures"))

import graph  # noqa: E402
import seeded  # noqa: E402
from network_summary import significant, summary  # noqa: E402

SHAPE = (3, 16, 16)
CLASSES = 3
IMAGES = 12
BATCH = 3
EPOCHS = 3
BOUNDARY = "block1.add"
LEARNING_RATE = 0.004
MOMENTUM = 0.9


def network():
    nodes = []

    def add(name, operator, inputs=None, **attributes):
        nodes.append(graph.node(name, operator, inputs or [nodes[-1]["name"] if nodes else graph.INPUT], **attributes))
        return name

    def unit(name, channels, kernel, stride=1, groups=1, activation=True):
        add(f"{name}.conv", "convolution", output_channels=channels, kernel=[kernel] * 2, stride=[stride] * 2,
            padding=[kernel // 2] * 4, dilation=[1, 1], groups=groups, bias=False)
        add(f"{name}.bn", "batch_normalization", epsilon=1e-3)
        return add(f"{name}.relu", "relu6") if activation else f"{name}.bn"

    def block(name, before, channels, wide):
        unit(f"{name}.expand", wide, 1)
        unit(f"{name}.filter", wide, 3, groups=wide)
        after = unit(f"{name}.project", channels, 1, activation=False)
        return add(f"{name}.add", "add", [before, after])

    before = unit("stem", 20, 3, stride=2)
    for number in (1, 2, 3):
        before = block(f"block{number}", before, 20, 40)
    unit("head", 48, 1)
    add("pool", "global_average_pooling")
    add("flatten", "flatten")
    add("fc", "fully_connected", output_features=CLASSES, bias=True)
    return nodes


def tensors(nodes, dtype):
    """Seeded values of every tensor, in the order of the nodes."""
    values, channels = {}, {graph.INPUT: SHAPE[0]}
    for entry in nodes:
        name, a, inside = entry["name"], entry["attributes"], channels[entry["inputs"][0]]
        shapes = {}
        if entry["operator"] == "convolution":
            shapes = {"weight": (a["output_channels"], inside // a["groups"], *a["kernel"])}
        elif entry["operator"] == "batch_normalization":
            shapes = {role: (inside,) for role in ("weight", "bias", "running_mean", "running_var")}
        elif entry["operator"] == "fully_connected":
            shapes = {"weight": (a["output_features"], inside), "bias": (a["output_features"],)}
        channels[name] = a.get("output_channels", inside)
        for role, shape in shapes.items():
            values[f"{name}.{role}"] = torch.from_numpy(seeded.tensor(f"{name}.{role}", shape)).to(dtype)
    return values


def batches():
    generator = torch.Generator().manual_seed(18)
    return [batch.tolist() for _ in range(EPOCHS) for batch in torch.randperm(IMAGES, generator=generator).split(BATCH)]


def fine_tuned(nodes, order, dtype):
    """The loss before each step, and all tensors that are trained as they are in the end."""
    images = torch.from_numpy(seeded.network_input((IMAGES, *SHAPE))).to(dtype)
    labels = torch.arange(IMAGES) % CLASSES
    values = tensors(nodes, dtype)
    place = [entry["name"] for entry in nodes].index(BOUNDARY)
    trained = {
        name: value.requires_grad_() for name, value in values.items() for entry in nodes[place + 1:]
        if name.startswith(entry["name"] + ".") and "running" not in name}
    optimizer = torch.optim.SGD(trained.values(), LEARNING_RATE, MOMENTUM)
    losses = []
    for batch in order:
        optimizer.zero_grad()
        loss = F.cross_entropy(graph.run(nodes, images[batch], values, "running"), labels[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, {name: value.detach().double().numpy() for name, value in trained.items()}


def main():
    torch.set_num_threads(2)
    nodes, order = network(), batches()
    losses, values = fine_tuned(nodes, order, torch.float64)
    single, single_values = fine_tuned(nodes, order, torch.float32)
    error = max(abs(single_values[name] - value).max() / abs(value).max() for name, value in values.items())
    print(f"losses {[round(loss, 4) for loss in losses]}; float32 is off by "
          f"{max(abs(a - b) for a, b in zip(losses, single)):.1e}, its tensors by {error:.1e}")
    golden = {
        "input_shape": list(SHAPE), "classes": CLASSES, "images": IMAGES, "boundary": BOUNDARY,
        "learning_rate": LEARNING_RATE, "momentum": MOMENTUM, "batches": order, "nodes": nodes,
        "losses": [significant(loss) for loss in losses],
        "tensors": {name: summary(name, value) for name, value in values.items()}}
    path = HERE / "fine_tuning.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
