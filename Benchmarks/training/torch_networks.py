"""The networks of the training benchmark in PyTorch, without torchvision, whose wheels want a torch of their own.

The same layers as Sources/Architectures has, in the order of computing; names do not matter here.
"""

from torch import nn
from torch.nn import functional


def make(name, channels, classes):
    """The network for images of `channels`; any extent that its layers can take."""
    return NETWORKS[name](channels, classes)


def lenet5(channels, classes):
    return lenet(channels, classes, nn.Tanh, nn.AvgPool2d)


def lenet5_relu(channels, classes):
    return lenet(channels, classes, nn.ReLU, nn.MaxPool2d)


def lenet(channels, classes, activation, pooling):
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5), activation(), pooling(2), nn.Conv2d(6, 16, 5), activation(), pooling(2),
        nn.Conv2d(16, 120, 5), activation(), nn.Flatten(), nn.Linear(120, 84), activation(), nn.Linear(84, classes))


def lenet5_28(channels, classes):
    """LeNet-5 for 28 x 28: the first convolution pads what the paper's images bring along."""
    network = lenet5(channels, classes)
    network[0].padding = (2, 2)
    return network


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, shortcut):
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = shortcut

    def forward(self, x):
        return functional.relu(self.residual(x) + self.shortcut(x), inplace=True)


class PaddedShortcut(nn.Module):
    """Every second row and column, and channels of zeros: He et al. 2015, option A."""

    def __init__(self, added, stride):
        super().__init__()
        self.added, self.stride = added // 2, stride

    def forward(self, x):
        if self.stride == 1:
            return x
        return functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.added, self.added))


def resnet20(channels, classes):
    layers = [nn.Conv2d(channels, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    inputs = 16
    for outputs in (16, 32, 64):
        for _ in range(3):
            stride = 1 if outputs == inputs else 2
            layers.append(ResidualBlock(inputs, outputs, stride, PaddedShortcut(outputs - inputs, stride)))
            inputs = outputs
    return nn.Sequential(*layers, *head(inputs, classes))


def resnet18(channels, classes):
    layers = [
        nn.Conv2d(channels, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for outputs in (64, 128, 256, 512):
        for _ in range(2):
            stride = 1 if outputs == inputs else 2
            shortcut = nn.Identity() if stride == 1 else nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            layers.append(ResidualBlock(inputs, outputs, stride, shortcut))
            inputs = outputs
    return nn.Sequential(*layers, *head(inputs, classes))


def head(features, classes):
    return nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, classes)


class SamePadding(nn.Module):
    """TensorFlow's SAME: the odd row and column after the map."""

    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        pads = []
        for extent in (x.shape[3], x.shape[2]):
            total = max((-(-extent // self.stride) - 1) * self.stride + self.kernel - extent, 0)
            pads += [total // 2, total - total // 2]
        return functional.pad(x, pads) if any(pads) else x


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion, is_same, epsilon):
        super().__init__()
        wide = inputs * expansion
        layers = unit(inputs, wide, 1, 1, 1, False, epsilon) if expansion != 1 else []
        layers += unit(wide, wide, kernel, stride, wide, is_same, epsilon)
        layers += [nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs, epsilon)]
        self.residual = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return self.residual(x) + x if self.adds else self.residual(x)


def unit(inputs, outputs, kernel, stride, groups, is_same, epsilon):
    pads = [SamePadding(kernel, stride)] if is_same and stride != 1 else []
    padding = 0 if pads else kernel // 2
    return pads + [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, epsilon), nn.ReLU6(inplace=True)]


# Kernel, blocks, output channels, stride, expansion.
MOBILENET_V2 = [
    (3, 1, 16, 1, 1), (3, 2, 24, 2, 6), (3, 3, 32, 2, 6), (3, 4, 64, 2, 6), (3, 3, 96, 1, 6), (3, 3, 160, 2, 6),
    (3, 1, 320, 1, 6)]
EFFICIENTNET_LITE0 = [
    (3, 1, 16, 1, 1), (3, 2, 24, 2, 6), (5, 2, 40, 2, 6), (3, 3, 80, 2, 6), (5, 3, 112, 1, 6), (5, 4, 192, 2, 6),
    (3, 1, 320, 1, 6)]


def mobile(rows, channels, classes, is_same, epsilon):
    layers, inputs = unit(channels, 32, 3, 2, 1, is_same, epsilon), 32
    for kernel, blocks, outputs, stride, expansion in rows:
        for index in range(blocks):
            layers.append(
                InvertedResidual(inputs, outputs, kernel, stride if index == 0 else 1, expansion, is_same, epsilon))
            inputs = outputs
    layers += unit(inputs, 1280, 1, 1, 1, False, epsilon)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, classes))


def mobilenet_v2(channels, classes):
    return mobile(MOBILENET_V2, channels, classes, is_same=False, epsilon=1e-5)


def efficientnet_lite0(channels, classes):
    return mobile(EFFICIENTNET_LITE0, channels, classes, is_same=True, epsilon=1e-3)


NETWORKS = {
    "lenet5": lenet5, "lenet5-28": lenet5_28, "lenet5-relu": lenet5_relu, "resnet20": resnet20, "resnet18": resnet18,
    "mobilenet_v2": mobilenet_v2, "efficientnet-lite0": efficientnet_lite0}
