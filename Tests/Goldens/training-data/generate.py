#!/usr/bin/python3
"""Makes what NumPy, torchvision and Pillow give for the data that networks are trained with.

Made with Debian 12's NumPy 1.24.2, torchvision 0.14.1, Pillow 9.4.0. Run it without arguments.

  random.json           words of numpy.random.Philox
  augmentations.json    an image, and what torchvision's functional forms make of it
  choices.json          what torchvision's random transforms choose, their random numbers being those of Philox
  pipelines.json        whole chains of transforms, as normalised floats

Random numbers are those that Sources/Training/Random defines: Philox with the counter (index / 4, sample, epoch, view)
and the key (seed, stream). torchvision's own generator is replaced by them, its code is not.
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image
from torchvision.transforms import InterpolationMode

HERE = pathlib.Path(__file__).parent
STREAMS = {"flip": 16, "shift": 17, "resized-crop": 18, "rotate": 19, "colour-jitter": 20, "erase": 21}
MASK = (1 << 64) - 1


class Numbers:
    """Random numbers of one use, by counter."""

    def __init__(self, stream, seed=0, epoch=0, sample=0, view=0):
        counter = (sample << 64) | (epoch << 128) | (view << 192)
        # NumPy counts up before it gives its first block.
        self.philox = np.random.Philox(counter=(counter - 1) % (1 << 256), key=seed | stream << 64)

    def next(self):
        return int(self.philox.random_raw())

    def uniform(self, low=0.0, high=1.0):
        return low + (high - low) * ((self.next() >> 11) * 2.0**-53)

    def below(self, bound):
        """Lemire 2019, algorithm 5."""
        product = self.next() * bound
        if product & MASK < bound:
            rejected = (1 << 64) % bound
            while product & MASK < rejected:
                product = self.next() * bound
        return product >> 64


class Replaced:
    """torch's random functions, with the numbers of `numbers`."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __enter__(self):
        self.kept = torch.rand, torch.randint, torch.Tensor.uniform_
        torch.rand = lambda _: torch.tensor([self.numbers.uniform()], dtype=torch.float64)
        torch.randint = lambda low, high, size: torch.tensor([low + self.numbers.below(high - low)])
        torch.Tensor.uniform_ = lambda _, low, high: torch.tensor(
            [self.numbers.uniform(float(low), float(high))], dtype=torch.float64)

    def __exit__(self, *_):
        torch.rand, torch.randint, torch.Tensor.uniform_ = self.kept


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=None, separators=(",", ":")).replace("},{", "},\n{") + "\n")


def planes(image):
    """As [channels][height][width]."""
    array = np.asarray(image)
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)


PHOTO = Image.open(HERE / "../images/rgb.png").convert("RGB").resize((23, 17), Image.Resampling.BICUBIC)
GREY = PHOTO.convert("L")
SIZE = {"width": 23, "height": 17}


def random_words():
    places = [(0, 1, 0, 0, 0), (1, 1, 0, 0, 0), (MASK, 2, 7, 59_999, 3), (0x0123_4567_89AB_CDEF, 21, 299, 12, 1)]
    return [
        {"seed": str(seed), "stream": stream, "epoch": epoch, "sample": sample, "view": view,
         "words": [str(numbers.next()) for _ in range(9)]}
        for seed, stream, epoch, sample, view in places
        for numbers in [Numbers(stream, seed, epoch, sample, view)]]


def shifted(image, mirrored, x, y, padding):
    if mirrored:
        image = F.hflip(image)
    border = max(abs(x), abs(y))
    if border:
        mode = "reflect" if padding == "reflect" else "constant"
        image = F.pad(image, border, padding_mode=mode)
        image = F.crop(image, border - y, border - x, SIZE["height"], SIZE["width"])
    return image


def augmentations():
    changes = {
        "brightness": (F.adjust_brightness, [0, 0.4, 1, 1.7]), "contrast": (F.adjust_contrast, [0, 0.5, 1.3, 2]),
        "saturation": (F.adjust_saturation, [0, 0.6, 1, 2]), "hue": (F.adjust_hue, [-0.5, -0.21, 0, 0.04, 0.33, 0.5])}
    return {
        "image": {**SIZE, "rgb": text(planes(PHOTO)), "grey": text(planes(GREY))},
        "colours": [
            {"change": name, "amount": amount, "isGrey": image is GREY, "planes": text(planes(change(image, amount)))}
            for name, (change, amounts) in changes.items() for amount in amounts for image in (PHOTO, GREY)],
        "rotations": [
            {"degrees": degrees, "isGrey": image is GREY,
             "planes": text(planes(F.rotate(image, degrees, InterpolationMode.BILINEAR)))}
            for degrees in [0, 7.5, -15, 30.25, 45, 90, -90, 133, 180] for image in (PHOTO, GREY)],
        "shifts": [
            {"isMirrored": mirrored, "x": x, "y": y, "padding": padding,
             "planes": text(planes(shifted(PHOTO, mirrored, x, y, padding)))}
            for mirrored in (False, True) for x, y in [(0, 0), (2, 0), (-3, 1), (0, -16), (16, 16), (5, -4)]
            for padding in ("reflect", "zero")],
        "crops": [
            {"x": x, "y": y, "width": width, "height": height, "outputWidth": size[1], "outputHeight": size[0],
             "planes": text(planes(F.resized_crop(PHOTO, y, x, height, width, size)))}
            for x, y, width, height in [(0, 0, 23, 17), (3, 2, 9, 11), (22, 16, 1, 1), (1, 0, 20, 5)]
            for size in ([8, 8], [32, 24])],
    }


