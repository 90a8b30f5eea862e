// Parses and checks queries with the real parser of KQL (Microsoft's, compiled to JavaScript).
// In: {"tables": {"Name": "(Column: type, ...)"}, "queries": {"name": "text"}}
// Out: {"name": {"problems": [{"severity", "message"}], "columns": {"Column": "type"}, "tables": ["Name"]}}
'use strict';

const { readFileSync } = require('node:fs');

require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Symbols, KustoCode, GlobalState, Syntax } = Kusto.Language;

const list = (items) => {
  const found = [];
  for (const each = Bridge.getEnumerator(items); each.moveNext(); ) found.push(each.Current);
  return found;
};

const { tables, queries } = JSON.parse(readFileSync(0, 'utf8'));
const symbols = Object.entries(tables).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('workspace', symbols));

const answers = {};
for (const [name, text] of Object.entries(queries)) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const mentioned = new Set();
  Syntax.SyntaxElement.WalkNodes(code.Syntax, (node) => {
    if (symbols.includes(node.ReferencedSymbol)) mentioned.add(node.ReferencedSymbol.Name);
  });
  answers[name] = {
    problems: list(code.GetDiagnostics()).map((found) => ({
      severity: found.Severity,
      message: `${found.Message} (at «${text.slice(found.Start, found.Start + Math.max(found.Length, 1))}»)`,
    })),
    columns: Object.fromEntries(list(code.ResultType?.Columns ?? []).map((column) => [column.Name, column.Type.Name])),
    tables: [...mentioned],
  };
}

process.stdout.write(JSON.stringify(answers));
