/**
 * Lint: what the sources may import (the table of src-main/README.md as a rule), how files are named and how long they may
 * be, and the usual traps of TypeScript and Svelte.
 */
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

const root = dirname(fileURLToPath(import.meta.url));

/** Which rooms a room may import from, besides itself. The first row that fits a file is its room. */
const rooms = {
  'src-main/shared': [],
  'src-main/setup': [],
  'src-main/core/device': ['src-main/setup', 'src-main/shared'],
  'src-main/core/dataset': ['src-main/shared'],
  'src-main/core/batches': ['src-main/core/dataset', 'src-main/shared'],
  'src-main/core/graph': ['src-main/shared'],
  'src-main/core/network': ['src-main/core/graph', 'src-main/shared'],
  'src-main/core/weights': ['src-main/core/dataset', 'src-main/shared'],
  'src-main/core/training': [
    'src-main/core/batches',
    'src-main/core/dataset',
    'src-main/core/graph',
    'src-main/core/network',
    'src-main/core/weights',
    'src-main/shared',
  ],
  'src-main/core/store': ['src-main/shared'],
  'src-main/core/imports': [
    'src-main/core/dataset',
    'src-main/core/batches',
    'src-main/core/weights',
    'src-main/shared',
  ],
  'src-main/core/service': [
    'src-main/core/imports',
    'src-main/core/dataset',
    'src-main/core/device',
    'src-main/core/batches',
    'src-main/core/store',
    'src-main/core/weights',
    'src-main/shared',
  ],
  'src-main/core': ['src-main/core/service', 'src-main/shared'],
  'src-main/trainer': ['src-main/core', 'src-main/shared'],
  'src-main/intake': ['src-main/shared'],
  'src-main/cli': [
    'src-main/core/service',
    'src-main/core/device',
    'src-main/serve',
    'src-main/setup/engine.mjs',
    'src-main/shared',
  ],
  'src-main/serve': ['src-main/core/service', 'src-main/core/device', 'src-main/setup/engine.mjs', 'src-main/shared'],
  'src-main/shell': ['src-main/shared'],
  'src-main/preload': ['src-main/shared'],
  'src-renderer': ['src-main/shared'],
};

/** Packages that only some rooms may use. */
const packages = [
  { pattern: /^electron$/, rooms: ['src-main/shell', 'src-main/preload'] },
  { pattern: /^(better-sqlite3|kysely)$/, rooms: ['src-main/core/store'] },
  { pattern: /^@tensorflow\//, rooms: ['src-main/trainer'] },
  { pattern: /^(svelte|chart\.js|bits-ui)(\/|$)/, rooms: ['src-renderer'] },
];

/** Rooms that run in a browser, too. */
const pure = ['src-main/shared', 'src-renderer'];

const within = (path, room) => path === room || path.startsWith(`${room}/`);
const roomOf = (path) => Object.keys(rooms).find((room) => within(path, room));

/** Why a file may not import something; null where it may. */
function objection(file, specifier) {
  const room = roomOf(file);
  if (!room) return null;
  if (!specifier.startsWith('.')) {
    if (specifier.startsWith('node:') && pure.includes(room)) return `${room} runs in a browser, too: no ${specifier}`;
    const owned = packages.find(({ pattern }) => pattern.test(specifier));
    return owned && !owned.rooms.includes(room) ? `only ${owned.rooms.join(' and ')} may import ${specifier}` : null;
  }
  const target = relative(root, join(root, dirname(file), specifier))
    .split(sep)
    .join('/');
  if (roomOf(target) === room || rooms[room].some((allowed) => within(target, allowed))) return null;
  const allowed = rooms[room].length > 0 ? rooms[room].join(', ') : 'only itself';
  return `${room} may not import ${target}; it may import ${allowed}`;
}

const imports = {
  meta: { type: 'problem', schema: [], messages: { wall: '{{objection}}.' } },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const found = objection(file, node.source.value);
      if (found) context.report({ node: node.source, messageId: 'wall', data: { objection: found } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const fileNames = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { vague: '{{name}} says nothing: name the file after what it holds.' },
  },
  create(context) {
    const name = context.filename.split(sep).at(-1);
    const vague = /^(utils?|helpers?|common|misc|manager|types)\./i.test(name) || /Manager\./.test(name);
    return { Program: (node) => void (vague && context.report({ node, messageId: 'vague', data: { name } })) };
  },
};

export default typescript.config(
  {
    ignores: [
      '**/*',
      '!src-main/**',
      '!src-renderer/**',
      '!test/**',
      '!eslint.config.js',
      'test/**/fixtures/**',
      'src-renderer/public/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    plugins: { house: { rules: { imports, 'file-names': fileNames } } },
    rules: {
      'house/imports': 'error',
      'house/file-names': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': ['error', { allow: ['error', 'warn'] }],
      'no-undef': 'off',
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // Plain sets and maps are meant where a whole value is replaced; svelte-check knows its own comments better.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-unused-svelte-ignore': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  { files: ['src-main/**', 'src-renderer/**'], rules: { 'max-lines': ['error', { max: 350 }] } },
  { files: ['**/*.mjs'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
);
