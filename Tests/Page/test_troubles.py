"""What goes wrong, and that the page says so in a sentence, where the answer would have been."""

import pathlib
import re
import socket
import tempfile
import unittest

import browser
from support import LITE0, RESNET8, Server, command, models_copy

DIGITS = "digits-lenet5"


class TroubleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = browser.shared()

    def server(self, *options):
        return Server(*options, models=models_copy, default_model=RESNET8)

    def choose(self, page, name, data):
        page.locator("#stage input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})

    def test_wrong_files(self):
        with self.server("--max-body", "1", "--max-pixels", "1") as server, self.browser.page(server) as page:
            self.choose(page, "notes.png", b"no picture at all")
            page.get_by_text("This file is no photo that the server can read.").wait_for()
            page.get_by_text("notes.png: this browser cannot show the file.").wait_for()
            self.assertFalse(page.locator(".photo img").is_visible(), "no icon of a broken picture")
            # The same again would be refused again.
            self.assertEqual(page.get_by_role("button", name="Try again").count(), 0)
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

    def test_a_model_that_is_not_loaded_is_said_to_be_so_and_can_be_loaded(self):
        with self.server() as server:
            self.assertEqual(server.post(f"/v1/models/{RESNET8}/unload", b"").status, 200)
            for tab in ("classify", "network"):
                with self.subTest(tab), self.browser.page(server, f"#{tab}?model={RESNET8}&photo=chelsea") as page:
                    page.get_by_text(f"“{RESNET8}” is not loaded.").first.wait_for()
                    self.assertEqual(page.get_by_text("is being loaded").count(), 0)
                    browser.picture(page, f"unloaded-{tab}")
            with self.browser.page(server, f"#classify?model={RESNET8}&photo=chelsea") as page:
                page.locator(f"[data-load={RESNET8}]").first.click()
                page.locator(".bars li").first.wait_for()

    def test_what_a_link_names_in_vain_is_said(self):
        sentences = {
            "#classify?model=<img src=x>": f"There is no model “<img src=x>” here. This is “{LITE0}”.",
            "#network?architecture=resnet51": f"There is no published network “resnet51” here. This is the model “{LITE0}”.",
            "#network?layer=conv99": f"“{LITE0}” has no layer “conv99”.",
            "#classify?photo=chelsea&class=1000": f"“{LITE0}” has no class “1000”: its classes have the numbers 0 to 999.",
            "#classify?photo=chelsea&class=cat": f"“{LITE0}” has no class “cat”",
            "#classify?photo=chelsea&with=none": "There is no model “none” here to stand beside it.",
            "#classify?photo=cat": "There is no sample photo “cat”.",
            "#compare?families=vgh": "There is no family “vgh” of published networks.",
            "#classfy": "There is no part “classfy” of this page.",
        }
        with self.browser.pages(browser.three_model_server()) as visit:
            for state, sentence in sentences.items():
                with self.subTest(state):
                    page = visit(state)
                    page.get_by_text(sentence).wait_for()
                    self.assertNotIn("NaN", page.locator("body").inner_text())
                    self.assertEqual(page.locator("main img[src=x]").count(), 0)

    def test_a_newcomer_meets_a_model_for_photos(self):
        with Server(models=browser.three_models, default_model=DIGITS) as server, self.browser.page(server) as page:
            page.get_by_text("Drop a photo here").wait_for()
            self.assertEqual(page.locator("#model").input_value(), f"model {LITE0}")

    def test_half_a_number_is_no_mistake(self):
        server = browser.three_model_server()
        with self.browser.page(server, "#convolution") as page:
            page.locator("[data-result=macs]").first.wait_for()
            kernel = page.locator("[data-side=a] [data-setting=kernel]")
            asked = []
            page.on("request", lambda request: asked.append(request.url) if "kernel=999" in request.url else None)
            kernel.fill("999")
            kernel.fill("5")
            kernel.blur()
            page.locator(".formula", has_text="- 5 +").first.wait_for()
            self.assertEqual(asked, [])
            kernel.fill("999")
            kernel.blur()
            page.locator(".failure").wait_for()
            self.assertEqual(page.get_by_role("button", name="Try again").count(), 0)

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
