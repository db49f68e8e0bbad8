"""Plain PyTorch modules for the networks that torchvision does not have, with the parameter names of our builders.

Written from the papers, independently of the Swift builders.
"""

import math
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


def sequential(*layers):
    return nn.Sequential(OrderedDict(layers))


def lenet5():
    return sequential(
        ("c1", nn.Conv2d(1, 6, 5)), ("tanh1", nn.Tanh()), ("s2", nn.AvgPool2d(2)),
        ("c3", nn.Conv2d(6, 16, 5)), ("tanh3", nn.Tanh()), ("s4", nn.AvgPool2d(2)),
        ("c5", nn.Conv2d(16, 120, 5)), ("tanh5", nn.Tanh()), ("flatten", nn.Flatten()),
        ("f6", nn.Linear(120, 84)), ("tanh6", nn.Tanh()), ("output", nn.Linear(84, 10)))


def lenet5_relu():
    return sequential(
        ("c1", nn.Conv2d(1, 6, 5)), ("relu1", nn.ReLU()), ("s2", nn.MaxPool2d(2)),
        ("c3", nn.Conv2d(6, 16, 5)), ("relu3", nn.ReLU()), ("s4", nn.MaxPool2d(2)),
        ("c5", nn.Conv2d(16, 120, 5)), ("relu5", nn.ReLU()), ("flatten", nn.Flatten()),
        ("f6", nn.Linear(120, 84)), ("relu6", nn.ReLU()), ("output", nn.Linear(84, 10)))


def alexnet_head(features):
    return [
        ("flatten", nn.Flatten()),
        ("fc6", nn.Linear(features, 4096)), ("relu6", nn.ReLU()), ("drop6", nn.Dropout()),
        ("fc7", nn.Linear(4096, 4096)), ("relu7", nn.ReLU()), ("drop7", nn.Dropout()),
        ("fc8", nn.Linear(4096, 1000))]


def paper_lrn():
    # The paper multiplies the plain sum by 1e-4; PyTorch divides by the size, 5.
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


def alexnet_original():
    return sequential(
        ("conv1", nn.Conv2d(3, 96, 11, stride=4)), ("relu1", nn.ReLU()),
        ("norm1", paper_lrn()), ("pool1", nn.MaxPool2d(3, 2)),
        ("conv2", nn.Conv2d(96, 256, 5, padding=2, groups=2)), ("relu2", nn.ReLU()),
        ("norm2", paper_lrn()), ("pool2", nn.MaxPool2d(3, 2)),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), ("relu3", nn.ReLU()),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1, groups=2)), ("relu4", nn.ReLU()),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1, groups=2)), ("relu5", nn.ReLU()),
        ("pool5", nn.MaxPool2d(3, 2)), *alexnet_head(256 * 6 * 6))


def zfnet():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return sequential(
        ("conv1", nn.Conv2d(3, 96, 7, stride=2, padding=1)), ("relu1", nn.ReLU()),
        ("pool1", pool()), ("norm1", paper_lrn()),
        ("conv2", nn.Conv2d(96, 256, 5, stride=2)), ("relu2", nn.ReLU()),
        ("pool2", pool()), ("norm2", paper_lrn()),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), ("relu3", nn.ReLU()),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1)), ("relu4", nn.ReLU()),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1)), ("relu5", nn.ReLU()),
        ("pool5", pool()), *alexnet_head(256 * 6 * 6))


class Unit(nn.Sequential):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__(OrderedDict(
            conv=nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2), relu=nn.ReLU()))


class PaperInception(nn.Module):
    def __init__(self, inputs, n1, r3, n3, r5, n5, pool):
        super().__init__()
        self.branch1 = Unit(inputs, n1, 1)
        self.branch2 = nn.Sequential(Unit(inputs, r3, 1), Unit(r3, n3, 3))
        self.branch3 = nn.Sequential(Unit(inputs, r5, 1), Unit(r5, n5, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), Unit(inputs, pool, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


def googlenet_original():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    def norm():
        return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)

    return sequential(
        ("conv1", Unit(3, 64, 7, 2)), ("maxpool1", pool()), ("norm1", norm()),
        ("conv2", Unit(64, 64, 1)), ("conv3", Unit(64, 192, 3)), ("norm2", norm()), ("maxpool2", pool()),
        ("inception3a", PaperInception(192, 64, 96, 128, 16, 32, 32)),
        ("inception3b", PaperInception(256, 128, 128, 192, 32, 96, 64)),
        ("maxpool3", pool()),
        ("inception4a", PaperInception(480, 192, 96, 208, 16, 48, 64)),
        ("inception4b", PaperInception(512, 160, 112, 224, 24, 64, 64)),
        ("inception4c", PaperInception(512, 128, 128, 256, 24, 64, 64)),
        ("inception4d", PaperInception(512, 112, 144, 288, 32, 64, 64)),
        ("inception4e", PaperInception(528, 256, 160, 320, 32, 128, 128)),
        ("maxpool4", pool()),
        ("inception5a", PaperInception(832, 256, 160, 320, 32, 128, 128)),
        ("inception5b", PaperInception(832, 384, 192, 384, 48, 128, 128)),
        ("avgpool", nn.AvgPool2d(7, 1)), ("flatten", nn.Flatten()), ("dropout", nn.Dropout(0.4)),
        ("fc", nn.Linear(1024, 1000)))


class StrideFirstBottleneck(Bottleneck):
    """The paper's block: torchvision's with the stride moved from the 3x3 to the first 1x1."""

    def __init__(self, inplanes, planes, stride=1, *args, **kwargs):
        super().__init__(inplanes, planes, stride, *args, **kwargs)
        self.conv1.stride, self.conv2.stride = (stride, stride), (1, 1)


class PlainBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, *_, **__):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x):
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))


