"""What the clients of one server did and saw, to be compared with what the server says of itself."""

import collections
import time

# Failures that are written out; the others are only counted.
SHOWN = 40


class Ledger:
    def __init__(self, name):
        self.name = name
        self.began = time.monotonic()
        # Answers read to their end, by status.
        self.answers = collections.Counter()
        # Classifications that good clients got, and pictures in them, by (operation, model). Bad clients use none of
        # these pairs, so that the server's counts of them must be the same.
        self.classifications = collections.Counter()
        self.images = collections.Counter()
        # Requests whose clients left before the answer; the server may have answered them or not.
        self.unread = 0
        self.opened = 0
        # Connections that their clients tore down; the server may have missed some altogether.
        self.torn = 0
        # What the server showed over TLS.
        self.certificates = set()
        self.kinds = collections.Counter()
        self.failure_count = 0

    def fail(self, what):
        self.failure_count += 1
        if self.failure_count <= SHOWN:
            print(f"  FAILED {self.name} at {time.monotonic() - self.began:.0f} s: {what}", flush=True)

    def differences(self, metrics, good_operations):
        """What the server's metrics say that the clients did not see; nothing, if all is well.

        `good_operations` are the (operation, model) of `classifications`.
        """
        yield from self._classifications(metrics, good_operations)
        yield from self._answers(metrics)
        yield from self._leftovers(metrics)

    def _classifications(self, metrics, good_operations):
        for operation, model in good_operations:
            counted = metrics.by("convserve_requests_total", "status", route=operation, model=model)
            wanted = {"200": self.classifications[operation, model]}
            if {status: count for status, count in counted.items() if count} != wanted:
                yield f"{operation} of {model}: the server counted {counted}, its clients {wanted}"
        for model, images in self._images_by_good_clients_alone(good_operations):
            counted = metrics.sum("convserve_image_total_seconds_count", model=model)
            if counted != images:
                yield f"images of {model}: the server counted {counted:.0f}, its clients {images}"

    def _images_by_good_clients_alone(self, good_operations):
        for operation, model in good_operations:
            if operation == "classifyWithModel":
                yield model, self.images[operation, model]

    def _answers(self, metrics):
        by_status = metrics.by("convserve_requests_total", "status")
        answered = sum(count for status, count in by_status.items() if status != "499")
        seen = sum(self.answers.values())
        if not seen <= answered <= seen + self.unread:
            yield f"the server answered {answered:.0f}, its clients read {seen} and did not wait for {self.unread} more"
        for status, read in self.answers.items():
            counted = by_status.get(str(status), 0)
            if counted < read:
                yield f"clients read {read} answers of {status}, the server counted {counted:.0f}"
        for status in ("500", "502", "503", "504"):
            if by_status.get(status):
                yield f"the server answered {status} {by_status[status]:.0f} times"
        accepted = metrics.sum("convserve_connections_accepted_total")
        if not self.opened - self.torn <= accepted <= self.opened:
            yield f"the server accepted {accepted:.0f} connections, its clients opened {self.opened}, tore {self.torn}"

    @staticmethod
    def _leftovers(metrics):
        # The connection that asks for the metrics is one.
        for name, wanted in [
            ("convserve_connections_open", 1), ("convserve_connections_refused_total", 0),
            ("convserve_queue_admitted", 0), ("convserve_queue_length", 0), ("convserve_requests_rejected_total", 0),
            ("convserve_requests_expired_total", 0),
        ]:
            if metrics.sum(name) != wanted:
                yield f"{name} is {metrics.sum(name):.0f}, not {wanted}"
