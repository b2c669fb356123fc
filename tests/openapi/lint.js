// node lint.js DOCUMENT: what Redocly has against an OpenAPI document, its examples included; exits 1 if anything.
const path = require('path');
const {lint, loadConfig} = require('@redocly/openapi-core');

(async () => {
  const config = await loadConfig({configPath: path.join(__dirname, 'redocly.yaml')});
  const problems = await lint({ref: process.argv[2], config});
  for (const {ruleId, location, message} of problems) {
    console.log(`${location.map(({pointer}) => pointer).join(' ')}: ${message} (${ruleId})`);
  }
  process.exitCode = problems.length > 0 ? 1 : 0;
})();
