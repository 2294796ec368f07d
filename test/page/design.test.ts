/** The designer, served by a real core and in a real browser: its numbers, its speed, its keys, and axe in every state. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { processorName } from '../../src-main/core/device/processor.ts';
import { createCore } from '../../src-main/core/service/core.ts';
import type { Core } from '../../src-main/core/service/core.ts';
import { openStore } from '../../src-main/core/store/open.ts';
import { locateEngine } from '../../src-main/setup/engine.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { describe } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset, presets } from '../../src-main/shared/network/presets.ts';
import { predict } from '../../src-main/shared/network/prediction.ts';
import { countInWords, speedInWords, stepTimeInWords } from '../../src-main/shared/words.ts';
import type { Calibration } from '../../src-main/shared/calibration.ts';
import { seriousFindings } from './accessible.ts';
import { servePages, skip, themes } from './served.ts';
import type { Served } from './served.ts';

const home = mkdtempSync(join(tmpdir(), 'residua-design-'));

/** A machine as it may be, so that the page has something to predict by. */
const calibration: Calibration = {
  kind: 'cpu',
  device: processorName(),
  engine: locateEngine({ flavour: 'cpu' }).version ?? '',
  rates: {
    nodes: 5e-6,
    spatial: 6e-12,
    pointwise: 6e-12,
    narrow: 6e-11,
    medium: 9e-12,
    broad: 1e-11,
    traffic: 2.5e-11,
  },
  error: 0.05,
  seconds: 14,
  atMs: 1e12,
};

let core: Core;
let served: Served;
let page: Page;

before(async () => {
  if (skip) return;
  const store = openStore(home);
  store.writeCalibration(calibration);
  store.close();
  core = createCore({ home, version: '0', commit: 'test' });
  served = await servePages(core);
  page = await open('light');
});
after(async () => {
  await served?.[Symbol.asyncDispose]();
  await core?.close();
  rmSync(home, { recursive: true, force: true });
});

async function open(colorScheme: 'light' | 'dark'): Promise<Page> {
  const opened = await served.open('', { colorScheme });
  await opened.getByRole('link', { name: 'Design' }).waitFor();
  return opened;
}

async function show(at: Page, network: string): Promise<void> {
  await served.go(at, `#/design/${network}`);
  await at.getByRole('textbox', { name: 'Name' }).waitFor();
}
/** Keeps a small picture of the page, without the pointer on anything. */
async function keepPicture(at: Page, name: string): Promise<void> {
  const folder = resolve(checkoutFolder(), process.env['RESIDUA_SCREENSHOTS'] ?? 'out/screenshots');
  mkdirSync(folder, { recursive: true });
  await at.mouse.move(0, 0);
  const picture = sharp(await at.screenshot()).png({ palette: true, colours: 128, effort: 10 });
  await picture.toFile(join(folder, `${name}.png`));
}
const goTo = (at: Page, view: string) =>
  at.getByRole('group', { name: 'View' }).getByRole('button', { name: view }).click();
const outline = () => page.getByRole('treegrid');
const json = async (): Promise<unknown> =>
  JSON.parse(await page.getByRole('textbox', { name: 'Network as JSON' }).inputValue()) as unknown;

test('the numbers on screen are those of `describe`, for every preset', { skip }, async () => {
  for (const { name, spec } of presets) {
    await show(page, name);
    const said = await page.getByRole('region', { name: 'Numbers' }).locator('dd').allInnerTexts();
    const { parameters, macs, depth, receptiveField } = describe(expand(spec));
    const missing = [
      parameters.toLocaleString('en-US'),
      countInWords(macs),
      `${depth.toLocaleString('en-US')} layers`,
      `${receptiveField.toLocaleString('en-US')} pixels`,
    ].filter((words) => !said.includes(words));
    assert.deepEqual([name, missing], [name, []]);
  }
});

