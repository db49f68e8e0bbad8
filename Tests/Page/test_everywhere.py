"""Every tab, in both languages and themes, narrow and wide: what may not happen on any of them."""

import itertools
import unittest

from axe_playwright_python.sync_playwright import Axe

import browser
from browser import picture, until
from support import LITE0, RESNET8

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
# Least height of what is pressed with a finger, in pixels; words within a sentence and the reference's aside.
SMALLEST_TARGET = 44
TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input, label.button, .stage')]
  .filter((item) => !item.closest('p, .reference, .skip, .visually-hidden, .profile-strip')
    && !['skip', 'visually-hidden'].some((name) => item.classList.contains(name)) && item.checkVisibility())
  .map((item) => [item, (item.matches('[type=checkbox]') ? item.closest('label') : item).getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < LEAST - 0.5 || box.width < LEAST - 0.5))
  .map(([item, box]) => `${item.outerHTML.slice(0, 120)} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
# Buttons that lie beside what can be seen, in something that does not scroll sideways on purpose.
BESIDE = """() => [...document.querySelectorAll('main button, main select, main input, main label.button')]
  .filter((item) => !item.closest('.visually-hidden') && !item.classList.contains('visually-hidden') && item.checkVisibility())
  .filter((item) => item.getBoundingClientRect().right > innerWidth + 1 && !item.closest('thead'))
  .map((item) => item.outerHTML.slice(0, 120))"""


class EverywhereTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser, cls.server, cls.axe = browser.shared(), browser.three_model_server(), Axe()
        layers = cls.server.get(f"/v1/models/{RESNET8}/summary").json["layers"]
        cls.layer = next(layer["name"] for layer in layers if layer["operator"] == "convolution")

    def test_every_tab(self):
        paints = []
        for language, theme, width in itertools.product(("en", "ko"), ("light", "dark"), (1280, 360)):
            with self.browser.pages(self.server, width=width, language=language, theme=theme) as visit:
                for tab, (state, selector) in TABS.items():
                    with self.subTest(language=language, theme=theme, width=width, tab=tab):
                        state = state + self.layer if state.endswith("layer=") else state
                        page = visit(f"#{tab}?{state}")
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
        if language == "ko":
            # The reference is the same, and English, in both: here three operations of each part stand for all.
            page.evaluate("document.querySelectorAll('.reference details:nth-of-type(n + 4)').forEach((item) => item.remove())")
        # What passes is not listed, node by node: on the long tables that takes most of the time.
        findings = self.axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        self.assertEqual([], [
            (finding["id"], finding["help"], [node["html"][:160] for node in finding["nodes"][:3]])
            for finding in findings])

    def test_a_finger_hits_and_reaches_everything_on_a_narrow_screen(self):
        states = {**{tab: state for tab, (state, _) in TABS.items()}, "classify ": "model=digits-lenet5"}
        for tab, state in states.items():
            state = state + self.layer if state.endswith("layer=") else state
            with self.subTest(tab=tab), self.browser.page(self.server, f"#{tab.strip()}?{state}", width=360) as page:
                page.locator(TABS[tab.strip()][1].split(", ")[0] if tab in TABS else "#clear").first.wait_for()
                until(page, "!document.querySelector('.skeleton')")
                self.assertEqual([], page.evaluate(TARGETS.replace("LEAST", str(SMALLEST_TARGET))))
                self.assertEqual([], page.evaluate(BESIDE))

    def test_the_first_screen_needs_no_scrolling(self):
        for state in ("", "#classify?photo=chelsea"):
            with self.browser.page(self.server, state) as page:
                until(page, "!document.querySelector('.skeleton')")
                page.locator(".bars li, .welcome").first.wait_for()
                self.assertLessEqual(page.evaluate("document.documentElement.scrollHeight"), 800)


if __name__ == "__main__":
    unittest.main()
