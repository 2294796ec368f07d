/**
 * Builds `out/` from the sources: `npm run build [-- programs shell page] [--force] [--addon]`. Only what changed is built
 * unless forced; `--addon` also compiles the engine's addon for installed apps.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { SetupFailure } from './failure.mjs';
import { checkoutFolder } from './paths.mjs';
import { applicationNode, isModernNode } from './packages.mjs';
import { builtFrom, commitOf, fingerprint, parts, staleParts } from './sources.mjs';

/** Packages that are native or that find files beside themselves: they stay in node_modules. */
const external = [
  'better-sqlite3',
  '@tensorflow/*',
  '@mapbox/node-pre-gyp',
  'sharp',
  'bufferutil',
  'utf-8-validate',
  'electron',
];

/** CommonJS packages inside an ESM bundle need a `require`. */
const banner =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** `-modified` where tracked sources differ from the commit. @param {string} checkout */
function commitWithState(checkout) {
  const commit = commitOf(checkout);
  if (commit === 'unknown') return commit;
  const { status, stdout } = spawnSync(
    'git',
    ['status', '--porcelain', '-uno', '--', 'src-main', 'src-renderer', 'resources'],
    { cwd: checkout, encoding: 'utf8' },
  );
  return status === 0 && stdout.trim() ? `${commit}-modified` : commit;
}

/**
 * @param {string} checkout
 * @param {readonly string[]} names folders of src-main with an `index.ts`
 * @param {import('esbuild').BuildOptions} options
 */
async function bundle(checkout, names, options) {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const entries = names
    .map((name) => ({ in: join(checkout, 'src-main', name, 'index.ts'), out: name }))
    .filter((entry) => existsSync(entry.in));
  if (entries.length === 0) return;
  await build({
    entryPoints: entries,
    outdir: join(checkout, 'out'),
    bundle: true,
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'silent',
    platform: 'node',
    external,
    define: {
      'process.env.RESIDUA_VERSION': JSON.stringify(version),
      'process.env.RESIDUA_COMMIT': JSON.stringify(commitWithState(checkout)),
    },
    ...options,
  });
}

/** @type {Record<import('./sources.mjs').Part, (checkout: string) => Promise<void>>} */
const builders = {
  async programs(checkout) {
    await bundle(checkout, parts.programs.entries, {
      format: 'esm',
      target: 'node22',
      banner: { js: banner },
      outExtension: { '.js': '.mjs' },
    });
    const { build } = await import('esbuild');
    await build({
      entryPoints: [join(checkout, 'src-main/setup/probe.mjs')],
      outfile: join(checkout, 'out/probe.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
    });
  },
  shell: (checkout) =>
    bundle(checkout, parts.shell.entries, { format: 'cjs', target: 'node16', outExtension: { '.js': '.cjs' } }),
  async page(checkout) {
    const root = join(checkout, 'src-renderer');
    if (!existsSync(join(root, 'index.html'))) return;
    const { build } = await import('vite');
    const { svelte, vitePreprocess } = await import('@sveltejs/vite-plugin-svelte');
    await build({
      root,
      base: './',
      configFile: false,
      logLevel: 'silent',
      plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
      build: {
        outDir: join(checkout, 'out', 'page'),
        emptyOutDir: true,
        target: 'chrome108',
        cssTarget: 'chrome108',
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
      },
    });
  },
};

/** Both bundlers throw a list of errors; the first is said. @param {unknown} thrown */
function explainBuildFailure(thrown) {
  const isList = thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors);
  const errors = isList ? /** @type {{ errors: any[] }} */ (/** @type {unknown} */ (thrown)).errors : [];
  const [first] = errors;
  const text = stripVTControlCharacters(String(first?.text ?? first?.message ?? '')).split('\n')[0];
  if (!text) return thrown;
  const where = first.location ? `${first.location.file}:${first.location.line}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new SetupFailure(`The build failed: ${where}${text}${more}.`, 'Correct the source and start again.');
}

/**
 * Builds parts of `out/`. What a part was built from is noted only once it is whole.
 * @param {string} checkout
 * @param {readonly import('./sources.mjs').Part[]} names
 */
export async function buildParts(checkout, names) {
  mkdirSync(join(checkout, 'out'), { recursive: true });
  for (const name of names) {
    const before = fingerprint(checkout, name);
    try {
      await builders[name](checkout);
    } catch (thrown) {
      throw explainBuildFailure(thrown);
    }
    const noted = join(checkout, 'out', 'build.json');
    writeFileSync(`${noted}.${process.pid}`, JSON.stringify({ ...builtFrom(checkout), [name]: before }, null, 2));
    renameSync(`${noted}.${process.pid}`, noted);
  }
}

/** The parts that the arguments name, else all; those that are stale, else with `--force` all of them. @param {readonly string[]} args */
function stalePartsOf(args) {
  const known = /** @type {import('./sources.mjs').Part[]} */ (Object.keys(parts));
  const named = known.filter((name) => args.includes(name));
  const asked = named.length > 0 ? named : known;
  const stale = args.includes('--force') ? asked : staleParts(checkoutFolder());
  return asked.filter((name) => stale.includes(name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const checkout = checkoutFolder();
  if (!isModernNode(process.version)) {
    // The page's bundler needs a newer Node than the set-up does.
    process.exit(spawnSync(applicationNode(checkout), process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);
  }
  const asked = stalePartsOf(process.argv.slice(2));
  try {
    await buildParts(checkout, asked);
    if (process.argv.includes('--addon')) {
      const { compileAddon } = await import('./addon.mjs');
      const { installEngine } = await import('./engine.mjs');
      const { libraries } = await installEngine({ flavour: 'cpu', prebuilt: null });
      await compileAddon({ tensorflow: libraries, output: join(checkout, 'out', 'engine', 'tfjs_binding.node') });
    }
  } catch (thrown) {
    process.stderr.write(
      `${thrown instanceof SetupFailure ? thrown.message : thrown instanceof Error ? thrown.stack : thrown}\n`,
    );
    process.exit(1);
  }
}