test('an edit of a preset makes a network of one’s own, undo takes it back, and it is kept', { skip }, async () => {
  await show(page, 'resnet20');
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  await goTo(page, 'JSON');
  const before = { ...findPreset('resnet20').spec, name: 'resnet20 2' };
  await page.getByLabel('Blocks', { exact: true }).fill('5');
  assert.deepEqual(await json(), {
    ...before,
    stages: [{ blocks: 5, width: 16, stride: 1 }, ...before.stages.slice(1)],
  });
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.deepEqual(await json(), before);
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.waitForURL(/#\/design\/[0-9a-f-]{36}$/);
  await page.reload();
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  assert.equal(await page.getByLabel('Blocks', { exact: true }).inputValue(), '5');
});

test('what is chosen in the outline is chosen on the canvas and in the JSON', { skip }, async () => {
  await show(page, 'resnet110-sd');
  await goTo(page, 'Outline');
  await outline().focus();
  for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown'])
    await page.keyboard.press(key);
  assert.equal(await page.locator('[data-inspector] h2').innerText(), 'Stage 2, block 2 32 channels, 16 × 16');
  await goTo(page, 'Canvas');
  await page.getByText('Stage 2, block 2 of 18').waitFor();
  await goTo(page, 'JSON');
  const area = page.getByRole('textbox', { name: 'Network as JSON' });
  const chosen = await area.evaluate((element) => {
    const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });
  assert.deepEqual(JSON.parse(chosen), { blocks: 18, width: 32, stride: 2 });
});

test('a mistake in the JSON is said at its place, and what is right is taken', { skip }, async () => {
  await show(page, 'resnet32');
  await goTo(page, 'JSON');
  const area = page.getByRole('textbox', { name: 'Network as JSON' });
  const text = await area.inputValue();
  await area.fill(text.replace('"widen": 1,', '"widen": "wide",'));
  await page.getByText(/^Line \d+, widen: /).waitFor();
  await page.getByRole('button', { name: 'Show it' }).click();
  assert.equal(
    await area.evaluate((element) => {
      const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    }),
    '"wide"',
  );
  await area.fill(text.replace('"widen": 1,', '"widen": 2,'));
  assert.equal(await page.getByLabel('Widening k').inputValue(), '2');
});

test('a problem is shown at its node with a button that mends it', { skip }, async () => {
  await show(page, 'resnet44');
  await page.getByLabel('Widening k').fill('1.3');
  const problems = page.getByRole('alert');
  await problems.first().waitFor();
  assert.equal(await problems.count(), 3);
  await problems.first().getByRole('button').click();
  await problems.nth(2).waitFor({ state: 'detached' });
  assert.equal(await problems.count(), 2);
});

test('cards of problems stand beside each other’s stages, none over another', { skip }, async () => {
  await show(page, 'resnet44');
  await goTo(page, 'JSON');
  const spec = { ...findPreset('resnet44').spec, widen: 1.3, cardinality: 2, survival: { kind: 'list', values: [1] } };
  await page.getByRole('textbox', { name: 'Network as JSON' }).fill(JSON.stringify(spec));
  await goTo(page, 'Canvas');
  const cards = page.locator('.svelte-flow__node-problem');
  await cards.nth(4).waitFor();
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  await page.waitForTimeout(300);
  await keepPicture(page, 'design-problems-light');
  const boxes = await cards.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect));
  const rows = boxes.map(({ top, bottom }) => [top, bottom] as const).sort(([one], [other]) => one - other);
  assert.deepEqual([rows.length, rows.filter(([top], at) => top < (rows[at - 1]?.[1] ?? 0))], [5, []]);
});

