"""The page in a real browser: one chromium for all tests, and what may not happen on any page that it opens."""

import atexit
import contextlib
import functools
import os
import pathlib
import re
import sys
import tempfile
import time
import urllib.parse

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The page's own samples: small enough for the browser to keep them while it is asked about them.
SAMPLES = ROOT / "Sources/WebPage/Files"
sys.path.insert(0, str(ROOT / "Tests/Acceptance"))
import support  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
BLANK = "about:blank"
# Milliseconds after which something that should be seen counts as missing; generous, as the machine may be busy.
PATIENCE = 30_000
# A camera that shows a test picture, and needs no permission.
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]

# Counts what the browser tells of each page, from its first line on.
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
window.paint = 0;
new PerformanceObserver((list) => { window.paint = list.getEntries().at(-1).startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
"""


@functools.cache
def kept():
    """What all tests share is ended when they are over, the last first."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack


@functools.cache
def shared():
    """The browser of all tests: starting one takes longer than most of them."""
    return kept().enter_context(Browser())


@functools.cache
def three_model_server():
    """A server with models for photos, for small pictures and for digits, which learns. Tests leave it as it was."""
    folder = kept().enter_context(tempfile.TemporaryDirectory())
    options = ("--jobs-directory", str(pathlib.Path(folder, "jobs")))
    return kept().enter_context(support.Server(*options, models=three_models))


class Browser:
    """Chromium, ended when the `with` block is left."""

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        playwright = self._stack.enter_context(sync_playwright())
        self._chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *CAMERA])
        self._stack.callback(self._chromium.close)
        return self

    def __exit__(self, *_):
        self._stack.close()

    @contextlib.contextmanager
    def page(self, server, state="", **options):
        """A page of the server, opened at a state of its address; fails where something came from elsewhere."""
        with self.pages(server, **options) as visit:
            yield visit(state)

    @contextlib.contextmanager
    def pages(self, server, *, width=1280, height=800, language="en", theme="light", motion="reduce"):
        """Opens one page of the server after the other, each loaded anew, as making a context takes longer than that."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height}, locale={"en": "en-US", "ko": "ko-KR"}[language],
            color_scheme=theme, reduced_motion=motion, permissions=["camera", "clipboard-write"])
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCH)
        page = context.new_page()
        own = urllib.parse.urlsplit(server.url).netloc
        foreign, errors = [], []
        page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, own) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        def check():
            assert not foreign, f"asked of others: {foreign}"
            assert not errors, f"errors in scripts: {errors}"
            violations = page.evaluate("violations")
            assert not violations, f"violations of the policy: {violations}"

        def visit(state):
            if page.url != BLANK:
                check()
                # An address that differs in what follows the number sign alone would not be loaded anew.
                page.goto(BLANK)
            page.goto(f"{server.url}/{state}")
            page.wait_for_selector("main > div")
            return page

        try:
            yield visit
            check()
        except Exception:
            picture(page, "failure")
            raise
        finally:
            context.close()


def is_foreign(url, own):
    parts = urllib.parse.urlsplit(url)
    return parts.scheme not in ("about", "blob", "data") and parts.netloc != own


def picture(page, name):
    """Keeps a picture for people, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=pathlib.Path(folder, f"{name}.png"))


def number(text):
    """The number in a text of the page, without what groups its digits and without its unit."""
    return float(re.search(r"-?[\d,.]+", text.replace("−", "-"))[0].replace(",", ""))


def until(page, condition):
    """Waits until a condition of JavaScript holds. Playwright's own way needs `eval`, which the policy forbids."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"it never came true: {condition}"
        page.wait_for_timeout(50)


def waiting_for(page, part):
    """What `with` returns the answer of: the next answer whose address has this part."""
    return page.expect_response(lambda response: part in response.url)


def three_models():
    return models(support.LITE0, support.RESNET8, "digits-lenet5")


@contextlib.contextmanager
def models(*names):
    """A model repository with these models of models/."""
    with tempfile.TemporaryDirectory() as directory:
        for name in names:
            os.symlink(ROOT / "models" / name, os.path.join(directory, name))
        yield directory
