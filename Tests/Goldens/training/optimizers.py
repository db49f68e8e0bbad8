#!/usr/bin/env python3
"""Writes optimizers.json: ten steps of PyTorch's optimisers, and learning rates of its schedules.

Needs PyTorch (made with 1.13, Debian 12: python3-torch). Run it from anywhere:
`python3 Tests/Goldens/training/optimizers.py`.

Two tensors are moved, a matrix of 5 x 4 ("weight") and a vector of 5 ("bias"), in double precision. Gradients do not come
from a loss, but are fixed: value i of step s is sin(1 + i + 7 s) * (1 + s / 4), so that directions and lengths change.
"""

import json
import math
import pathlib

import torch
from torch.optim import lr_scheduler

HERE = pathlib.Path(__file__).parent
STEPS = 10
RATE = 0.05


def start():
    weight = torch.tensor([math.cos(0.7 * i) for i in range(20)], dtype=torch.float64).reshape(5, 4)
    bias = torch.tensor([0.1 * i - 0.2 for i in range(5)], dtype=torch.float64)
    return [torch.nn.Parameter(weight), torch.nn.Parameter(bias)]


def gradient(step, offset, shape):
    count = math.prod(shape)
    values = [math.sin(1 + offset + i + 7 * step) * (1 + step / 4) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def run(make, spares_bias=False, decay=0.0, clip=None):
    weight, bias = start()
    groups = [{"params": [weight], "weight_decay": decay},
              {"params": [bias], "weight_decay": 0.0 if spares_bias else decay}]
    optimizer = make(groups)
    trajectory = []
    for step in range(STEPS):
        weight.grad = gradient(step, 0, (5, 4))
        bias.grad = gradient(step, 20, (5,))
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([weight, bias], clip)
        optimizer.step()
        trajectory.append(torch.cat([weight.detach().flatten(), bias.detach()]).tolist())
    return trajectory


def optimizers():
    sgd, adam, adamw, rmsprop = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop
    cases = [
        # name, settings of ours, PyTorch's optimiser
        ("sgd", {}, lambda p: sgd(p, RATE)),
        ("sgd", {"decay": 0.1}, lambda p: sgd(p, RATE)),
        ("sgd", {"decay": 0.1, "spares": True}, lambda p: sgd(p, RATE)),
        ("sgd", {"clip": 0.5}, lambda p: sgd(p, RATE)),
        ("momentum", {"momentum": 0.9}, lambda p: sgd(p, RATE, momentum=0.9)),
        ("momentum", {"momentum": 0.5, "decay": 0.1}, lambda p: sgd(p, RATE, momentum=0.5)),
        ("nesterov", {"momentum": 0.9}, lambda p: sgd(p, RATE, momentum=0.9, nesterov=True)),
        ("nesterov", {"momentum": 0.8, "decay": 0.1, "spares": True, "clip": 2.0},
         lambda p: sgd(p, RATE, momentum=0.8, nesterov=True)),
        ("rmsprop", {}, lambda p: rmsprop(p, RATE)),
        ("rmsprop", {"momentum": 0.9, "decay": 0.1}, lambda p: rmsprop(p, RATE, momentum=0.9)),
        ("adam", {}, lambda p: adam(p, RATE)),
        ("adam", {"decay": 0.1, "spares": True}, lambda p: adam(p, RATE)),
        ("adamw", {}, lambda p: adamw(p, RATE)),
        ("adamw", {"decay": 0.1}, lambda p: adamw(p, RATE)),
        ("adamw", {"decay": 0.1, "clip": 0.5}, lambda p: adamw(p, RATE)),
    ]
    rows = []
    for name, settings, make in cases:
        trajectory = run(make, settings.get("spares", False), settings.get("decay", 0.0), settings.get("clip"))
        rows.append({
            "name": name, "rate": RATE, "momentum": settings.get("momentum", 0.0), "decay": settings.get("decay", 0.0),
            "spares": settings.get("spares", False), "clip": settings.get("clip"),
            # The last step, and the first values of each.
            "last": [round(v, 12) for v in trajectory[-1]], "first": [round(row[0], 12) for row in trajectory],
            "bias": [round(row[20], 12) for row in trajectory]})
    return rows


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
    scheduler = make(optimizer)
    values = []
    for step in range(steps):
        values.append(round(optimizer.param_groups[0]["lr"], 12))
        optimizer.step()
        # One cycle refuses to be asked for more steps than it has.
        if step < steps - 1:
            scheduler.step()
    return values


def warmed(optimizer, warm_up, main):
    first = lr_scheduler.LinearLR(optimizer, 1 / (warm_up + 1), 1.0, total_iters=warm_up)
    return lr_scheduler.SequentialLR(optimizer, [first, main(optimizer)], milestones=[warm_up])


def schedules():
    cases = [
        ("constant", 12, 0, lambda o: lr_scheduler.LambdaLR(o, lambda _: 1.0)),
        ("step", 12, 0, lambda o: lr_scheduler.MultiStepLR(o, [6, 9], 0.1)),
        ("step:0.5,0.25,0.75", 12, 0, lambda o: lr_scheduler.MultiStepLR(o, [3, 9], 0.5)),
        ("exponential", 10, 0, lambda o: lr_scheduler.ExponentialLR(o, 0.01 ** (1 / 10))),
        ("cosine", 12, 0, lambda o: lr_scheduler.CosineAnnealingLR(o, 12)),
        ("cosine:0.1", 12, 0, lambda o: lr_scheduler.CosineAnnealingLR(o, 12, eta_min=0.1)),
        ("linear", 12, 0, lambda o: lr_scheduler.LinearLR(o, 1.0, 0.0, total_iters=12)),
        ("linear:0.2", 12, 0, lambda o: lr_scheduler.LinearLR(o, 1.0, 0.2, total_iters=12)),
        ("one-cycle", 20, 0, lambda o: lr_scheduler.OneCycleLR(
            o, 1.0, total_steps=20, anneal_strategy="linear", cycle_momentum=False)),
        ("one-cycle:0.5", 20, 0, lambda o: lr_scheduler.OneCycleLR(
            o, 1.0, total_steps=20, pct_start=0.5, anneal_strategy="linear", cycle_momentum=False)),
        ("cosine", 16, 4, lambda o: lr_scheduler.CosineAnnealingLR(o, 12)),
        ("linear", 16, 4, lambda o: lr_scheduler.LinearLR(o, 1.0, 0.0, total_iters=12)),
        ("inverse-square-root", 20, 4, lambda o: lr_scheduler.LambdaLR(o, lambda t: (4 / (t + 4)) ** 0.5)),
        ("inverse-square-root:0.1", 20, 0, lambda o: lr_scheduler.LambdaLR(o, lambda t: (1 + t / 2) ** -0.5)),
    ]
    rows = []
    for text, steps, warm_up, make in cases:
        build = (lambda o: warmed(o, warm_up, make)) if warm_up else make
        rows.append({"text": text, "steps": steps, "warm_up": warm_up, "rates": rates(build, steps)})
    return rows


def main():
    def lines(rows):
        return ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)

    (HERE / "optimizers.json").write_text(
        '{"optimizers": [\n' + lines(optimizers()) + '\n], "schedules": [\n' + lines(schedules()) + "\n]}\n")


if __name__ == "__main__":
    main()