test('survival is drawn: the end makes a decay, a bar makes a list', { skip }, async () => {
  await show(page, 'resnet56');
  await page.getByRole('combobox', { name: 'Survival' }).selectOption('linear');
  const figure = page.getByRole('region', { name: 'Survival' }).getByRole('img');
  await figure.scrollIntoViewIfNeeded();
  const box = (await figure.boundingBox())!;
  const at = (x: number, p: number) =>
    [box.x + (box.width * x) / 288, box.y + (box.height * (88 - p * 80)) / 104] as const;
  await page.mouse.move(...at(274, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(274, 0.25), { steps: 4 });
  await page.mouse.up();
  await goTo(page, 'JSON');
  const { survival } = (await json()) as { survival: { kind: string; last: number } };
  assert.deepEqual([survival.kind, Math.round(survival.last * 20)], ['linear', 5]);
  await page.mouse.move(...at(100, 0.6));
  await page.mouse.down();
  await page.mouse.move(...at(100, 0.2), { steps: 4 });
  await page.mouse.up();
  const drawn = ((await json()) as { survival: { kind: string; values: number[] } }).survival;
  assert.deepEqual([drawn.kind, drawn.values.length, Math.round(drawn.values[8]! * 20)], ['list', 27, 4]);
});

test('a network is exported and comes in again by a drop', { skip }, async () => {
  await show(page, 'wrn-16-4');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save as JSON…' }).click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  await served.go(page, '#/design');
  await page.getByRole('heading', { name: 'Networks' }).waitFor();
  const dataTransfer = await page.evaluateHandle((content) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([content], 'dropped.json', { type: 'application/json' }));
    return dropped;
  }, text);
  await page.dispatchEvent('body', 'drop', { dataTransfer });
  await page.getByText('Imported wrn-16-4.').first().waitFor();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.waitForURL(/#\/design\/[0-9a-f-]{36}$/);
  await goTo(page, 'JSON');
  assert.deepEqual(await json(), findPreset('wrn-16-4').spec);
});

test('from ResNet-50 the paper’s paths are found on screen and one is taken', { skip }, async () => {
  await show(page, 'resnet50');
  await page.getByRole('button', { name: 'Same budget…' }).click();
  await page.getByLabel('by changing').selectOption('paths');
  const rows = await page.locator('dialog tbody b').allInnerTexts();
  for (const found of ['1×64d', '2×40d', '4×24d', '8×14d', '32×4d']) assert.ok(rows.includes(found), found);
  await page.getByRole('radio', { name: '32×4d' }).check();
  await page.getByRole('button', { name: 'Use 32×4d' }).click();
  await goTo(page, 'JSON');
  const { name, ...spec } = findPreset('resnext50-32x4d').spec;
  assert.deepEqual(await json(), { ...spec, name: 'resnet50 2' });
  assert.notEqual(name, 'resnet50 2');
});

test('what a run would take of this device is said, follows the edits, and can be a budget', { skip }, async () => {
  await show(page, 'wrn-16-4');
  const said = (name: string) =>
    page.getByRole('region', { name: 'On this device' }).locator(`dt:has-text("${name}") + dd`).innerText();
  const expected = ({ spec, recipe }: ReturnType<typeof findPreset>) => {
    const { stepSeconds, imagesPerSecond } = predict(expand(spec), recipe, {
      kind: 'cpu',
      freeBytes: null,
      calibration,
    });
    return [stepTimeInWords(stepSeconds ?? NaN), speedInWords(imagesPerSecond ?? NaN)];
  };
  const preset = findPreset('wrn-16-4');
  assert.deepEqual([await said('Step time'), await said('Speed')], expected(preset));
  await page.getByLabel('Widening k').fill('8');
  await page.getByLabel('Widening k').press('Enter');
  const wider = expected({ ...preset, spec: { ...preset.spec, widen: 8 } });
  assert.deepEqual([await said('Step time'), await said('Speed')], wider);
  await page.getByRole('button', { name: 'Same budget…' }).click();
  await page.getByLabel('Match').selectOption('wrn-16-4');
  await page.getByLabel('in', { exact: true }).selectOption('seconds');
  await page.getByRole('button', { name: 'Use k = 4' }).click();
  assert.deepEqual([await said('Step time'), await said('Speed')], expected(preset));
});

