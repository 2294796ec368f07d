/** What axe says of a page, in the window and in a browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe calls serious or critical on what is shown now, a line for each rule. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ id: string; impact: string; nodes: { target: string[] }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? [`${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`]
      : [],
  );
}
