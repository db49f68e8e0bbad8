#!/usr/bin/env python3
"""Makes the multipart goldens: bodies from curl and from requests, their parts as werkzeug reads them.

Each golden has three files: NAME.type (the Content-Type), NAME.body, and NAME.parts with one line per part:
name, file name, type, number of bytes, sum of the bytes modulo 65536, separated by tabs ("-" for none).
Needs curl and Debian's python3-requests and python3-werkzeug.
"""
import http.server
import pathlib
import random
import subprocess
import tempfile
import threading

import requests
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

HERE = pathlib.Path(__file__).parent
noise = random.Random(1).randbytes(3000)
tricky = b"\r\n--\r\n--------------------------\r\n\r\n--x--" + noise[:50] + b"\r\n"


def parts(boundary, body):
    decoder = MultipartDecoder(boundary.encode())
    decoder.receive_data(body)
    decoder.receive_data(None)
    rows = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, (Field, File)):
            rows.append([event.name, getattr(event, "filename", None), event.headers.get("content-type"), b""])
        elif isinstance(event, Data):
            rows[-1][3] += event.data
    return [(n, f or "-", t or "-", str(len(d)), str(sum(d) % 65536)) for n, f, t, d in rows]


def save(name, content_type, body):
    boundary = content_type.split("boundary=")[1].strip('"')
    (HERE / f"{name}.type").write_text(content_type)
    (HERE / f"{name}.body").write_bytes(body)
    (HERE / f"{name}.parts").write_text("".join("\t".join(row) + "\n" for row in parts(boundary, body)))


def with_curl(name, arguments):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            save(name, self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    subprocess.run(["curl", "-sS", *arguments, url], check=True)
    thread.join()
    server.server_close()


def with_requests(name, data, files):
    prepared = requests.Request("POST", "http://localhost/", data=data, files=files).prepare()
    save(name, prepared.headers["Content-Type"], prepared.body)


with tempfile.TemporaryDirectory() as folder:
    cat = pathlib.Path(folder, 'a "cat".jpg')
    cat.write_bytes(noise)
    empty = pathlib.Path(folder, "empty.png")
    empty.write_bytes(b"")
    with_curl("curl", ["-F", f'image=@"{folder}/a \\"cat\\".jpg";type=image/jpeg', "-F", f"image=@{empty}", "-F", "top=5", "-F", "note= ä€ "])
with_requests("requests", {"top": "5", "name": ["x", "y"]}, [("image", ("katze.jpg", noise, "image/jpeg")), ("image", ("tricky", tricky))])
