"""What goes wrong, and that the page says so in a sentence, where the answer would have been."""

import pathlib
import re
import socket
import tempfile
import unittest

import browser
from support import RESNET8, Server, command, models_copy


class TroubleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(browser.Browser())

    def server(self, *options):
        return Server(*options, models=models_copy, default_model=RESNET8)

    def choose(self, page, name, data):
        page.locator("#stage input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})

    def test_wrong_files(self):
        with self.server("--max-body", "1", "--max-pixels", "1") as server, self.browser.page(server) as page:
            self.choose(page, "notes.png", b"no picture at all")
            page.get_by_text("This file is no photo that the server can read.").wait_for()
            browser.picture(page, "trouble")
            self.choose(page, "empty.png", b"")
            page.get_by_text("The file is empty.").wait_for()
            self.choose(page, "large.png", bytes(3 << 20))
            page.get_by_text(re.compile("too large|larger than it takes")).wait_for()

    def test_the_server_goes_and_comes_back(self):
        with self.server() as server, self.browser.page(server) as page:
            port = server.port
            page.wait_for_function("document.querySelector('.sample img').complete")
            server.process.kill()
            server.process.wait()
            self.choose(page, "cat.jpg", (browser.SAMPLES / "chelsea.jpg").read_bytes())
            page.get_by_text("The server does not answer. This page goes on").wait_for()
            page.get_by_text("The server does not answer. It may be starting again.").wait_for()
            page.get_by_role("button", name="Coffee").click()
            with Server("--port", str(port), models=models_copy, default_model=RESNET8):
                page.get_by_text("The server is back.").wait_for()
                page.locator(".bars li").first.wait_for()
                page.locator(".sample[aria-pressed=true] img[alt=Coffee]").wait_for()

    def test_a_model_that_is_being_loaded_is_waited_for(self):
        with self.server() as server, self.browser.page(server) as page:
            problem = {"type": "/problems/model-not-ready", "title": "", "status": 503, "detail": "", "retry_after": 1}
            refuse = lambda route: route.fulfill(status=503, json=problem)  # noqa: E731
            page.route("**/classify*", refuse)
            page.get_by_role("button", name="Cat").click()
            page.get_by_text("The model is being loaded").wait_for()
            page.unroute("**/classify*", refuse)
            page.locator(".bars li").first.wait_for()

    def test_who_asks_too_often_waits(self):
        with self.server("--rate-limit", "0.5", "--rate-burst", "30") as server, self.browser.page(server) as page:
            page.get_by_role("button", name="Cat").wait_for()
            while server.get("/v1/models").status == 200:
                pass
            page.evaluate("""async () => { document.querySelector('.sample').click(); }""")
            page.get_by_text("That was too often for this server.").wait_for()
            page.locator(".bars li").first.wait_for()

    def key(self, folder, name, scopes):
        file = pathlib.Path(folder, "keys")
        result = command("keys", "add", name, "--scopes", scopes, "--api-keys", file)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.strip().split()[-1], file

    def tabs(self, page):
        return page.locator(".tabs a").all_text_contents()

    def test_keys_open_what_they_allow(self):
        with tempfile.TemporaryDirectory() as folder:
            some, file = self.key(folder, "some", "infer")
            most, _ = self.key(folder, "most", "infer,inspect")
            with KeyedServer(file, key=most) as server, self.browser.page(server) as page:
                page.get_by_text("This server asks for a key").first.wait_for()
                self.assertEqual(self.tabs(page), ["API"])
                browser.picture(page, "key")
                page.get_by_label("API key").fill("wrong")
                page.get_by_role("button", name="Use this key").click()
                page.get_by_text("The server does not accept this key").wait_for()
                page.get_by_label("API key").fill(some)
                page.get_by_role("button", name="Use this key").click()
                page.get_by_role("button", name="Cat").click()
                page.locator(".bars li").first.wait_for()
                self.assertEqual(self.tabs(page), ["Classify", "API"])
                page.get_by_role("button", name="Change the key").click()
                page.get_by_label("API key").fill(most)
                page.get_by_role("button", name="Use this key").click()
                page.get_by_role("link", name="Network").wait_for()
                self.assertEqual(self.tabs(page), ["Classify", "Network", "Compare", "Convolution", "API"])
                # The key is nowhere but in the page's memory.
                stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
                self.assertNotIn(most, stored)
                page.reload()
                page.get_by_text("This server asks for a key").first.wait_for()

    def test_operators_have_the_page_at_their_address_too(self):
        port = free_port()
        with self.server("--admin-listen", f"127.0.0.1:{port}") as server:
            with self.browser.page(server) as page:
                self.assertNotIn("Server", self.tabs(page))
            with self.browser.page(At(port)) as page:
                self.assertEqual(self.tabs(page), ["Server", "API"])
                page.locator(f"#unload-{RESNET8}").wait_for()


class At:
    """A server that others started."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"


class KeyedServer(Server):
    """One that asks for keys; a key of its own tells when it is ready."""

    def __init__(self, file, key):
        super().__init__("--api-keys", str(file), models=models_copy, default_model=RESNET8)
        self.key = key


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
