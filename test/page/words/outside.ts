/** Finds words of the page that do not go through `say`, and so stay English whatever the person chose. */
import { parse } from 'svelte/compiler';
import type { AST } from 'svelte/compiler';
import ts from 'typescript';

/** Attributes and properties that hold what a person reads or hears. */
const readable = new Set(
  'advice alt aria-description aria-label empty heading hint label note placeholder text title'.split(' '),
);
/** Two letters in a row: `×`, `n` and `#3` are the same in every language. */
const areWords = (text: string) => /\p{L}{2}/u.test(text);
/** A sentence or a title, and not a key, a class or a path: `Nothing waits.`, `Undo`. */
const isProse = (text: string) =>
  /^\p{Lu}\p{Ll}+(?:[ …,.:]|$)/u.test(text) || /^\p{L}.*\p{Ll} \p{L}.*[.…?]$/u.test(text);
/** A template with two words in it: `${name}, image ${index} of ${split}`. */
const isSentence = (template: string) => (template.match(/(?<![^ ])\p{L}\p{Ll}+(?![^ ,.:;])/gu) ?? []).length >= 2;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Literals that an expression may come to: both branches of a choice, the parts of a template and of a sum. */
function literalsOf(node: Node): string[] {
  const parts = (...keys: string[]) => keys.flatMap((key) => literalsOf(node[key] as Node));
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : [];
    case 'TemplateLiteral': {
      const { quasis, expressions } = node as unknown as {
        quasis: { value: { cooked: string } }[];
        expressions: Node[];
      };
      return [...quasis.map(({ value }) => value.cooked), ...expressions.flatMap(literalsOf)];
    }
    case 'ConditionalExpression':
      return parts('consequent', 'alternate');
    case 'LogicalExpression':
      return parts('left', 'right');
    case 'BinaryExpression':
      return node['operator'] === '+' ? parts('left', 'right') : [];
    default:
      return [];
  }
}

/** What a piece of text or of an attribute shows. */
const shownBy = (part: AST.Text | AST.ExpressionTag): string[] =>
  part.type === 'Text' ? [part.data] : literalsOf(part.expression as unknown as Node);

/** Words in the markup of a component: its text, what is read of attributes, and prose in any expression. */
export function wordsInMarkup(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown, isShown = true): void => {
    if (Array.isArray(node)) return node.forEach((each) => visit(each, isShown));
    if (typeof node !== 'object' || node === null) return;
    const { type, expression } = node as Node & { readonly expression?: Node };
    // Code is the same in every language.
    if (type === 'StyleDirective' || (node as Node)['name'] === 'code') return;
    if (expression) {
      const { start, end } = expression;
      found.push(...wordsInScript(`(${source.slice(start, end)})`));
    }
    if (type === 'Text' || type === 'ExpressionTag') {
      if (isShown) found.push(...shownBy(node as AST.Text | AST.ExpressionTag));
    } else if (type === 'Attribute') {
      const { name, value } = node as AST.Attribute;
      visit(value, readable.has(name));
    } else for (const [key, child] of Object.entries(node)) if (key !== 'expression') visit(child);
  };
  visit(parse(source, { modern: true }).fragment);
  return [...new Set(found.filter(areWords).map((text) => text.trim()))];
}

/** Words in a script: prose that `say` does not take, and that is no key of the catalogue in a table of titles. */
export function wordsInScript(source: string, isKnown: (text: string) => boolean = () => false): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isNewExpression(node)) return;
    if (ts.isCallExpression(node) && node.expression.getText() === 'say') return node.arguments.slice(1).forEach(visit);
    const text = ts.isStringLiteralLike(node) ? node.text : ts.isTemplateExpression(node) ? textOf(node) : '';
    if ((isProse(text) || (ts.isTemplateExpression(node) && isSentence(text))) && !isKnown(text) && !isCompared(node))
      found.push(text);
    if (ts.isPropertyAssignment(node) && readable.has(node.name.getText()) && ts.isStringLiteralLike(node.initializer))
      if (areWords(node.initializer.text) && !isKnown(node.initializer.text)) found.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('words.ts', source, ts.ScriptTarget.Latest, true));
  return [...new Set(found)];
}

const textOf = ({ head, templateSpans }: ts.TemplateExpression) =>
  [head.text, ...templateSpans.map(({ literal }) => literal.text)].join('{}');

/** Whether a literal is only compared or looked up: the name of a key, the kind of a thing. */
const isCompared = ({ parent }: ts.Node) =>
  ts.isBinaryExpression(parent) || ts.isCaseClause(parent) || ts.isElementAccessExpression(parent);

/** The scripts of a component, without its markup. */
export const scriptsOf = (source: string): string =>
  [...source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');
