#!/usr/bin/python3
"""Makes the pictures of this folder and what Pillow and torchvision read from them.

Usage: generate.py SAMPLES, the folder skimage/data of scikit-image 0.25.0
(pip download --no-deps scikit-image==0.25.0, then unzip). The photos used are
chelsea.png (by Stefan van der Walt, CC0) and rocket.jpg (SpaceX, CC0).

Made with Debian 12's Pillow 9.4.0, torchvision 0.14.1, libjpeg-turbo 2.1.5.

  NAME.jpg, .png, .webp   encoded pictures
  expected/NAME.ppm       what Pillow decodes, upright, as RGB
  decoding.json           which picture gives which pixels
  resizing.json           checksums of Pillow's Image.resize at many sizes
  preprocessing.json      samples of torchvision's pipelines
"""

import ctypes
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch
import torchvision.transforms as T
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
SAMPLES = pathlib.Path(sys.argv[1])
(HERE / "expected").mkdir(exist_ok=True)
decoding = []


def photo(name, box, size):
    return Image.open(SAMPLES / name).convert("RGB").crop(box).resize(size, Image.Resampling.BICUBIC)


# Odd sides, so that blocks and chroma samples are cut at the edges.
CAT = photo("chelsea.png", (60, 20, 366, 256), (61, 47))
ROCKET = photo("rocket.jpg", (170, 60, 470, 330), (59, 53))


def write_expected(name, image):
    (HERE / "expected" / f"{name}.ppm").write_bytes(
        b"P6\n%d %d\n255\n" % image.size + image.convert("RGB").tobytes())


def add(file, data, expected=None):
    """Stores a picture; its pixels are Pillow's, or else those of another golden."""
    (HERE / file).write_bytes(data)
    if expected is None:
        expected = file.replace(".", "-")
        write_expected(expected, ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    decoding.append({"file": file, "expected": f"{expected}.ppm"})


def encoded(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def segment(marker, payload):
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def exif(orientation, order):
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def jpegs():
    add("baseline-420.jpg", encoded(CAT, "JPEG", quality=85, subsampling=2))
    add("baseline-422.jpg", encoded(ROCKET, "JPEG", quality=80, subsampling=1))
    add("baseline-444.jpg", encoded(CAT, "JPEG", quality=85, subsampling=0))
    add("progressive.jpg", encoded(ROCKET, "JPEG", quality=85, progressive=True))
    add("grey.jpg", encoded(CAT.convert("L"), "JPEG", quality=85))
    add("restart.jpg", turbo(CAT, 0, 2, restart=True))
    cmyk = Image.merge("CMYK", [*CAT.convert("CMYK").split()[:3], ROCKET.convert("L").resize(CAT.size)])
    add("cmyk.jpg", encoded(cmyk, "JPEG", quality=85))
    add("ycck.jpg", turbo(cmyk, 11, 2))
    # The Adobe marker with transform 0 declares three components to be RGB, if no JFIF marker comes before it.
    plain = encoded(CAT, "JPEG", quality=90, subsampling=0)
    jfif_length = struct.unpack(">H", plain[4:6])[0]
    adobe = segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0))
    add("adobe-rgb.jpg", plain[:2] + adobe + plain[4 + jfif_length:])
    gradient = Image.fromarray(np.fromfunction(
        lambda y, x, c: 16 * y * (c == 0) + 14 * x * (c == 1) + 90 * (c == 2), (12, 16, 3)).astype(np.uint8))
    for orientation in range(1, 9):
        data = exif(orientation, "<" if orientation % 2 else ">")
        add(f"orientation-{orientation}.jpg", encoded(gradient, "JPEG", quality=95, exif=b"Exif\0\0" + data))
    add("orientation-6.png", encoded(gradient, "PNG", exif=exif(6, ">")))
    add("orientation-8.webp", encoded(gradient, "WEBP", lossless=True, exif=exif(8, "<")))
    # Broken metadata leave the picture as stored.
    for name, data in {
        "directory-outside": b"MM\0*\xff\xff\xff\xff",
        "entries-cut-off": b"MM\0*" + struct.pack(">IH", 8, 65535),
        "orientation-nine": exif(9, ">"),
        "nothing": b"",
    }.items():
        plain = encoded(gradient, "JPEG", quality=95)
        add(f"exif-{name}.jpg", plain[:2] + segment(0xE1, b"Exif\0\0" + data) + plain[2:], "orientation-1-jpg")


