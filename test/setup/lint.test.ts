import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { ESLint } from 'eslint';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({ cwd: checkout });

/** What lint says about a source, were it at a path. */
async function lint(path: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath: path });
  return result!.messages.map(({ message }) => message);
}

test('a wall between rooms is named with what may be imported', async () => {
  assert.deepEqual(await lint('src-main/core/graph/x.ts', "import '../store/runs.ts';\n"), [
    'src-main/core/graph may not import src-main/core/store/runs.ts; it may import src-main/shared.',
  ]);
  assert.deepEqual(await lint('src-renderer/x.ts', "export { a } from '../src-main/shell/a.ts';\n"), [
    'src-renderer may not import src-main/shell/a.ts; it may import src-main/shared.',
  ]);
  assert.deepEqual(await lint('src-main/setup/x.mjs', "await import('../shared/failure.ts');\n"), [
    'src-main/setup may not import src-main/shared/failure.ts; it may import only itself.',
  ]);
});

test('what the table allows passes', async () => {
  assert.deepEqual(
    await lint('src-main/core/network/x.ts', "import '../graph/graph.ts';\nimport '../../shared/failure.ts';\n"),
    [],
  );
});

test('native packages and Node stay where they belong', async () => {
  assert.deepEqual(await lint('src-main/core/service/x.ts', "import 'better-sqlite3';\n"), [
    'only src-main/core/store may import better-sqlite3.',
  ]);
  assert.deepEqual(await lint('src-main/shared/x.ts', "import 'node:fs';\n"), [
    'src-main/shared runs in a browser, too: no node:fs.',
  ]);
});

test('a file name that says nothing and a file too long are refused', async () => {
  assert.deepEqual(await lint('src-main/shared/utils.ts', 'export const a = 1;\n'), [
    'utils.ts says nothing: name the file after what it holds.',
  ]);
  assert.match(
    (await lint('src-main/shared/x.ts', `${'export {};\n'.repeat(351)}`))[0] ?? '',
    /too many lines \(351\)/,
  );
});
