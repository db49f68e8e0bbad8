"""What Kubernetes' own schemas, and Katib's own models, make of deploy/kubernetes."""

import re
import unittest
import warnings

import kubernetes_validate
import yaml

import support

with warnings.catch_warnings():
    # Of libraries that it brings.
    warnings.simplefilter("ignore")
    from kubeflow.katib import models

MANIFESTS = sorted((support.ROOT / "deploy/kubernetes").glob("*.yaml"))
# The oldest and the newest of Kubernetes that are looked after.
VERSIONS = ("1.35", "1.37")


def documents():
    for file in MANIFESTS:
        for document in yaml.safe_load_all(file.read_text()):
            yield file.name, document


def katib_faults(value, kind, path="Experiment"):
    """Where a value is not what a model of Katib holds: members that it does not know, and types that are others."""
    if found := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [fault for index, item in enumerate(value) for fault in katib_faults(item, found[1], f"{path}[{index}]")]
    model = getattr(models, kind, None)
    if model is None:
        plain = {"str": str, "int": int, "bool": bool}.get(kind, object)
        return [] if isinstance(value, plain) else [f"{path} is no {kind}"]
    names = {member: attribute for attribute, member in model.attribute_map.items()}
    return [
        fault for member, inner in value.items()
        for fault in (
            katib_faults(inner, model.openapi_types[names[member]], f"{path}.{member}")
            if member in names else [f"{path}.{member} is not known"])]


class KubernetesTests(unittest.TestCase):
    def assert_valid(self, document, name):
        for version in VERSIONS:
            with self.subTest(name, version=version):
                kubernetes_validate.validate(document, version, strict=True)

    def test_kubernetes_knows_every_member_of_every_manifest(self):
        for name, document in documents():
            job = document
            if document["kind"] == "Experiment":
                job = dict(document["spec"]["trialTemplate"]["trialSpec"], metadata={"name": "trial"})
            self.assert_valid(job, name)

    def test_katib_knows_every_member_of_an_experiment(self):
        experiments = [(name, document) for name, document in documents() if document["kind"] == "Experiment"]
        self.assertEqual(len(experiments), 2)
        for name, experiment in experiments:
            with self.subTest(name):
                self.assertEqual(experiment["apiVersion"], "kubeflow.org/v1beta1")
                self.assertEqual(katib_faults(experiment, "V1beta1Experiment"), [])

    def test_a_member_that_katib_does_not_know_is_found(self):
        experiment = {"spec": {"algorithm": {"algorithName": "random"}, "maxTrialCount": "16"}}
        self.assertEqual(
            katib_faults(experiment, "V1beta1Experiment"),
            ["Experiment.spec.algorithm.algorithName is not known", "Experiment.spec.maxTrialCount is no int"])

    def test_every_parameter_of_a_trial_is_one_of_the_experiment_and_is_used(self):
        for name, experiment in documents():
            if experiment["kind"] != "Experiment":
                continue
            with self.subTest(name):
                template = experiment["spec"]["trialTemplate"]
                given = {parameter["name"] for parameter in experiment["spec"]["parameters"]}
                self.assertEqual({parameter["reference"] for parameter in template["trialParameters"]}, given)
                used = set(re.findall(r"\$\{trialParameters\.(\w+)\}", str(template["trialSpec"])))
                self.assertEqual({parameter["name"] for parameter in template["trialParameters"]}, used)
                containers = template["trialSpec"]["spec"]["template"]["spec"]["containers"]
                self.assertIn(template["primaryContainerName"], [container["name"] for container in containers])

    def test_what_manifests_mount_is_in_a_manifest(self):
        kinds = {(document["kind"], document["metadata"]["name"]) for _, document in documents()}
        for name, document in documents():
            text = str(document)
            for claim in re.findall(r"'claimName': '([^']+)'", text):
                self.assertIn(("PersistentVolumeClaim", claim), kinds, name)
            for configuration in re.findall(r"'configMap': \{'name': '([^']+)'", text):
                self.assertIn(("ConfigMap", configuration), kinds, name)


if __name__ == "__main__":
    unittest.main()