def turbo(image, pixel_format, subsampling, restart=False):
    """TurboJPEG by ctypes: it writes YCCK from CMYK (format 11) and, asked by the environment, restart markers."""
    import os
    os.environ["TJ_RESTART"] = "2B" if restart else ""
    library = ctypes.CDLL("libturbojpeg.so.0")
    library.tjInitCompress.restype = ctypes.c_void_p
    pixels = np.asarray(image)
    if image.mode == "CMYK":
        pixels = 255 - pixels
    output, size = ctypes.c_void_p(), ctypes.c_ulong()
    status = library.tjCompress2(
        ctypes.c_void_p(library.tjInitCompress()), pixels.tobytes(), image.width, 0, image.height, pixel_format,
        ctypes.byref(output), ctypes.byref(size), subsampling, 85, 0)
    assert status == 0
    return ctypes.string_at(output, size.value)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, depth, colour, interlaced=False, chunks=b"", surplus=0):
    """A PNG of unfiltered rows, for what Pillow cannot write. Samples: height x width x channels, integers.

    Behind the rows its image data have as many more bytes as `surplus` says."""
    height, width, channels = samples.shape
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, dx, dy in passes if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        for row in part if part.size else []:
            flat = row.reshape(-1)
            if depth == 16:
                packed = flat.astype(">u2").tobytes()
            else:
                bits = ((flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
                packed = np.packbits(bits.reshape(-1)).tobytes()
            rows += b"\0" + packed
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(rows + bytes(surplus), 9))
            + chunk(b"IEND", b""))


def pngs():
    small = CAT.resize((31, 23), Image.Resampling.BICUBIC)
    rgb = np.asarray(small).astype(int)
    grey = np.asarray(small.convert("L")).astype(int)[:, :, None]
    ramp = np.add.outer(np.arange(23) * 8, np.arange(31) * 2)[:, :, None]
    add("rgb.png", encoded(small, "PNG"))
    add("rgb-interlaced.png", png(rgb, 8, 2, interlaced=True), "rgb-png")
    add("rgb-16-bit.png", png(rgb << 8 | 200, 16, 2), "rgb-png")
    add("rgba.png", encoded(Image.fromarray(np.dstack([rgb, ramp]).astype(np.uint8)), "PNG"), "rgb-png")
    add("rgba-16-bit-interlaced.png", png(np.dstack([rgb, ramp]) << 8 | 77, 16, 6, interlaced=True), "rgb-png")
    add("rgb-transparent-colour.png", png(rgb, 8, 2, chunks=chunk(b"tRNS", struct.pack(">HHH", *rgb[0, 0]))),
        "rgb-png")
    add("rgb-gamma.png", png(rgb, 8, 2, chunks=chunk(b"gAMA", struct.pack(">I", 100000))), "rgb-png")
    add("grey.png", encoded(small.convert("L"), "PNG"))
    # Of 16-bit grey the high byte counts; Pillow would clip at 255.
    add("grey-16-bit.png", png(grey << 8 | 150, 16, 0), "grey-png")
    add("grey-alpha.png", encoded(Image.fromarray(np.dstack([grey, ramp]).astype(np.uint8), "LA"), "PNG"), "grey-png")
    add("grey-alpha-16-bit.png", png(np.dstack([grey, ramp]) << 8, 16, 4), "grey-png")
    for depth in (1, 2, 4):
        add(f"grey-{depth}-bit.png", png(grey >> (8 - depth), depth, 0, interlaced=depth == 2))
    palette = small.quantize(16)
    add("palette.png", encoded(palette, "PNG"))
    add("palette-transparency.png", encoded(palette, "PNG", transparency=bytes(range(0, 256, 16))), "palette-png")
    colours = chunk(b"PLTE", bytes(palette.getpalette()[:48]))
    add("palette-8-bit-interlaced.png",
        png(np.asarray(palette).astype(int)[:, :, None], 8, 3, interlaced=True, chunks=colours), "palette-png")
    (HERE / "surplus.png").write_bytes(png(rgb, 8, 2, surplus=16 << 20))
    (HERE / "surplus-interlaced.png").write_bytes(png(rgb[:1, :2], 8, 2, interlaced=True, surplus=16 << 20))


def webps():
    alpha = Image.fromarray(np.dstack([np.asarray(CAT), np.add.outer(np.arange(47) * 4, np.arange(61))]).astype("u1"))
    add("lossy.webp", encoded(CAT, "WEBP", quality=80))
    add("lossless.webp", encoded(ROCKET.resize((31, 23)), "WEBP", lossless=True))
    add("lossy-alpha.webp", encoded(alpha, "WEBP", quality=70))
    add("lossless-alpha.webp", encoded(alpha.resize((31, 23)), "WEBP", lossless=True, exact=True))
    (HERE / "animated.webp").write_bytes(encoded(CAT, "WEBP", save_all=True, append_images=[CAT.rotate(90)]))


