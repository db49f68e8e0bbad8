"""Each thing that people do on the page, once, and that what they read is what the server answered."""

import base64
import io
import json
import pathlib
import re
import sys
import unittest
import zipfile

import browser
from browser import SAMPLES, number, picture, until, waiting_for
from support import LITE0, RESNET8, ROOT, Server

sys.path.insert(0, str(ROOT / "Tests/Jobs"))
import pictures  # noqa: E402

DIGITS = "digits-lenet5"


class FlowTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser, cls.server = browser.shared(), browser.three_model_server()

    def page(self, state="", **options):
        return self.browser.page(self.server, state, **options)

    # Classify

    def check_answer(self, page, answer):
        """The bars, the times and the JSON are the answer's."""
        prediction = answer["predictions"][0]
        panel = page.locator(".answer").filter(has=page.get_by_role("heading", name=answer["model"]))
        panel.locator(".bars li").first.wait_for()
        labels = [item["label"] for item in prediction["classes"]]
        self.assertEqual(panel.locator(".bars .label").all_text_contents(), labels)
        shares = [number(text) for text in panel.locator(".bars .number").all_text_contents()]
        self.assertEqual(shares, [round(item["probability"] * 100, 1) for item in prediction["classes"]])
        meters = panel.locator("meter").evaluate_all("all => all.map((meter) => meter.value)")
        self.assertEqual(meters, [item["probability"] for item in prediction["classes"]])
        for stage, time in prediction["timing_ms"].items():
            self.assertAlmostEqual(number(panel.locator(f"[data-timing={stage}]").text_content()), time, delta=0.051)
        self.assertEqual(number(panel.locator("[data-timing=batch]").text_content()), prediction["batch_size"])
        self.assertEqual(json.loads(panel.locator(".source-json pre").text_content()), answer)

    def test_a_sample_is_classified_and_its_numbers_are_the_answers(self):
        with self.page() as page:
            picture(page, "welcome")
            with waiting_for(page, "/classify?") as answered:
                page.get_by_role("button", name="Cat").click()
            self.check_answer(page, answered.value.json())
            picture(page, "classified")
            page.get_by_text("curl", exact=True).click()
            self.assertIn(f"/v1/models/{LITE0}/classify", page.locator(".source-curl pre").text_content())
            self.assertIn("photo=chelsea", page.url)

    def test_photos_are_dropped_pasted_and_chosen(self):
        data = base64.b64encode((SAMPLES / "coffee.jpg").read_bytes()).decode()
        give = """([event, target, data]) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], 'coffee.jpg', { type: 'image/jpeg' }));
          document.querySelector(target).dispatchEvent(event === 'drop'
            ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
        }"""
        for event, target in (("drop", "header"), ("paste", "main")):
            with self.subTest(event), self.page() as page:
                with waiting_for(page, "/classify?") as answered:
                    page.evaluate(give, [event, target, data])
                self.assertEqual(answered.value.json()["predictions"][0]["classes"][0]["label"], "espresso")
        with self.page() as page:
            with waiting_for(page, "/classify?") as answered:
                page.locator("#stage input[type=file]").set_input_files(
                    {"name": "rocket.jpg", "mimeType": "image/jpeg", "buffer": (SAMPLES / "rocket.jpg").read_bytes()})
            self.check_answer(page, answered.value.json())

    def test_a_picture_is_taken_with_the_camera(self):
        with self.page() as page:
            page.get_by_role("button", name="Take a picture").click()
            shutter = page.get_by_role("button", name="Take it")
            shutter.wait_for()
            until(page, "!document.querySelector('dialog .primary').disabled")
            with waiting_for(page, "/classify?") as answered:
                shutter.click()
            self.check_answer(page, answered.value.json())

    def test_a_digit_is_drawn(self):
        with self.page(f"#classify?model={DIGITS}") as page:
            field = page.locator(".drawing")
            box = field.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"]
            page.mouse.move(x, y + 40)
            page.mouse.down()
            page.mouse.move(x, y + box["height"] - 40, steps=8)
            with waiting_for(page, "/classify?") as answered:
                page.mouse.up()
            self.check_answer(page, answered.value.json())
            self.assertEqual(answered.value.json()["predictions"][0]["classes"][0]["label"], "1")

    def test_evidence_is_shown_for_the_class_that_is_clicked(self):
        with self.page("#classify?photo=chelsea") as page:
            bar = page.locator(".bar").nth(1)
            bar.wait_for()
            with waiting_for(page, "/explain") as answered:
                bar.click()
            answer = answered.value.json()
            page.locator(".over canvas").wait_for()
            self.assertEqual(bar.get_attribute("aria-pressed"), "true")
            self.assertIn(f"class={answer['class']['index']}", page.url)
            legend = page.locator(".views .legend").text_content()
            self.assertIn(answer["class"]["label"], legend)
            self.assertIn(answer["layer"], legend)
            picture(page, "evidence")
            address = page.url
            with waiting_for(page, "/input"):
                page.get_by_role("button", name="What the network saw").click()
            until(page, "document.querySelector('.photo img').naturalWidth === 224")
        # A link shows the same.
        with self.page(address[address.index("#"):]) as page:
            page.locator(".over canvas").wait_for()

    def test_occlusion_and_layers_are_chosen_and_given_up(self):
        summary = self.server.get(f"/v1/models/{RESNET8}/summary").json["layers"]
        maps = [layer["name"] for layer in summary if len(layer["output_shape"]) == 3]
        with self.page(f"#classify?model={RESNET8}&photo=chelsea&class=3") as page:
            until(page, f"document.querySelectorAll('#evidence-layer option').length === {len(maps) + 1}")
            with waiting_for(page, f"layer={maps[3]}") as answered:
                page.locator("#evidence-layer").select_option(maps[3])
            self.assertEqual(answered.value.json()["layer"], maps[3])
            self.assertIn("evidence_layer=", page.url)
            with waiting_for(page, "method=occlusion") as answered:
                page.locator("#method").select_option("occlusion")
            answer = answered.value.json()
            page.get_by_text(f"patch of {answer['patch']} pixels").wait_for()
            shown = page.locator(".legend .scale .number").last.text_content()
            self.assertAlmostEqual(number(shown), answer["maximum"], delta=0.0051)
            address = page.url
            picture(page, "occlusion")
        with self.page(address[address.index("#"):]) as page:
            page.locator(".over canvas").wait_for()
            self.assertEqual(page.locator("#method").input_value(), "occlusion")
            # One that takes long tells for how long, and can be given up.
            held = []
            page.route("**/explain*", lambda route: held.append(route))  # noqa: PLW0108
            page.locator("#method").select_option(label="Grad-CAM")
            page.locator("#stop-evidence").click()
            page.get_by_text("Given up.").wait_for()
            page.unroute_all(behavior="ignoreErrors")
            page.locator(".legend").get_by_role("button", name="Try again").click()
            page.locator(".over canvas").wait_for()

    def test_two_models_stand_side_by_side(self):
        with self.page(f"#classify?photo=rocket&with={RESNET8}") as page:
            page.locator(".answer .bars li").nth(9).wait_for()
            models = page.locator(".answer h2 span").all_text_contents()
            self.assertEqual(models, [LITE0, RESNET8])

    # Network

    def test_a_layer_is_clicked_searched_and_walked_to(self):
        summary = self.server.get(f"/v1/models/{RESNET8}/summary").json
        with self.page(f"#network?model={RESNET8}&photo=chelsea") as page:
            page.locator(".graph .node").first.wait_for()
            for name, value in summary["totals"].items():
                shown = page.locator(f"[data-total={name}]")
                if name in ("parameters", "macs"):
                    self.assertEqual(number(shown.text_content()), value)
            node = page.locator(".graph .node[data-layers]:not([data-layers=''])").nth(1)
            with waiting_for(page, "/activations"):
                node.click()
            self.assertEqual(node.get_attribute("aria-pressed"), "true")
            self.check_layer(page, summary, node.get_attribute("data-layers").split()[0])
            page.keyboard.press("Tab")
            node.focus()
            page.keyboard.press("ArrowDown")
            following = page.locator(".graph .chosen").get_attribute("data-layers").split()[0]
            self.check_layer(page, summary, following)
            page.locator("#layer-search").fill("unheard-of")
            page.get_by_text("Nothing is called “unheard-of”.").wait_for()
            wanted = next(layer["name"] for layer in reversed(summary["layers"]) if layer["operator"] == "convolution")
            page.locator("#layer-search").fill(wanted)
            self.check_layer(page, summary, wanted)
            page.locator(".filters canvas").first.wait_for()
            page.locator(".maps canvas").first.wait_for()
            page.locator(".receptive rect").wait_for()
            picture(page, "network")

    def check_layer(self, page, summary, name):
        page.get_by_role("heading", level=1, name=name, exact=True).wait_for()
        layer = next(layer for layer in summary["layers"] if layer["name"] == name)
        for figure in ("parameters", "macs"):
            self.assertEqual(number(page.locator(f"[data-figure={figure}]").text_content()), layer[figure])

    def test_maps_and_the_field_are_those_of_the_endpoints(self):
        summary = self.server.get(f"/v1/models/{RESNET8}/summary").json
        layer = next(item["name"] for item in summary["layers"] if item["operator"] == "convolution")
        with self.page() as page:
            with waiting_for(page, "/activations") as activated, waiting_for(page, "/receptive-field") as seen:
                page.goto(f"{self.server.url}/#network?model={RESNET8}&photo=coffee&layer={layer}")
                page.reload()
            channels, field = activated.value.json()["channels"], seen.value.json()
            page.locator(".maps figcaption").first.wait_for()
            self.assertEqual(
                [int(text.split(" ")[0]) for text in page.locator(".maps figcaption").all_text_contents()],
                [channel["index"] for channel in channels])
            box = page.locator(".receptive rect")
            box.wait_for()
            area = field["photo_field"]
            self.assertAlmostEqual(float(box.get_attribute("x")), area["left"])
            self.assertAlmostEqual(float(box.get_attribute("height")), area["bottom"] - area["top"])

    def test_bars_are_the_profiles_and_times_stay_beside_another_network(self):
        profile = self.server.get(f"/v1/models/{RESNET8}/profile").json
        with self.page(f"#network?model={RESNET8}") as page:
            own = page.locator(f"[data-profile={RESNET8}]")
            own.wait_for()
            for quantity in ("activation_bytes", "parameters", "macs"):
                notes = own.locator(f"[data-quantity={quantity}] title").all_text_contents()
                self.assertEqual(
                    [number(note.rsplit(": ", 1)[1]) for note in notes],
                    [layer[quantity] for layer in profile["layers"]])
            with waiting_for(page, "measure=true") as answered:
                page.locator("#measure").click()
            times = own.locator("[data-quantity=milliseconds] title")
            times.first.wait_for(state="attached")
            for note, layer in zip(times.all_text_contents(), answered.value.json()["layers"], strict=True):
                self.assertAlmostEqual(number(note.rsplit(": ", 1)[1]), layer.get("milliseconds", 0), delta=0.00051)
            page.locator("#against").select_option("alexnet")
            page.locator("[data-profile=alexnet]").wait_for()
            self.assertEqual(times.count(), len(profile["layers"]))
            picture(page, "profile")
            own.locator("[data-quantity=macs] g").first.click(force=True)
            page.get_by_role("heading", level=1, name=profile["layers"][0]["name"], exact=True).wait_for()

    def test_the_effective_field_is_seen_from_near(self):
        layer = next(item["name"] for item in self.server.get(f"/v1/models/{LITE0}/summary").json["layers"]
                     if item["operator"] == "convolution" and item["receptive_field"]["size"][0] > 10)
        with self.page(f"#network?model={LITE0}&photo=chelsea&layer={layer}") as page:
            page.locator(".receptive rect").wait_for()
            page.locator("#field-effective").check()
            page.get_by_text("Colours follow the square root").wait_for()
            before = page.locator(".receptive rect").bounding_box()["width"]
            page.locator("#field-near").check()
            after, box = page.locator(".receptive rect").bounding_box(), page.locator(".small-stage").bounding_box()
            self.assertGreater(after["width"], 2 * before)
            self.assertGreaterEqual(after["x"], box["x"])
            self.assertLessEqual(after["x"] + after["width"], box["x"] + box["width"])
            picture(page, "field")

    # Compare

    def test_networks_are_compared_by_family(self):
        with self.page("#compare") as page:
            page.locator(".plot svg").wait_for()
            with waiting_for(page, "/v1/compare?architectures=vgg") as answered:
                page.get_by_role("button", name="vgg", exact=True).click()
            self.assertIn("families=vgg", page.url)
            until(page, "[...document.querySelectorAll('tr[data-network]')].every(({ dataset }) => /^vgg/.test(dataset.network))")
            target = answered.value.url.removeprefix(self.server.url).replace("&format=svg", "")
            rows = self.server.get(target).json["networks"]
            self.assertEqual(page.locator("tr[data-network]").count(), len(rows))
            for row in rows:
                line = page.locator(f"tr[data-network='{row['name']}']")
                for column in ("parameters", "macs", "depth"):
                    self.assertEqual(number(line.locator(f"[data-column={column}]").text_content()), row[column])
                shown = number(line.locator("[data-column=top1]").text_content())
                self.assertAlmostEqual(shown, row["published"]["top1_error"], delta=0.0051)
            picture(page, "compare")

    # Convolution

    def test_the_calculator_shows_its_endpoints_numbers(self):
        with self.page("#convolution") as page:
            page.locator("[data-result=macs]").first.wait_for()
            with waiting_for(page, "stride=2") as answered:
                page.locator("[data-side=a] [data-setting=stride]").fill("2")
            answer = answered.value.json()
            until(page, f"document.querySelector('[data-result=macs]').textContent === '{answer['macs']:,}'")
            for name in ("weights", "parameters", "dense_parameters", "dense_macs", "locally_connected_parameters"):
                self.assertEqual(number(page.locator(f"[data-result={name}]").first.text_content()), answer[name])
            self.assertIn(answer["formula"], page.locator(".formula").first.text_content())
            page.locator("#preset").select_option(index=1)
            comparison = self.server.get("/v1/convolution/comparisons").json
            comparison = comparison["comparisons"][0] if isinstance(comparison, dict) else comparison[0]
            shown = page.locator("[data-result=macs]")
            page.get_by_text(comparison["remark"]["en"]).wait_for()
            self.assertEqual(
                [number(text) for text in shown.all_text_contents()],
                [side["totals"]["macs"] for side in comparison["settings"]])

    def test_the_window_walks_with_the_keyboard_and_stands_still_where_motion_is_not_wanted(self):
        with self.page(f"#convolution?model={RESNET8}&photo=chelsea", motion="reduce") as page:
            grid = page.locator(".window-grid")
            grid.wait_for()
            self.assertEqual(page.get_by_role("button", name="Play").count(), 0)
            before = page.locator(".window-sum").text_content()
            grid.focus()
            page.keyboard.press("ArrowRight")
            after = page.locator(".window-sum").text_content()
            self.assertNotEqual(before, after)
            terms, total = after.split(":", 1)[1].split("=")
            # `1.25 − 0.50 + 2.00`: each rounded to two places.
            signed = re.findall(r"[-−]? ?[\d.]+", terms)
            sums = [float(term.replace("−", "-").replace(" ", "")) for term in signed]
            self.assertEqual(len(sums), 3)
            self.assertAlmostEqual(sum(sums), number(total), delta=0.02)
            page.get_by_role("button", name="Max pooling", exact=True).click()
            until(page, "document.querySelector('.window-sum')?.textContent.includes('greatest')")
        with self.page(f"#convolution?model={RESNET8}&photo=chelsea", motion="no-preference") as page:
            page.get_by_role("button", name="Play").click()
            before = page.locator(".window-map rect").last.get_attribute("x")
            until(page, f"document.querySelectorAll('.window-map rect')[1].getAttribute('x') !== '{before}'")

    # Learn

    def test_photos_become_a_model(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            for name, data in pictures.draw(None, each=12).items():
                # A third lies in the wrong folder: mistakes that a good model has to make.
                shape, file = name.split("/")
                wrong = {"circle": "cross", "cross": "square", "square": "circle"}[shape]
                opened.writestr(f"{wrong if int(file[:3]) % 3 == 0 else shape}/{shape}-{file}", data)
        with self.page("#learn") as page:
            with waiting_for(page, "/v1/datasets") as uploaded:
                page.locator("#archive").set_input_files(
                    {"name": "shapes.zip", "mimeType": "application/zip", "buffer": archive.getvalue()})
            dataset = uploaded.value.json()
            page.locator(".class-counts li").nth(2).wait_for()
            self.assertEqual(
                [number(text) for text in page.locator(".class-counts .number").all_text_contents()],
                [item["images"] for item in dataset["classes"]])
            self.assertEqual(page.locator("#base").input_value(), LITE0)
            page.locator("#base").select_option(RESNET8)
            page.locator("#name").fill("my shapes/")
            page.locator("#start").click()
            page.get_by_text("A name has letters without accents").wait_for()
            page.locator("#name").fill("shapes")
            self.assertEqual(page.locator("#bad-name").text_content(), "")
            page.locator("#start").click()
            # Jobs run when nothing else wants the processors, which on a busy machine is seldom.
            page.locator("#try").wait_for(timeout=6 * browser.PATIENCE)
            job = page.url.split("job=")[1].split("&")[0]
            report = self.server.get(f"/v1/jobs/{job}/report").json
            page.locator("#accuracy").wait_for()
            self.assertEqual(number(page.locator("#accuracy").text_content()), round(report["accuracy"] * 100, 1))
            mistakes = page.locator(".mistake")
            self.assertEqual(
                mistakes.evaluate_all("all => all.map((tile) => tile.dataset.file)"),
                [item["file"] for item in report["mistakes"]])
            self.assertGreater(mistakes.count(), 0)
            until(page, "[...document.querySelectorAll('.mistake')].every((tile) => tile.querySelector('img')?.naturalWidth)")
            picture(page, "learned")
            page.locator("#try").click()
            page.wait_for_url("**/#classify?**model=shapes**")
            with waiting_for(page, "/v1/models/shapes/classify?") as answered:
                page.get_by_role("button", name="Cat").click()
            self.check_answer(page, answered.value.json())

    # Server

    def test_the_server_is_watched_and_models_are_unloaded_and_loaded(self):
        with self.page("#server") as page:
            page.locator(".chart figcaption").first.wait_for()
            page.locator(f"#unload-{DIGITS}").click()
            page.locator(f"#load-{DIGITS}").click()
            page.locator(f"#unload-{DIGITS}").wait_for()
            picture(page, "server")

    # API

    def test_the_reference_has_every_operation(self):
        operations = self.server.get("/v1").json["operations"]
        with self.page("#api") as page:
            page.locator(".operation").first.wait_for()
            names = page.locator(".operation").evaluate_all("all => all.map(({ id }) => id.replace('operation-', ''))")
            self.assertEqual(set(names), {operation["name"] for operation in operations})
            page.locator("#reference-search").fill("unheard-of")
            page.get_by_text("Nothing is called “unheard-of”.").wait_for()
            page.locator("#reference-search").fill("embeddings")
            until(page, "[...document.querySelectorAll('.operation')].filter((item) => !item.hidden).length === 1")
            page.locator("#operation-embeddings summary").click()
            picture(page, "reference")


if __name__ == "__main__":
    unittest.main()
