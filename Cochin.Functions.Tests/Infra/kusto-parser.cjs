// Microsoft's KQL parser (compiled to JavaScript with Bridge.NET), with its lists as arrays.
'use strict';

require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Symbols, KustoCode, GlobalState } = Kusto.Language;

exports.list = (items) => {
  const found = [];
  for (const each = Bridge.getEnumerator(items); each.moveNext(); ) found.push(each.Current);
  return found;
};

/** @param tables each table's columns by its name, as in "(Column: type, ...)" */
exports.parse = (tables, text) => {
  const symbols = Object.entries(tables).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
  const database = new Symbols.DatabaseSymbol.$ctor1('workspace', symbols);
  return { symbols, code: KustoCode.ParseAndAnalyze(text, GlobalState.Default.WithDatabase(database)) };
};
