import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments, WrongUsage } from '../../src-main/cli/arguments.ts';
import { recipeOverrides } from '../../src-main/cli/recipe.ts';
import { trainCommand } from '../../src-main/cli/train.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';

const byDataset = { crop: 4, cropFill: 'zero', flip: true, cutout: 0 } as const;
const overrides = (...words: string[]) =>
  recipeOverrides(
    parseArguments(['resnet20', ...words], trainCommand.options, trainCommand.positionals),
    defaultRecipe,
    byDataset,
  );
const refusal = (...words: string[]) => {
  try {
    return overrides(...words);
  } catch (thrown) {
    assert.ok(thrown instanceof WrongUsage, String(thrown));
    return thrown.message;
  }
};

test('only what was asked for is overridden', () => {
  assert.deepStrictEqual(overrides(), {});
  assert.deepStrictEqual(overrides('--epochs', '15', '--batch=64', '--lr', '0.05', '--seed', '7'), {
    duration: { epochs: 15 },
    batch: 64,
    learningRate: 0.05,
    seed: 7,
  });
});

test('dotted keys change parts of the recipe, and a kind brings its own parts', () => {
  assert.deepStrictEqual(
    overrides(
      '--set',
      'schedule.kind=cosine',
      '--set',
      'schedule.last=0.01',
      '--set',
      'augmentation.cutout=8',
      '--set',
      'nesterov=false',
      '--set',
      'duration.images=50000',
    ),
    {
      schedule: { kind: 'cosine', last: 0.01 },
      augmentation: { ...byDataset, cutout: 8 },
      nesterov: false,
      duration: { images: 50_000 },
    },
  );
  assert.deepStrictEqual(overrides('--set', 'schedule.at=0.3,0.6,0.8', '--set', 'augmentation=none'), {
    schedule: { kind: 'steps', at: [0.3, 0.6, 0.8], factor: 0.1 },
    augmentation: { crop: 0, cropFill: 'zero', flip: false, cutout: 0 },
  });
});

test('what is done about divergence and when a run stops early are set by kind and by part', () => {
  assert.deepStrictEqual(
    overrides(
      '--set',
      'whenDiverged=rollBack',
      '--set',
      'whenDiverged.factor=0.5',
      '--set',
      'earlyStopping.patience=4',
    ),
    { whenDiverged: { kind: 'rollBack', factor: 0.5, most: 3 }, earlyStopping: { patience: 4, least: 0 } },
  );
  assert.deepStrictEqual(overrides('--set', 'earlyStopping=null'), { earlyStopping: null });
});

test('what is not possible is refused with a reason and the nearest name', () => {
  assert.deepStrictEqual(
    [
      refusal('--set', 'wieghtDecay=1'),
      refusal('--set', 'schedule.factr=1'),
      refusal('--set', 'schedule=cosin'),
      refusal('--set', 'momentum'),
      refusal('--set', 'momentum.x=1'),
      refusal('--set', '__proto__.x=1'),
      refusal('--epochs', '3', '--steps', '5'),
      refusal('--epochs', '0'),
      refusal('--epochs', '1.5'),
      refusal('--lr', 'fast'),
      refusal('--epoch', '3'),
      refusal('--epochs'),
      refusal('twice'),
      refusal('--json=yes'),
    ],
    [
      'there is no --set wieghtDecay; did you mean weightDecay?',
      'there is no --set schedule.factr; did you mean schedule.factor?',
      '--set schedule wants constant or steps or cosine or oneCycle',
      '--set wants key=value, not "momentum"',
      '--set momentum.x: momentum has no parts',
      '--set wants key=value, not "__proto__.x=1"',
      '--epochs and --steps exclude each other',
      '--epochs wants a number from 1 to 100000, not "0"',
      '--epochs wants a whole number, not 1.5',
      '--lr wants a number from 1e-9 to 1000, not "fast"',
      'there is no option --epoch; did you mean --epochs?',
      '--epochs wants a value',
      '"twice" is one word too many',
      '--json takes no value',
    ],
  );
  assert.match(String(refusal('--set', 'momentum=2')), /^the recipe's momentum is not possible: /);
});