def resizes():
    """Checksums of whole results: sizes up, down, to one pixel, of one axis only."""
    source = Image.open(HERE / "photo.jpg").convert("RGB")
    cases = []
    for filter in ("bilinear", "bicubic"):
        for size in [(224, 224), (384, 256), (256, 170), (240, 160), (100, 67), (97, 160), (240, 31), (33, 300),
                     (32, 32), (28, 28), (7, 5), (1, 1), (300, 1), (1, 300), (241, 161), (239, 159), (500, 400)]:
            result = source.resize(size, getattr(Image.Resampling, filter.upper()))
            cases.append({"interpolation": filter, "width": size[0], "height": size[1],
                          "crc32": zlib.crc32(result.tobytes())})
            if (filter, size) in [("bicubic", (100, 67)), ("bilinear", (97, 160))]:
                result.save(HERE / "expected" / f"resized-{filter}-{size[0]}x{size[1]}.png", optimize=True)
    (HERE / "resizing.json").write_text(json.dumps(cases, indent=1) + "\n")


def pipelines():
    """Each entry: a model.json preprocessing, and every 997th float of each crop that torchvision gives."""
    imagenet = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    numbers = dict(scale=1 / 255, **imagenet)
    tensor = [T.ToTensor(), T.Normalize(**imagenet)]
    ten = T.Lambda(lambda crops: torch.stack([tensor[1](tensor[0](crop)) for crop in crops]))
    bicubic = T.InterpolationMode.BICUBIC
    lite = T.Lambda(lambda image: (torch.from_numpy(np.array(image)).permute(2, 0, 1).float() - 127) / 128)
    grey = [T.Grayscale(), T.Resize(32), T.CenterCrop(28), T.ToTensor(), T.Normalize([0.1307], [0.3081])]
    flip = T.Lambda(lambda planes: planes.flip(0))
    cases = [
        ("photo.jpg", dict(resize={"shorter_side": 256}, crop={"center": 224}, **numbers),
         [T.Resize(256), T.CenterCrop(224), *tensor]),
        ("photo.jpg", dict(resize={"shorter_side": 233}, crop={"center": 224}, interpolation="bicubic", **numbers),
         [T.Resize(233, bicubic), T.CenterCrop(224), *tensor]),
        ("orientation-6.jpg", dict(resize={"shorter_side": 64}, crop={"center": 57}, **numbers),
         [T.Resize(64), T.CenterCrop(57), *tensor]),
        ("photo.jpg", dict(resize={"shorter_side": 256}, crop={"center": 224}, interpolation="bicubic", scale=1,
                           mean=[127] * 3, std=[128] * 3),
         [T.Resize(256, bicubic), T.CenterCrop(224), lite]),
        ("photo.jpg", dict(resize={"stretch": {"width": 100, "height": 80}}, **numbers),
         [T.Resize((80, 100)), *tensor]),
        ("photo.jpg", dict(crop={"center": {"width": 251, "height": 96}}, **numbers),
         [T.CenterCrop((96, 251)), *tensor]),
        ("photo.jpg", dict(resize={"shorter_side": 120}, crop={"center": 224}, **numbers),
         [T.Resize(120), T.CenterCrop(224), *tensor]),
        ("photo.jpg", dict(resize={"shorter_side": 125}, crop={"ten": 112}, **numbers),
         [T.Resize(125), T.TenCrop(112), ten]),
        ("photo.jpg", dict(resize={"shorter_side": 32}, crop={"center": 28}, channel_order="grey", scale=1 / 255,
                           mean=[0.1307], std=[0.3081]), grey),
        ("photo.jpg", dict(resize={"shorter_side": 64}, crop={"center": 63}, channel_order="bgr", scale=1 / 255,
                           mean=imagenet["mean"][::-1], std=imagenet["std"][::-1]),
         [T.Resize(64), T.CenterCrop(63), *tensor, flip]),
    ]
    goldens = []
    for file, preprocessing, steps in cases:
        image = ImageOps.exif_transpose(Image.open(HERE / file)).convert("RGB")
        values = T.Compose(steps)(image).reshape(-1)
        goldens.append({"file": file, "preprocessing": preprocessing, "count": values.numel(),
                        "sum": round(values.double().sum().item(), 2),
                        "every997th": [round(v, 6) for v in values[::997].tolist()]})
    (HERE / "preprocessing.json").write_text(json.dumps(goldens) + "\n")


def main():
    photo("chelsea.png", (0, 0, 451, 300), (240, 160)).save(HERE / "photo.jpg", quality=90)
    jpegs()
    pngs()
    webps()
    resizes()
    pipelines()
    (HERE / "decoding.json").write_text(json.dumps(decoding, indent=1) + "\n")


main()
