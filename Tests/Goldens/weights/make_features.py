"""What the last layer of ResNet-8 takes, computed by PyTorch: resnet8_cifar10.features.npy (4 x 64).

The network is written down once more here, from its description (MLPerf Tiny, image classification), with PyTorch's own
operators. Its logits have to be those that ONNX Runtime gave, which this script makes sure of before it writes.

    python3 make_features.py
"""

import pathlib

import numpy
import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).parent
NAME = "resnet8_cifar10"


def convolution(x, weights, name, stride=1):
    """Padded as TensorFlow's "same": what is odd goes to the right and below."""
    kernel = weights[f"{name}.weight"].shape[-1]
    total = max(kernel - stride, 0) if x.shape[-1] % stride == 0 else max(kernel - x.shape[-1] % stride, 0)
    before, after = total // 2, total - total // 2
    x = F.pad(x, (before, after, before, after))
    return F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], stride)


def normalisation(x, weights, name):
    parts = (weights[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, *parts, eps=1e-3)


def features(x, weights):
    x = F.relu(normalisation(convolution(x, weights, "conv0"), weights, "bn0"))
    convolutions, norms = iter(range(1, 9)), iter(range(1, 7))
    for stride in (1, 2, 2):
        first, second = next(convolutions), next(convolutions)
        y = F.relu(normalisation(convolution(x, weights, f"conv{first}", stride), weights, f"bn{next(norms)}"))
        y = normalisation(convolution(y, weights, f"conv{second}"), weights, f"bn{next(norms)}")
        x = F.relu(y + (x if stride == 1 else convolution(x, weights, f"conv{next(convolutions)}", stride)))
    return x.mean((2, 3))


def main():
    weights = torch.load(FOLDER / f"{NAME}_zip.pth")
    made = features(torch.from_numpy(numpy.load(FOLDER / f"{NAME}.input.npy")), weights)
    logits = F.linear(made, weights["fc.weight"], weights["fc.bias"]).numpy()
    worst = numpy.abs(logits - numpy.load(FOLDER / f"{NAME}.logits.npy")).max()
    assert worst < 1e-4, f"the logits are off by {worst}"
    numpy.save(FOLDER / f"{NAME}.features.npy", made.numpy())
    print(f"features {made.shape}, greatest {made.max():.3f}; logits within {worst:.1e} of ONNX Runtime's")


if __name__ == "__main__":
    with torch.no_grad():
        main()
