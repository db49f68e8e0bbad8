"""One step of whole networks, and the losses of more: network_gradients.json, a network a line.

Weights and images are those of ../architectures/seeded.py; the batch is one row of seeded values, cut into samples. Batch
normalisation is in training mode with momentum 0.1, dropout is off, the loss is softmax cross-entropy with label smoothing
0.1, the mean of the batch; all in double precision. Of each tensor's gradient, and of running statistics after the step,
there is a summary that is small and sharp: the greatest magnitude, the norm, some values, and the sum of all with signs
that a hash draws. `losses` are those before each step of SGD with momentum on the same batch, and after the last.
"""

import dataclasses
import json
import typing

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision.models as tv

import graph
import references
import seeded
from graph import node
from network_summary import significant, summary

LABELS = [3, 1, 4, 1]
CLASSES = 10
LABEL_SMOOTHING = 0.1
MOMENTUM = 0.9
STEPS = 5
# Gradients are compared relative to a tensor's greatest, or to this share of the greatest of all: some are zero but for
# rounding.
FLOOR = 0.01


def small_densenet():
    return tv.DenseNet(8, (3, 3), 16, num_classes=CLASSES)


def small_googlenet_original():
    """The paper's, with the head of Sources/Architectures: the mean of whatever map is left."""
    model = references.googlenet_original()
    model.avgpool, model.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(1024, CLASSES)
    return model


@dataclasses.dataclass(frozen=True)
class Example:
    """A network that is trained; rates are such that rounding to float32 does not change where the steps lead."""

    name: str
    architecture: str | None
    build: typing.Callable
    shape: tuple
    learning_rate: float
    statistics: str = "batch"
    # Added to each offset of batch normalisation. GoogLeNet with the seeded ones magnifies any rounding ten thousandfold:
    # with more of each map above 0, its ReLUs and poolings change their minds less.
    normalization_offset: float = 0.0


EXAMPLES = [
    Example("resnet20", "resnet20", lambda: references.cifar_resnet(20), (3, 32, 32), 0.01),
    Example("resnet20, frozen statistics", "resnet20", lambda: references.cifar_resnet(20), (3, 32, 32), 1e-4, "running"),
    Example("mobilenet_v3_small", "mobilenet_v3_small", lambda: tv.mobilenet_v3_small(num_classes=CLASSES),
            (3, 64, 64), 0.01),
    Example("densenet of two blocks", None, small_densenet, (3, 32, 32), 0.02),
    Example("googlenet", "googlenet",
            lambda: tv.googlenet(num_classes=CLASSES, aux_logits=False, init_weights=False), (3, 48, 48), 1e-4,
            normalization_offset=2.0),
    Example("googlenet-original", "googlenet-original", small_googlenet_original, (3, 48, 48), 5e-5),
    Example("lenet5", "lenet5", references.lenet5, (1, 32, 32), 0.01),
    Example("lenet5-relu", "lenet5-relu", references.lenet5_relu, (1, 32, 32), 0.01),
]


def densenet_nodes():
    """`small_densenet` as plain data: Swift's architectures have no DenseNet of this size."""
    nodes = []

    def add(name, operator, inputs=None, **attributes):
        nodes.append(node(name, operator, inputs or [nodes[-1]["name"] if nodes else graph.INPUT], **attributes))
        return name

    def convolution(name, channels, kernel, stride=1):
        edge = kernel // 2
        add(name, "convolution", output_channels=channels, kernel=[kernel] * 2, stride=[stride] * 2, padding=[edge] * 4,
            dilation=[1, 1], groups=1, bias=False)

    def normalized(name, number=""):
        add(f"{name}norm{number}", "batch_normalization", epsilon=1e-5)
        return add(f"{name}relu{number}", "relu")

    convolution("features.conv0", 16, 7, 2)
    normalized("features.", 0)
    before = add("features.pool0", "max_pooling", kernel=[3, 3], stride=[2, 2], padding=[1] * 4, dilation=[1, 1],
                 ceil_mode=False)
    for block in (1, 2):
        for layer in (1, 2, 3):
            name = f"features.denseblock{block}.denselayer{layer}."
            normalized(name, 1)
            convolution(f"{name}conv1", 32, 1)
            normalized(name, 2)
            convolution(f"{name}conv2", 8, 3)
            before = add(f"{name}concatenate", "concatenate", [before, f"{name}conv2"], axis=1)
        if block == 1:
            normalized("features.transition1.")
            convolution("features.transition1.conv", 20, 1)
            before = add("features.transition1.pool", "average_pooling", kernel=[2, 2], stride=[2, 2], padding=[0] * 4,
                         ceil_mode=False, count_include_pad=True)
    add("features.norm5", "batch_normalization", epsilon=1e-5)
    add("relu", "relu")
    add("avgpool", "global_average_pooling")
    add("flatten", "flatten")
    add("classifier", "fully_connected", output_features=CLASSES, bias=True)
    return nodes


