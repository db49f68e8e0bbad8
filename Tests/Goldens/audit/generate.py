#!/usr/bin/env python3
"""Makes what the tests of the audit compare with.

Usage: generate.py SAMPLES, the folder skimage/data of scikit-image 0.25.0 or later (pip download --no-deps scikit-image,
then unzip), with Pillow, scikit-learn and cleanlab installed. Made with Pillow 13.0.0, scikit-learn 1.9.1, cleanlab 2.9.0.
The photos are chelsea.png (by Stefan van der Walt, CC0), coffee.png (by Rachel Michetti, CC0), astronaut.png and
rocket.jpg (SpaceX, CC0).

  NAME.jpg                photos of 240 pixels' width
  NAME-VARIANT.*          chelsea and coffee encoded anew, resized, cropped or brightened by Pillow
  mirrored.jpg, *.png     pictures that resemble another one, and are not the same
  measures.json           NumPy's figures for each photo
  labels.json             handwritten digits with flipped labels: out-of-fold probabilities of scikit-learn's
                          LogisticRegression, and what cleanlab says of them
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from PIL import Image, ImageDraw, ImageEnhance, ImageOps
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

HERE = pathlib.Path(__file__).parent
SAMPLES = pathlib.Path(sys.argv[1])


def save(image, name, quality=80):
    options = {"optimize": True} if name.endswith(".png") else {"quality": quality}
    image.save(HERE / name, **options)


def shrunk(name):
    image = Image.open(SAMPLES / name).convert("RGB")
    return image.resize((240, round(240 * image.height / image.width)), Image.Resampling.LANCZOS)


def cropped(image, left, top, right, bottom):
    width, height = image.size
    return image.crop((round(width * left), round(height * top), round(width * (1 - right)), round(height * (1 - bottom))))


def resized(image, factor):
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BICUBIC)


photos = {stem: shrunk(name) for stem, name in (
    ("chelsea", "chelsea.png"), ("coffee", "coffee.png"), ("astronaut", "astronaut.png"), ("rocket", "rocket.jpg"))}
for stem, image in photos.items():
    save(image, f"{stem}.jpg")
for stem in ("chelsea", "coffee"):
    image = photos[stem]
    save(image, f"{stem}-quality-50.jpg", quality=50)
    save(image, f"{stem}-webp.webp", quality=75)
    save(resized(image, 0.4), f"{stem}-two-fifths.png")
    save(resized(image, 2), f"{stem}-double.jpg", quality=50)
    save(cropped(image, 0.05, 0.05, 0.05, 0.05), f"{stem}-margins.jpg")
    save(cropped(image, 0.05, 0, 0, 0.05), f"{stem}-corner.jpg")
    save(resized(cropped(image, 0.05, 0.05, 0.05, 0.05), 0.6), f"{stem}-margins-small.jpg", quality=60)
    save(ImageEnhance.Brightness(image).enhance(1.1), f"{stem}-brighter.jpg")

save(ImageOps.mirror(photos["chelsea"]), "mirrored.jpg")


def apple(colour, has_leaf):
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((30, 45, 130, 145), fill=colour, outline="black", width=3)
    draw.line((80, 50, 88, 18), fill="saddlebrown", width=6)
    if has_leaf:
        draw.ellipse((86, 14, 126, 38), fill="green", outline="black", width=2)
    return image


save(apple("red", True), "apple.png")
save(apple("limegreen", True), "apple-green.png")
save(apple("red", False), "apple-bare.png")


def measures(name):
    """Of the pixels as they are: none of these is so large that it would be made smaller first."""
    pixels = np.asarray(Image.open(HERE / name).convert("RGB"), dtype=np.float64)
    luma = pixels @ [0.299, 0.587, 0.114]
    laplacian = luma[1:-1, :-2] + luma[1:-1, 2:] + luma[:-2, 1:-1] + luma[2:, 1:-1] - 4 * luma[1:-1, 1:-1]
    rows, columns = laplacian.shape
    parts = [laplacian[rows * i // 4:rows * (i + 1) // 4, columns * j // 4:columns * (j + 1) // 4].var()
             for i in range(4) for j in range(4)]
    return {"width": pixels.shape[1], "height": pixels.shape[0], "brightness": luma.mean() / 255,
            "contrast": luma.std() / 255, "highlights": np.quantile(luma, 0.99) / 255,
            "shadows": np.quantile(luma, 0.05) / 255, "sharpness": max(parts),
            "sha256": hashlib.sha256((HERE / name).read_bytes()).hexdigest()}


(HERE / "measures.json").write_text(json.dumps(
    {name: measures(name) for name in ("chelsea.jpg", "coffee.jpg", "rocket.jpg", "apple.png")}, indent=1) + "\n")

generator = np.random.default_rng(5)
samples, truth = load_digits(return_X_y=True)
chosen = generator.permutation(len(truth))[:300]
samples, truth = samples[chosen] / 16, truth[chosen]
flipped = sorted(int(index) for index in generator.permutation(len(truth))[:15])
labels = truth.copy()
for index in flipped:
    labels[index] = (truth[index] + generator.integers(1, 10)) % 10
probabilities = np.round(cross_val_predict(
    LogisticRegression(max_iter=500), samples, labels, cv=StratifiedKFold(5, shuffle=True, random_state=0),
    method="predict_proba"), 4)
scores = get_label_quality_scores(labels, probabilities, method="normalized_margin")
issues = find_label_issues(labels, probabilities, filter_by="confident_learning")
(HERE / "labels.json").write_text(json.dumps({
    "labels": labels.tolist(), "truth": truth.tolist(), "flipped": flipped, "probabilities": probabilities.tolist(),
    "normalized_margin": [round(float(score), 6) for score in scores],
    "confident_learning": np.flatnonzero(issues).tolist()}, separators=(",", ":")) + "\n")
