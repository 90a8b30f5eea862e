// Runs queries on rows at a given time by interpreting the syntax tree of the real parser. Supports only what the queries of the
// alerts use, as documented for KQL, and throws for anything else.
// Input line: {"now": "ISO", "tables": {"Name": "(Column: type, ...)"}, "rows": {"Name": [{}]}, "query": "text"}
// Output line: the rows of the result, or {"error": "text"}
'use strict';

const { createInterface } = require('node:readline');
const { list, parse } = require('./kusto-parser.cjs');

class Timespan {
  constructor(ms) { this.ms = ms; }
  toJSON() { return `${this.ms / 1000} s`; }
}

let now, tables, rows;
let scope = {};

const units = { d: 86400000, h: 3600000, m: 60000, s: 1000 };
const typeOf = (node) => Bridge.getTypeName(node).split('.').pop();
const items = (separated) => list(separated).map((each) => each.Element$1 ?? each.Element ?? each);
const isEmpty = (value) => value === null || value === undefined || value === '';
const rank = (value) => (value instanceof Date ? value.getTime() : value instanceof Timespan ? value.ms : value);
const largest = (values) => values.filter((value) => value !== null && value !== undefined)
  .reduce((best, value) => (best === null || rank(value) > rank(best) ? value : best), null);

function add(left, right, sign) {
  if (left === null || right === null) return null;
  if (left instanceof Date) return right instanceof Date ? new Timespan(left - right) : new Date(left.getTime() + sign * right.ms);
  if (left instanceof Timespan) return new Timespan(left.ms + sign * right.ms);
  return left + sign * right;
}

function multiply(left, right) {
  if (left === null || right === null) return null;
  if (left instanceof Timespan) return new Timespan(left.ms * right);
  return right instanceof Timespan ? new Timespan(left * right.ms) : left * right;
}

const compare = (test) => (left, right) => (left === null || right === null ? null : test(rank(left), rank(right)));
const binary = {
  '==': compare((l, r) => l === r), '>': compare((l, r) => l > r), '<': compare((l, r) => l < r),
  and: (l, r) => l && r, or: (l, r) => l || r,
  '+': (l, r) => add(l, r, 1), '-': (l, r) => add(l, r, -1), '*': multiply,
};

const functions = {
  ago: (span) => new Date(now.getTime() - span.ms),
  now: () => now,
  todatetime: (text) => (isEmpty(text) || isNaN(Date.parse(text)) ? null : new Date(text)),
  tostring: (value) => (value === null || value === undefined ? '' : String(value)),
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  isnull: (value) => value === null,
  isnotempty: (value) => !isEmpty(value),
  min_of: (...values) => values.reduce((best, value) => (rank(value) < rank(best) ? value : best)),
  case: (...parts) => {
    for (let i = 0; i + 1 < parts.length; i += 2) if (parts[i]) return parts[i + 1];
    return parts.at(-1);
  },
};

const aggregates = { max: (group, [column]) => largest(group.map((row) => evaluate(column, row))) };

function literal(node) {
  const text = node.ToString(0).trim();
  switch (node.ResultType.Name) {
    case 'string': return node.LiteralValue;
    case 'bool': return text === 'true';
    case 'datetime': return new Date(/\((.*)\)/.exec(text)[1]);
    case 'timespan': return new Timespan(parseFloat(text) * units[/[dhms]$/.exec(text)[0]]);
    default: return Number(text);
  }
}

function evaluate(node, row) {
  switch (typeOf(node)) {
    case 'LiteralExpression': return literal(node);
    case 'ParenthesizedExpression': return evaluate(node.Expression, row);
    case 'SimpleNamedExpression': return evaluate(node.Expression, row);
    case 'NameReference': return node.SimpleName in row ? row[node.SimpleName] : scope[node.SimpleName];
    case 'ElementExpression': return evaluate(node.Expression, row)?.[evaluate(node.Selector.Expression, row)] ?? null;
    case 'ToScalarExpression': {
      const first = table(node.Expression)[0];
      return first === undefined ? null : Object.values(first)[0];
    }
    case 'InExpression':
      return items(node.Right.Expressions).some((each) => evaluate(each, row) === evaluate(node.Left, row));
    case 'BinaryExpression':
      return known(binary, node.Operator.Text)(evaluate(node.Left, row), evaluate(node.Right, row));
    case 'FunctionCallExpression':
      return known(functions, node.Name.SimpleName)(...items(node.ArgumentList.Expressions).map((each) => evaluate(each, row)));
    default: throw new Error(`No expression of this kind yet: ${typeOf(node)} ${node.ToString(0)}`);
  }
}

function known(what, name) {
  if (!(name in what)) throw new Error(`Not known yet: ${name}`);
  return what[name];
}

const nameOf = (node) => (typeOf(node) === 'SimpleNamedExpression' ? node.Name.SimpleName : node.SimpleName ?? node.ToString(0).trim());
const columns = (expressions, row) => Object.fromEntries(items(expressions).map((each) => [nameOf(each), evaluate(each, row)]));

function table(node) {
  switch (typeOf(node)) {
    case 'ParenthesizedExpression': return table(node.Expression);
    case 'DataTableExpression': return [];
    case 'NameReference': return node.SimpleName in scope ? scope[node.SimpleName] : rows[node.SimpleName] ?? [];
    case 'UnionOperator': return items(node.Expressions).flatMap(table);
    case 'PrintOperator': return [columns(node.Expressions, {})];
    case 'PipeExpression': return operate(node.Operator, table(node.Expression));
    default: throw new Error(`No source of this kind yet: ${typeOf(node)} ${node.ToString(0)}`);
  }
}

function operate(node, input) {
  switch (typeOf(node)) {
    case 'FilterOperator': return input.filter((row) => evaluate(node.Condition, row) === true);
    case 'ExtendOperator':
      // Each expression is evaluated on the input row.
      return input.map((row) => ({ ...row, ...columns(node.Expressions, row) }));
    case 'ProjectOperator': return input.map((row) => columns(node.Expressions, row));
    case 'TopOperator': {
      const by = node.ByExpression.Expression;
      return [...input].sort((a, b) => rank(evaluate(by, b)) - rank(evaluate(by, a))).slice(0, literal(node.Expression));
    }
    case 'SummarizeOperator': {
      if (node.ByClause) throw new Error('summarize ... by is not known yet');
      return [Object.fromEntries(items(node.Aggregates).map((each) => {
        const call = typeOf(each) === 'SimpleNamedExpression' ? each.Expression : each;
        return [nameOf(each), known(aggregates, call.Name.SimpleName)(input, items(call.ArgumentList.Expressions))];
      }))];
    }
    default: throw new Error(`No operator of this kind yet: ${typeOf(node)} ${node.ToString(0)}`);
  }
}

const isTabular = (node) => node.ResultType && Bridge.getTypeName(node.ResultType).endsWith('TableSymbol');

function run(text) {
  scope = {};
  let result = [];
  for (const statement of items(parse(tables, text).code.Syntax.Statements)) {
    if (typeOf(statement) === 'LetStatement') {
      const { Name, Expression } = statement;
      scope[Name.SimpleName] = isTabular(Expression) ? table(Expression) : evaluate(Expression, {});
    } else {
      result = table(statement.Expression);
    }
  }
  return result;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    const question = JSON.parse(line, (key, value) => (key === 'TimeGenerated' || key === 'now' ? new Date(value) : value));
    ({ now, tables, rows } = question);
    console.log(JSON.stringify(run(question.query)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
});