def prepared(example, dtype):
    model = example.build()
    state = model.state_dict()
    for name, value in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(seeded.tensor(name, tuple(value.shape)))
    model.load_state_dict(state)
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = graph.MOMENTUM
            module.bias.data += example.normalization_offset
            module.train(example.statistics == "batch")
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model.to(dtype)


def loss_of(logits):
    return F.cross_entropy(logits, torch.tensor(LABELS), label_smoothing=LABEL_SMOOTHING)


def one_step(example, images, dtype):
    """The loss, the gradients, and the running statistics thereafter."""
    model = prepared(example, dtype)
    loss = loss_of(model(images.to(dtype)))
    loss.backward()
    gradients = {name: parameter.grad.double().numpy() for name, parameter in model.named_parameters()}
    running = {name: value.double().numpy() for name, value in model.named_buffers() if "running" in name}
    return loss.item(), gradients, running


def some_losses(example, images, dtype):
    model = prepared(example, dtype)
    optimizer = torch.optim.SGD(model.parameters(), example.learning_rate, MOMENTUM)
    losses = []
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = loss_of(model(images.to(dtype)))
        losses.append(loss.item())
        if step < STEPS:
            loss.backward()
            optimizer.step()
    return losses


def farthest(single, double):
    """How far float32 is off at most: what to expect of an engine."""
    floor = FLOOR * max(abs(value).max() for value in double.values())
    return max(abs(single[name] - value).max() / max(abs(value).max(), floor) for name, value in double.items())


def case(example):
    torch.manual_seed(0)
    images = torch.from_numpy(seeded.network_input((len(LABELS), *example.shape)))
    loss, gradients, running = one_step(example, images, torch.float64)
    off = farthest(one_step(example, images, torch.float32)[1], gradients)
    losses, single = (some_losses(example, images, dtype) for dtype in (torch.float64, torch.float32))
    print(f"{example.name}: float32's gradients are off by {off:.1e}, its losses by "
          f"{max(abs(a - b) for a, b in zip(losses, single)):.1e}; losses {[round(value, 4) for value in losses]}")
    nodes = {} if example.architecture else {"nodes": checked_nodes(example, images, loss)}
    return {
        "name": example.name, "architecture": example.architecture, **nodes, "statistics": example.statistics,
        "normalization_offset": example.normalization_offset, "input_shape": list(example.shape), "classes": CLASSES,
        "labels": LABELS, "label_smoothing": LABEL_SMOOTHING, "loss": significant(loss),
        "learning_rate": example.learning_rate, "momentum": MOMENTUM,
        "losses": [significant(value) for value in losses], "torch_float32_error": float(f"{off:.2g}"),
        "gradients": {key: summary(key, value) for key, value in gradients.items()},
        # Frozen ones do not move.
        "running_statistics": {} if example.statistics == "running" else {
            key: summary(key, value) for key, value in running.items()}}


def checked_nodes(example, images, loss):
    """The nodes, which must give torchvision's loss."""
    nodes = densenet_nodes()
    tensors = {name: value.detach() for name, value in prepared(example, torch.float64).state_dict().items()}
    assert abs(loss_of(graph.run(nodes, images.double(), tensors)).item() - loss) < 1e-9
    return nodes


def write(path):
    lines = ",\n".join(json.dumps(case(example), separators=(",", ":")) for example in EXAMPLES)
    path.write_text("[\n" + lines + "\n]\n")
