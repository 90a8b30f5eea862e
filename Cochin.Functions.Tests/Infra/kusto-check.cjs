// Checks queries: syntax, names, types.
// Input line: {"tables": {"Name": "(Column: type, ...)"}, "queries": {"name": "text"}}
// Output line: {"name": {"problems": [{"severity", "message"}], "columns": {"Column": "type"}, "tables": ["Name"]}}
'use strict';

const { createInterface } = require('node:readline');

// The real parser of KQL: Microsoft's, compiled to JavaScript by Bridge.NET.
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Symbols, KustoCode, GlobalState } = Kusto.Language;

function list(items) {
  const found = [];
  for (const each = Bridge.getEnumerator(items); each.moveNext(); ) found.push(each.Current);
  return found;
}

/** @param tables each table's columns by its name, as in "(Column: type, ...)" */
function parse(tables, text) {
  const symbols = Object.entries(tables).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
  const database = new Symbols.DatabaseSymbol.$ctor1('workspace', symbols);
  return { symbols, code: KustoCode.ParseAndAnalyze(text, GlobalState.Default.WithDatabase(database)) };
}

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
