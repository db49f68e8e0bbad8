"""Softmax cross-entropy: loss_gradients.json. The mean loss of a batch, and its gradient with respect to the logits.

As PyTorch's `cross_entropy` defines it with label smoothing and class weights: the target is (1 - smoothing) of the label
and smoothing / classes of each class; each term is weighted by its class; the sum is divided by the sum of the labels'
weights.
"""

import json
import random

import torch
import torch.nn.functional as F

from operator_gradients import leaf, rounded

# Name, samples, classes, smoothing, whether classes have weights, the greatest magnitude of a logit.
CASES = [
    ("plain", 3, 5, 0.0, False, 3), ("smoothed", 3, 5, 0.1, False, 3), ("weighted", 4, 3, 0.0, True, 3),
    ("smoothed and weighted", 4, 3, 0.2, True, 3), ("two classes", 2, 2, 0.1, False, 3),
    ("17 classes", 5, 17, 0.1, True, 3), ("large logits", 2, 4, 0.0, False, 200), ("all smoothing", 2, 4, 1.0, False, 3)]


def case(name, samples, classes, smoothing, is_weighted, greatest):
    rng = random.Random(name)
    logits = leaf([rng.randint(-100 * greatest, 100 * greatest) / 100 for _ in range(samples * classes)],
                  (samples, classes)).requires_grad_()
    labels = [rng.randrange(classes) for _ in range(samples)]
    weights = leaf([rng.randint(25, 200) / 100 for _ in range(classes)], [classes]) if is_weighted else None
    loss = F.cross_entropy(logits, torch.tensor(labels), weights, label_smoothing=smoothing)
    gradient, = torch.autograd.grad(loss, logits)
    return {
        "name": name, "classes": classes, "label_smoothing": smoothing, "logits": rounded(logits), "labels": labels,
        "class_weights": None if weights is None else rounded(weights), "loss": rounded(loss)[0],
        "gradient": rounded(gradient)}


def write(path):
    lines = ",\n".join(json.dumps(case(*row), separators=(",", ":")) for row in CASES)
    path.write_text("[\n" + lines + "\n]\n")
