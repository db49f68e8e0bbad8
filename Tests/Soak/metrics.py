"""Prometheus' text format, as much of it as the soak needs."""

import collections
import re

_SAMPLE = re.compile(r'(?m)^([a-z_]+)(?:\{(.*)\})? ([^ \n]+)$')
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def _is_counter(name):
    return name.endswith(("_total", "_count", "_sum", "_bucket"))


class Metrics:
    def __init__(self, text):
        self.samples = [
            (name, dict(_LABEL.findall(labels)), float(value)) for name, labels, value in _SAMPLE.findall(text)]

    def since(self, earlier):
        """The same, but for counters that go on from what they were then."""
        before = {(name, *sorted(labels.items())): value for name, labels, value in earlier.samples}
        self.samples = [
            (name, labels, value - before.get((name, *sorted(labels.items())), 0) if _is_counter(name) else value)
            for name, labels, value in self.samples]
        return self

    def by(self, name, label, **wanted):
        """Sums of the series with the wanted labels, by the value of one label."""
        sums = collections.Counter()
        for found, labels, value in self.samples:
            if found == name and wanted.items() <= labels.items():
                sums[labels.get(label, "")] += value
        return sums

    def sum(self, name, **wanted):
        return sum(self.by(name, "", **wanted).values())
