"""Every tab, in both languages and themes, narrow and wide: what may not happen on any of them."""

import itertools
import pathlib
import tempfile
import unittest

from axe_playwright_python.sync_playwright import Axe

import browser
from browser import picture, until
from support import LITE0, RESNET8, Server
from test_flows import three_models

# Each tab in a state with much to see, and what tells that it is there.
TABS = {
    "classify": (f"model={LITE0}&photo=chelsea&with={RESNET8}&class=281", ".answer .bars li, .over canvas"),
    "network": (f"model={RESNET8}&photo=chelsea&layer=", ".graph .node"),
    "compare": ("", ".plot svg, .networks tbody tr"),
    "convolution": (f"model={RESNET8}&photo=chelsea", ".window-grid, [data-result=macs]"),
    "learn": ("", ".upload"),
    "server": ("", ".charts figcaption, td"),
    "api": ("", ".operation"),
}
# Largest sum of shifts of a page while it is loaded (web.dev/cls).
LARGEST_SHIFT = 0.1


class EverywhereTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(browser.Browser())
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        jobs = str(pathlib.Path(folder, "jobs"))
        cls.server = cls.enterClassContext(Server("--jobs-directory", jobs, models=three_models))
        cls.axe = Axe()
        layers = cls.server.get(f"/v1/models/{RESNET8}/summary").json["layers"]
        cls.layer = next(layer["name"] for layer in layers if layer["operator"] == "convolution")

    def test_every_tab(self):
        paints = []
        for language, theme, width in itertools.product(("en", "ko"), ("light", "dark"), (1280, 360)):
            for tab, (state, selector) in TABS.items():
                with self.subTest(language=language, theme=theme, width=width, tab=tab):
                    state = state + self.layer if state.endswith("layer=") else state
                    with self.browser.page(
                            self.server, f"#{tab}?{state}", width=width, language=language, theme=theme) as page:
                        for part in selector.split(", "):
                            page.locator(part).first.wait_for()
                        until(page, "!document.querySelector('.skeleton')")
                        self.check(page)
                        paints.append(page.evaluate("paint"))
                        picture(page, f"{tab}-{language}-{theme}-{width}")
        print(f"\nlargest part painted after {sorted(paints)[len(paints) // 2]:.0f} ms (median of {len(paints)}, "
              f"{max(paints):.0f} ms at most)")

    def check(self, page):
        # The rim of the page, and no more, may scroll sideways.
        self.assertLessEqual(*page.evaluate("[document.documentElement.scrollWidth, innerWidth]"))
        self.assertLessEqual(page.evaluate("shift"), LARGEST_SHIFT)
        language = page.evaluate("navigator.language").split("-")[0]
        self.assertEqual(page.evaluate("document.documentElement.lang"), language)
        self.assertNotRegex(page.locator("body").inner_text(), r"\b(tab|error|layer|grid|learn|server)\.[a-z]+\b(?!\.)")
        findings = self.axe.run(page).response["violations"]
        self.assertEqual([], [
            (finding["id"], finding["help"], [node["html"][:160] for node in finding["nodes"][:3]])
            for finding in findings])

    def test_the_first_screen_needs_no_scrolling(self):
        for state in ("", "#classify?photo=chelsea"):
            with self.browser.page(self.server, state) as page:
                until(page, "!document.querySelector('.skeleton')")
                page.locator(".bars li, .welcome").first.wait_for()
                self.assertLessEqual(page.evaluate("document.documentElement.scrollHeight"), 800)


if __name__ == "__main__":
    unittest.main()
