// Checks queries: syntax, names, types.
// Input line: {"tables": {"Name": "(Column: type, ...)"}, "queries": {"name": "text"}}
// Output line: {"name": {"problems": [{"severity", "message"}], "columns": {"Column": "type"}, "tables": ["Name"]}}
'use strict';

const { createInterface } = require('node:readline');
const { list, parse } = require('./kusto-parser.cjs');

function check(tables, text) {
  const { symbols, code } = parse(tables, text);
  const mentioned = new Set();
  Kusto.Language.Syntax.SyntaxElement.WalkNodes(code.Syntax, (node) => {
    if (symbols.includes(node.ReferencedSymbol)) mentioned.add(node.ReferencedSymbol.Name);
  });
  return {
    problems: list(code.GetDiagnostics()).map((found) => ({
      severity: found.Severity,
      message: `${found.Message} (at «${text.slice(found.Start, found.Start + Math.max(found.Length, 1))}»)`,
    })),
    columns: Object.fromEntries(list(code.ResultType?.Columns ?? []).map((column) => [column.Name, column.Type.Name])),
    tables: [...mentioned],
  };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    const { tables, queries } = JSON.parse(line);
    console.log(JSON.stringify(Object.fromEntries(Object.entries(queries).map(([name, text]) => [name, check(tables, text)]))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
});
