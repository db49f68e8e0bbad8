"""Prometheus' text format, as much of it as the soak needs."""

import collections
import re

_SAMPLE = re.compile(r'(?m)^([a-z_]+)(?:\{(.*)\})? ([^ \n]+)$')
_LABEL = re.compile(r'(\w+)="([^"]*)"')


class Metrics:
    def __init__(self, text):
        self.samples = [
            (name, dict(_LABEL.findall(labels)), float(value)) for name, labels, value in _SAMPLE.findall(text)]

    def by(self, name, label, **wanted):
        """Sums of the series with the wanted labels, by the value of one label."""
        sums = collections.Counter()
        for found, labels, value in self.samples:
            if found == name and wanted.items() <= labels.items():
                sums[labels.get(label, "")] += value
        return sums

    def sum(self, name, **wanted):
        return sum(self.by(name, "", **wanted).values())