test(
  'a stage is dragged to another place, in the outline and on the canvas, and undo brings it back',
  { skip },
  async () => {
    await show(page, 'resnet44');
    const order = async () => {
      await goTo(page, 'JSON');
      return ((await json()) as { stages: { width: number }[] }).stages.map(({ width }) => width);
    };
    await goTo(page, 'Outline');
    await page.locator('#outline-stage1').dragTo(page.locator('#outline-stage3'));
    assert.deepEqual(await order(), [32, 64, 16]);
    await goTo(page, 'Canvas');
    await page.locator('.part:has-text("Stage 3")').dragTo(page.locator('.part:has-text("Stage 1")'));
    assert.deepEqual(await order(), [16, 32, 64]);
    for (const title of ['Undo', 'Undo']) await page.getByRole('button', { name: title }).click();
    assert.deepEqual(await order(), [16, 32, 64]);
    await page.getByRole('button', { name: 'Redo' }).click();
    assert.deepEqual(await order(), [32, 64, 16]);
  },
);

// How long it takes is bounded by `npm run test:designer`.
test('an edit of ResNet-1202 is in the numbers before anything else happens', { skip }, async () => {
  await show(page, 'resnet1202-sd');
  await goTo(page, 'Canvas');
  const shown = await page.evaluate(async () => {
    const field = document.querySelector<HTMLInputElement>('#blocks')!;
    const numbers = () => document.querySelector('[data-inspector] section[aria-label=Numbers] dd')?.textContent;
    const seen: (string | undefined)[] = [];
    for (const blocks of [199, 198, 200]) {
      field.value = String(blocks);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
      seen.push(numbers());
    }
    return seen;
  });
  // A block of the first stage has 2 · (3 · 3 · 16 · 16 + 32) = 4,672 parameters.
  assert.deepEqual(shown, ['19,416,602', '19,411,930', '19,421,274']);
});

const states: readonly (readonly [name: string, network: string, open?: (at: Page) => Promise<unknown>])[] = [
  ['networks', ''],
  ['canvas', 'resnet110-sd', (at) => goTo(at, 'Canvas')],
  ['open stage', 'resnet110-sd', (at) => at.getByRole('button', { name: 'Open stage 1' }).click()],
  ['paths', 'resnext50-32x4d'],
  ['problem', 'resnet44', (at) => at.getByLabel('Widening k').fill('1.3')],
  ['outline', 'wrn-28-10', (at) => goTo(at, 'Outline')],
  ['JSON', 'wrn-28-10', (at) => goTo(at, 'JSON')],
  ['wrong JSON', 'wrn-28-10', (at) => at.getByRole('textbox', { name: 'Network as JSON' }).fill('{')],
  ['same budget', 'resnet50', (at) => at.getByRole('button', { name: 'Same budget…' }).click()],
  ['difference', 'resnet101', (at) => at.getByRole('button', { name: 'Difference…' }).click()],
];

for (const theme of themes)
  test(`no state of the designer has a serious finding, ${theme}`, { skip }, async () => {
    const at = await open(theme);
    const found: string[] = [];
    for (const [name, network, act] of states) {
      await served.go(at, `#/design/${network}`);
      await at.locator('main .screen > header').waitFor();
      await act?.(at);
      await at.waitForTimeout(300);
      found.push(...(await seriousFindings(at)).map((finding) => `${name}: ${finding}`));
      await at.keyboard.press('Escape');
    }
    assert.deepEqual([found, served.wrong], [[], []]);
    await at.context().close();
  });

/** `RESIDUA_SCREENSHOTS=resources/screenshots npm test -- page/design` makes those of the README. */
for (const theme of themes)
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const)
    test(`the designer looks its best at ${width} × ${height}, ${theme}`, { skip }, async () => {
      const at = await open(theme);
      await at.setViewportSize({ width, height });
      await show(at, 'resnext50-32x4d');
      await at.getByRole('region', { name: 'On this device' }).getByText('Speed').waitFor();
      await keepPicture(at, `design-${theme}-${width}`);
      const train = await at.getByRole('button', { name: 'Train', exact: true }).boundingBox();
      assert.ok(train && train.x + train.width <= width, 'the whole header is in sight');
      await at.context().close();
    });
