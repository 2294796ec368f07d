/**
 * `npm run test:studies -- [--budget 10m] [--only NAME] [--data digits] [--out FOLDER]`: every built-in study from its start
 * to a verdict and a report in two languages, without a hand on it, through a kill of core in its middle. Status 1 where
 * one of them does not come to that.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { budgetOf } from '../../src-main/cli/study.ts';
import { cacheFolder } from '../../src-main/setup/engine.mjs';
import type { StudyDetail } from '../../src-main/shared/contract.ts';
import { builtInKinds } from '../../src-main/shared/study/plan.ts';
import type { BuiltInKind } from '../../src-main/shared/study/plan.ts';
import { languages } from '../../src-main/shared/language.ts';
import { speak } from '../../src-main/shared/study/words/words.ts';
import { Office } from '../kill/office.ts';

const { values: given } = parseArgs({
  options: {
    budget: { type: 'string', default: '10m' },
    only: { type: 'string' },
    data: { type: 'string', default: 'digits' },
    out: { type: 'string' },
  },
});
const budgetSeconds = budgetOf(given.budget);
const english = speak('en');
const wanted = builtInKinds.filter((kind) => !given.only || english.words.kinds[kind].command === given.only);

/** How far a study is when core is killed. */
const killedAt = 0.4;
const checkpointEveryMs = 5000;
const lookMs = 500;

const folder = mkdtempSync(join(tmpdir(), 'residua-studies-'));
const cache = join(folder, 'cache');
mkdirSync(cache);
symlinkSync(join(cacheFolder(), 'engine'), join(cache, 'engine'));
const office = new Office({ home: join(folder, 'home'), cache }, checkpointEveryMs);
await office.open();

async function untilProgress(study: string, share: number): Promise<StudyDetail> {
  for (;;) {
    const detail = await office.client.call('study.show', { study });
    if (detail.study.state !== 'running' || detail.study.progress >= share) return detail;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** @returns what went wrong; null where nothing did */
async function answer(kind: BuiltInKind): Promise<string | null> {
  const startedMs = performance.now();
  const asked = { kind, data: given.data, budgetSeconds, device: 'cpu' } as const;
  const planned = await office.client.call('study.plan', asked);
  const { study } = await office.client.call('study.start', asked);
  const half = await untilProgress(study.id, killedAt);
  if (half.study.state !== 'running') return 'it was over before core could be killed';
  await office.killCore();
  await office.open();
  const detail = await untilProgress(study.id, Infinity);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const { finding } = detail.study;
  console.error(
    `${english.words.kinds[kind].command}: ${finding ? english.words.findings[finding] : 'no verdict'}; planned ${english.duration(planned.seconds)}, took ${english.duration(tookSeconds)}.`,
  );
  for (const part of detail.parts)
    console.error(`  ${english.claim(part.claim)}: ${english.effect(part)}, ${english.words.parts[part.finding]}`);
  for (const { arm, failure } of detail.problems) console.error(`  ${arm}: ${JSON.stringify(failure)}`);
  if (!finding) return `it ended as ${detail.study.state} without a verdict`;
  for (const language of languages)
    for (const form of ['html', 'markdown'] as const) {
      const { file, text } = await office.client.call('study.report', { study: study.id, form, language });
      if (!text.includes(speak(language).words.findings[finding])) return `its report ${file} does not say the verdict`;
      if (given.out) writeFileSync(join(given.out, `${language}-${file}`), text);
    }
  return detail.problems.length > 0 ? 'something of it failed' : null;
}

let failed = 0;
for (const kind of wanted) {
  const problem = await answer(kind);
  if (problem) failed += 1;
  if (problem) console.error(`  FAILED: ${problem}.`);
}
await office.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${wanted.length - failed} of ${wanted.length} studies came to a verdict and a report.\n`);
process.exit(failed === 0 && wanted.length > 0 ? 0 : 1);