def resnet_original(blocks):
    return ResNet(StrideFirstBottleneck, blocks)


def plain(blocks):
    return ResNet(PlainBlock, blocks)


class CIFARBlock(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.added, self.stride = (filters - inputs) // 2, stride

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        # Option A: every second row and column, zeros for the new channels.
        shortcut = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.added, self.added))
        return self.relu(out + shortcut)


def cifar_resnet(depth, block=CIFARBlock):
    def layer(inputs, filters, stride):
        blocks = [block(inputs if i == 0 else filters, filters, stride if i == 0 else 1)
                  for i in range((depth - 2) // 6)]
        return nn.Sequential(*blocks)

    return sequential(
        ("conv1", nn.Conv2d(3, 16, 3, padding=1, bias=False)), ("bn1", nn.BatchNorm2d(16)), ("relu", nn.ReLU()),
        ("layer1", layer(16, 16, 1)), ("layer2", layer(16, 32, 2)), ("layer3", layer(32, 64, 2)),
        ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.Linear(64, 10)))


class SameConv2d(nn.Conv2d):
    """TensorFlow's SAME: the odd row and column of padding after the map."""

    def forward(self, x):
        pads = []
        for size, kernel, stride in zip(reversed(x.shape[2:]), reversed(self.kernel_size), reversed(self.stride)):
            total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, self.bias, self.stride, 0, 1, self.groups)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        if expansion != 1:
            self._expand_conv = SameConv2d(inputs, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, eps=1e-3)
            self._relu0 = nn.ReLU6()
        self._depthwise_conv = SameConv2d(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, eps=1e-3)
        self._relu1 = nn.ReLU6()
        self._project_conv = SameConv2d(wide, outputs, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outputs, eps=1e-3)
        self.expands, self.adds = expansion != 1, stride == 1 and inputs == outputs

    def forward(self, x):
        out = self._relu0(self._bn0(self._expand_conv(x))) if self.expands else x
        out = self._relu1(self._bn1(self._depthwise_conv(out)))
        out = self._bn2(self._project_conv(out))
        return out + x if self.adds else out


def efficientnet_lite0():
    blocks, inputs = [], 32
    for count, kernel, stride, expansion, outputs in [
            (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
            (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]:
        for index in range(count):
            blocks.append(InvertedResidual(inputs, outputs, kernel, stride if index == 0 else 1, expansion))
            inputs = outputs
    return sequential(
        ("_conv_stem", SameConv2d(3, 32, 3, 2, bias=False)), ("_bn0", nn.BatchNorm2d(32, eps=1e-3)),
        ("_relu0", nn.ReLU6()), ("_blocks", nn.Sequential(*blocks)),
        ("_conv_head", SameConv2d(320, 1280, 1, bias=False)), ("_bn1", nn.BatchNorm2d(1280, eps=1e-3)),
        ("_relu1", nn.ReLU6()), ("_avg_pooling", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()),
        ("_dropout", nn.Dropout(0.2)), ("_fc", nn.Linear(1280, 1000)))


class ResNet8(nn.Module):
    """After the operators of the benchmark's ONNX export, in its order."""

    def __init__(self):
        super().__init__()
        shapes = [(3, 16, 3, 1), (16, 16, 3, 1), (16, 16, 3, 1), (16, 32, 3, 2), (32, 32, 3, 1), (16, 32, 1, 2),
                  (32, 64, 3, 2), (64, 64, 3, 1), (32, 64, 1, 2)]
        for index, (inputs, outputs, kernel, stride) in enumerate(shapes):
            self.add_module(f"conv{index}", SameConv2d(inputs, outputs, kernel, stride))
        for index, channels in enumerate([16, 16, 16, 32, 32, 64, 64]):
            self.add_module(f"bn{index}", nn.BatchNorm2d(channels, eps=1e-3))
        self.avgpool, self.flatten, self.fc = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn0(self.conv0(x)))
        x = F.relu(x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        x = F.relu(self.conv5(x) + self.bn4(self.conv4(F.relu(self.bn3(self.conv3(x))))))
        x = F.relu(self.conv8(x) + self.bn6(self.conv7(F.relu(self.bn5(self.conv6(x))))))
        return self.fc(self.flatten(self.avgpool(x)))
