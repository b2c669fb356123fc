// What no test here can run is at least what it claims to be: deploy/docker and deploy/kubernetes, each file by its own
// schema, and every option in them by the program itself. manifests_test.js TALLY
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(process.env.TALLY_NODE_FOLDER + "/");
const { DCLinter } = require("dclint");
const YAML = require("yaml");
const dockerfile = require("dockerfile-utils");
const tally = process.env.TALLY;
const deploy = new URL("../../deploy/", import.meta.url);
const read = (path) => readFileSync(new URL(path, deploy), "utf8");

function documents(text) {
  return YAML.parseAllDocuments(text, { merge: true }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

// The words that name options, of a command line of tally, against what its own help lists.
function checkCommandLine(words) {
  const [command, ...rest] = words;
  const help = execFileSync(tally, [command, "--help"], { encoding: "utf8" });
  for (const word of rest.filter((one) => one.startsWith("--"))) {
    const option = word.split("=")[0];
    assert.ok(help.includes(`  ${option} `), `tally ${command} has no option ${option}`);
  }
}

function checkVariables(names) {
  const help = ["server", "balancer", "servers"].map((one) => execFileSync(tally, [one, "--help"], { encoding: "utf8" })).join();
  for (const name of names) {
    const option = "--" + name.replace(/^TALLY_/, "").toLowerCase().replaceAll("_", "-");
    assert.ok(help.includes(`  ${option}`), `${name} stands for no option`);
  }
}

test("the Dockerfile has nothing that its linter minds", () => {
  assert.deepEqual(dockerfile.validate(read("docker/Dockerfile")), []);
  assert.notDeepEqual(dockerfile.validate("FORM debian:12\n"), [], "it would see a mistake");
});

const order = Object.fromEntries(["service-keys-order", "services-alphabetical-order"].map((rule) => [rule, 0]));
const lintCompose = (path) => new DCLinter({ rules: order }).lintFiles([path], false).flatMap(({ messages }) => messages);

test("compose.yaml has nothing that its linter minds, and says nothing that tally does not know", () => {
  const [compose] = documents(read("docker/compose.yaml"));
  assert.deepEqual(lintCompose(fileURLToPath(new URL("docker/compose.yaml", deploy))), []);
  assert.notDeepEqual(lintCompose(fileURLToPath(new URL("kubernetes/server.yaml", deploy))), [], "it would see a mistake");
  for (const service of Object.values(compose.services)) {
    checkCommandLine(service.command);
    checkVariables(Object.keys(service.environment));
    for (const volume of service.volumes ?? []) assert.ok(volume.split(":")[0] in compose.volumes, volume);
  }
});

const manifests = readdirSync(new URL("kubernetes", deploy))
  .filter((name) => name.endsWith(".yaml"))
  .flatMap((name) => documents(read("kubernetes/" + name)));

async function validateManifest(manifest) {
  const place = `kubernetes-models/${manifest.apiVersion}/${manifest.kind}.js`;
  const models = await import(pathToFileURL(`${process.env.TALLY_NODE_FOLDER}/node_modules/${place}`));
  new models[manifest.kind](manifest).validate();
}

test("each manifest is of Kubernetes' schema", async () => {
  assert.ok(manifests.length >= 8, "all were read");
  for (const manifest of manifests) await validateManifest(manifest);
  await assert.rejects(validateManifest({ ...manifests[0], spec: { ports: "7070" } }), "it would see a mistake");
});

const templates = manifests.filter(({ kind }) => kind === "StatefulSet").map(({ spec }) => spec.template);

test("what selects pods selects some, and ports have names that are there", () => {
  const selectors = manifests.flatMap(({ kind, spec }) =>
    kind === "Service" ? [spec.selector] : [(spec.selector ?? spec.podSelector).matchLabels]);
  for (const selector of selectors) {
    const chosen = templates.filter(({ metadata }) => Object.entries(selector).every(([key, value]) => metadata.labels[key] === value));
    assert.notEqual(chosen.length, 0, JSON.stringify(selector));
  }
  for (const { spec } of manifests.filter(({ kind }) => kind === "Service")) {
    const [template] = templates.filter(({ metadata }) => metadata.labels["app.kubernetes.io/component"] === spec.selector["app.kubernetes.io/component"]);
    const names = template.spec.containers[0].ports.map(({ name }) => name);
    for (const { targetPort } of spec.ports) assert.ok(names.includes(targetPort), targetPort);
  }
});

test("pods say nothing that tally does not know, and their servers name balancers that are there", () => {
  for (const { spec } of templates) {
    const [container] = spec.containers;
    checkCommandLine(container.args);
    checkVariables(container.env.map(({ name }) => name));
  }
  const balancers = manifests.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "tally-balancer").spec;
  const wanted = Array.from({ length: balancers.replicas }, (_, i) => `http://tally-balancer-${i}.${balancers.serviceName}:7070`);
  const server = templates.find(({ metadata }) => metadata.labels["app.kubernetes.io/component"] === "server").spec.containers[0];
  assert.deepEqual(server.args.find((one) => one.startsWith("--balancer=")).split("=")[1].split(","), wanted);
});