def choices():
    crops, erasings = [], []
    ranges = [((0.08, 1.0), (3 / 4, 4 / 3)), ((0.9, 1.0), (2.0, 4.0)), ((0.3, 0.5), (1.0, 1.0))]
    for scale, ratio in ranges:
        for width, height in [(23, 17), (224, 224), (17, 301)]:
            for sample in range(6):
                with Replaced(Numbers(STREAMS["resized-crop"], 5, 2, sample, 1)):
                    y, x, h, w = T.RandomResizedCrop.get_params(
                        Image.new("L", (width, height)), list(scale), list(ratio))
                crops.append({"scale": scale, "ratio": ratio, "width": width, "height": height, "sample": sample,
                              "region": [x, y, w, h]})
    for area, ratio in [((0.02, 0.33), (0.3, 3.3)), ((0.7, 1.0), (0.5, 2.0)), ((0.0, 0.01), (1.0, 1.0))]:
        for sample in range(16):
            erase = T.RandomErasing(p=0.5, scale=area, ratio=ratio)
            with Replaced(Numbers(STREAMS["erase"], 5, 2, sample, 1)):
                erased = erase(torch.ones(1, SIZE["height"], SIZE["width"]))
            erasings.append({"area": area, "ratio": ratio, "sample": sample,
                             "planes": text(erased.numpy().astype(np.uint8))})
    return {"seed": 5, "epoch": 2, "view": 1, "crops": crops, "erasings": erasings}


def jittered(image, amounts, numbers):
    brightness, contrast, saturation, hue = amounts
    drawn = [numbers.uniform(max(0, 1 - spread), 1 + spread) for spread in (brightness, contrast, saturation)]
    drawn.append(numbers.uniform(-hue, hue))
    order = [0, 1, 2, 3]
    for last in (3, 2, 1):
        other = numbers.below(last + 1)
        order[last], order[other] = order[other], order[last]
    jitter = T.ColorJitter(*amounts)
    # torchvision draws only what is wanted.
    drawn = [amount for amount, spread in zip(drawn, amounts) if spread > 0]
    kept = torch.randperm, torch.Tensor.uniform_
    torch.randperm = lambda _: torch.tensor(order)
    torch.Tensor.uniform_ = lambda *_: torch.tensor([drawn.pop(0)], dtype=torch.float64)
    try:
        return jitter(image)
    finally:
        torch.randperm, torch.Tensor.uniform_ = kept


def pipeline(image, sample, jitter, degrees, flip, shift, padding, erase, mean, std):
    place = dict(seed=77, epoch=4, sample=sample, view=0)
    image = jittered(image, jitter, Numbers(STREAMS["colour-jitter"], **place))
    angle = Numbers(STREAMS["rotate"], **place).uniform(-degrees, degrees)
    image = F.rotate(image, angle, InterpolationMode.BILINEAR)
    mirrored = Numbers(STREAMS["flip"], **place).uniform() < flip
    numbers = Numbers(STREAMS["shift"], **place)
    y = shift - numbers.below(2 * shift + 1)
    x = shift - numbers.below(2 * shift + 1)
    tensor = F.normalize(F.to_tensor(shifted(image, mirrored, x, y, padding)), mean, std)
    with Replaced(Numbers(STREAMS["erase"], **place)):
        return T.RandomErasing(p=erase)(tensor)


def pipelines():
    colour = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    grey = dict(mean=[0.1307], std=[0.3081])
    kinds = [
        ("flip,shift:3,erase:0.7", (0, 0, 0, 0), 0, 0.5, 3, "reflect", 0.7),
        ("colour-jitter:0.4:0.3:0.5:0.1,rotate:25,flip:0.9,shift:4:zero,erase", (0.4, 0.3, 0.5, 0.1), 25, 0.9, 4,
         "zero", 0.5)]
    return [
        {"list": name, "sample": sample, "isGrey": image is GREY, "seed": 77, "epoch": 4, **numbers,
         "values": text(pipeline(image, sample, jitter, degrees, flip, shift, padding, erase, **numbers).numpy())}
        for name, jitter, degrees, flip, shift, padding, erase in kinds
        for image, numbers in ((PHOTO, colour), (GREY, grey)) for sample in range(4)]


write("random.json", random_words())
write("augmentations.json", augmentations())
write("choices.json", choices())
write("pipelines.json", pipelines())
