"""requests.table against h11's server side, an independent reading of RFC 9112."""

import re
import unittest

import h11

from support import ROOT
# What h11 refuses and the RFC does not.
ACCEPTED = [
    "an empty request line within limits",  # RFC 9112 section 2.2 asks servers to pass over at least one.
    "nothing is answered behind a close",  # Section 9.6: what follows is not processed; the first answer stands.
    "blanks before an extension",  # BWS of section 7.1.1, which recipients must parse (RFC 9110 section 5.6.3).
]


def rows():
    for line in (ROOT / "Tests/HTTPTestSupport/requests.table").read_text().splitlines():
        if line and not line.startswith("#"):
            _, name, text, answers, _ = line.split(" | ")
            text = text.replace("{host}", r"Host: a\r\n")
            text = re.sub(r"\{([^{}]+)\*(\d+)\}", lambda match: match[1] * int(match[2]), text)
            escapes = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
            data = re.sub(
                rb"\\(x[0-9A-F]{2}|.)",
                lambda match: bytes.fromhex(match[1][1:].decode()) if match[1][:1] == b"x" else escapes[match[1].decode()],
                text.encode())
            yield name, data, answers.split()


def is_taken_by_h11(data):
    """Whether h11, as a server, finds nothing wrong with these bytes."""
    machine = h11.Connection(h11.SERVER)
    machine.receive_data(data)
    try:
        while True:
            event = machine.next_event()
            if event is h11.NEED_DATA:
                return True
            if event is h11.PAUSED:
                if machine.our_state is h11.MUST_CLOSE:
                    return True
                if machine.our_state is h11.SEND_RESPONSE:
                    machine.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
                    machine.send(h11.EndOfMessage())
                if h11.DONE not in (machine.our_state, machine.their_state) or machine.their_state is h11.MUST_CLOSE:
                    return True
                machine.start_next_cycle()
    except h11.RemoteProtocolError:
        return False


class TableTests(unittest.TestCase):
    def test_what_h11_refuses_is_refused(self):
        """The other way round says nothing: h11 leaves targets, Host and expectations to whoever uses it."""
        lenient, checked = [], 0
        for name, data, answers in rows():
            statuses = [int(answer) for answer in answers[:-1]]
            is_refused = answers[-1] == "close" and bool(statuses) and statuses[-1] in (400, 413, 414, 417, 431, 501, 505)
            if not is_taken_by_h11(data):
                checked += 1
                if not is_refused:
                    lenient.append(name)
        self.assertEqual(lenient, ACCEPTED)
        self.assertGreater(checked, 70)
