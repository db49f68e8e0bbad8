"""What a real Prometheus, and the tools of those who deploy, make of /metrics and of deploy/."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import support

DEPLOY = support.ROOT / "deploy"


def run(*command, **options):
    return subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=support.PATIENCE, check=False, **options)


def queries():
    """The dashboard's queries, its variables filled in."""
    dashboard = json.loads((DEPLOY / "grafana/convserve.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace("$job", "convserve").replace("$__rate_interval", "1m")


class Prometheus:
    """A Prometheus on the loopback that reads one server every quarter of a second, as deploy/ says otherwise."""

    def __init__(self, target_port):
        self.port = support.free_port()
        text = (DEPLOY / "prometheus/prometheus.yml").read_text()
        self.configuration = text.replace("localhost:8080", f"127.0.0.1:{target_port}").replace("15s", "250ms")
        assert self.configuration.count(str(target_port)) == 1 and "250ms" in self.configuration

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        file = pathlib.Path(self.directory.name, "prometheus.yml")
        file.write_text(self.configuration)
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={file}", f"--storage.tsdb.path={self.directory.name}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(support.PATIENCE)
        self.directory.cleanup()

    def ask(self, path, **parameters):
        address = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(address, timeout=support.PATIENCE) as answer:
            return json.load(answer)["data"]

    def value(self, query):
        result = self.ask("query", query=query)["result"]
        return float(result[0]["value"][1]) if result else None

    def wait_for(self, query, condition):
        deadline = time.monotonic() + support.PATIENCE
        while time.monotonic() < deadline:
            try:
                value = self.value(query)
                if value is not None and condition(value):
                    return value
            except OSError:
                assert self.process.poll() is None, "Prometheus has ended"
            time.sleep(0.1)
        raise AssertionError(f"{query} is not what it should be")


class MetricsTest(unittest.TestCase):
    def test_prometheus_reads_what_was_counted(self):
        """Prometheus' numbers are those of the requests, and every query of the dashboard has a result."""
        photo = support.PHOTO.read_bytes()
        with support.Server() as server, Prometheus(server.port) as prometheus:
            prometheus.wait_for('up{job="convserve"}', lambda value: value == 1)
            for _ in range(20):
                status, _, _ = support.ask(server.port, "POST", "/v1/classify", photo, {"Content-Type": "image/jpeg"})
                self.assertEqual(status, 200)
            for number in range(7):
                self.assertEqual(support.ask(server.port, "GET", f"/nothing/{number}")[0], 404)
            requests = 'sum(convserve_requests_total{route="classify",status="200",model="%s"})' % support.MODEL
            prometheus.wait_for(requests, lambda value: value == 20)
            prometheus.wait_for('sum(convserve_requests_total{status="404"})', lambda value: value == 7)
            self.assertEqual(prometheus.value("sum(convserve_image_total_seconds_count)"), 20)
            quantile = "histogram_quantile(0.5, sum by (le) (convserve_image_total_seconds_bucket))"
            self.assertTrue(0 < prometheus.value(quantile) <= 60)
            resident = prometheus.value("process_resident_memory_bytes")
            self.assertLess(abs(resident / 1024 / server.status("VmRSS") - 1), 0.5)
            self.assertLess(abs(prometheus.value("process_open_fds") - server.descriptors()), 20)
            self.assertLess(abs(prometheus.value("process_start_time_seconds") - time.time()), support.PATIENCE)
            # A rate needs two readings; some have nothing to divide before there are any.
            for query in queries():
                with self.subTest(query):
                    self.assertIsNotNone(prometheus.wait_for(query, lambda value: True))
            metadata = prometheus.ask("metadata")
            for name in metadata:
                if name.startswith(("convserve_", "process_")):
                    self.assertEqual(len(metadata[name]), 1, name)
                    self.assertTrue(metadata[name][0]["help"])

    def test_promtool_finds_nothing_to_mend(self):
        with support.Server() as server:
            support.ask(server.port, "POST", "/v1/classify", support.PHOTO.read_bytes(), {"Content-Type": "image/jpeg"})
            _, fields, body = support.ask(server.port, "GET", "/metrics")
        self.assertTrue(fields["Content-Type"].startswith("text/plain; version=0.0.4"))
        result = run("promtool", "check", "metrics", input=body.decode())
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))


class DeploymentTest(unittest.TestCase):
    def test_prometheus_configurations(self):
        files = sorted((DEPLOY / "prometheus").glob("*.yml"))
        self.assertEqual(len(files), 2)
        result = run("promtool", "check", "config", *files)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_compose_file(self):
        result = run(
            "docker-compose", "-f", DEPLOY / "compose.yaml", "config", env=os.environ | {"GRAFANA_PASSWORD": "x"})
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for mount in re.findall(r"- (/\S+):/\S+:ro", result.stdout):
            self.assertTrue(os.path.exists(mount), mount)
        # Without a password Grafana does not start with the one that everybody knows.
        environment = {name: value for name, value in os.environ.items() if name != "GRAFANA_PASSWORD"}
        self.assertNotEqual(run("docker-compose", "-f", DEPLOY / "compose.yaml", "config", env=environment).returncode, 0)

    def test_systemd_unit(self):
        with tempfile.TemporaryDirectory() as directory:
            unit = pathlib.Path(directory, "convserve.service")
            text = (DEPLOY / "systemd/convserve.service").read_text()
            self.assertEqual(text.count("=/usr/local/bin/convserve "), 2)
            unit.write_text(text.replace("=/usr/local/bin/convserve ", f"={support.CONVSERVE} "))
            result = run("systemd-analyze", "verify", unit)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            result = run("systemd-analyze", "security", "--offline=true", unit)
            exposure = float(re.search(r"exposure level for convserve.service: ([0-9.]+)", result.stdout)[1])
            self.assertLessEqual(exposure, 1.5)

    def test_the_units_configuration_is_accepted(self):
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory, "convserve.yaml")
            text = (DEPLOY / "systemd/convserve.yaml").read_text()
            file.write_text(text.replace("/srv/convserve-models", str(support.ROOT / "models")))
            result = run(support.CONVSERVE, "serve", "--check", "--config", file)
            self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
