/** Integers that papers, torchvision, timm and other programs print, and those that follow from them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockCost, blocksOf, planCost } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import * as make from '../../../src-main/shared/network/families.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';

const numbers = (spec: Spec, classes?: number) => {
  const { parameters, macs } = planCost(expand(spec, { classes }));
  return [parameters, macs];
};

test('every preset has the published number of parameters and multiply-adds', () => {
  assert.deepEqual(Object.fromEntries(presets.map(({ name, spec }) => [name, numbers(spec)])), {
    resnet20: [269_722, 40_551_040],
    resnet32: [464_154, 68_862_592],
    resnet44: [658_586, 97_174_144],
    resnet56: [853_018, 125_485_696],
    resnet110: [1_727_962, 252_887_680],
    resnet1202: [19_421_274, 2_829_238_912],
    plain20: [269_722, 40_551_040],
    plain56: [853_018, 125_485_696],
    preresnet110: [1_727_962, 252_887_680],
    preresnet164: [1_703_258, 244_500_992],
    preresnet1001: [10_327_706, 1_487_849_984],
    'resnet110-sd': [1_727_962, 252_887_680],
    'resnet1202-sd': [19_421_274, 2_829_238_912],
    'wrn-16-4': [2_748_890, 392_612_352],
    'wrn-16-8': [10_961_370, 1_548_145_664],
    'wrn-28-10': [36_479_194, 5_243_328_768],
    'wrn-28-10-dropout': [36_479_194, 5_243_328_768],
    'wrn-40-1': [563_930, 83_280_512],
    'wrn-40-2': [2_243_546, 327_599_360],
    'wrn-40-4': [8_949_210, 1_298_582_016],
    'resnext29-8x64d': [34_426_698, 5_387_266_048],
    'resnext29-16x64d': [68_155_210, 10_688_866_304],
    resnet18: [11_689_512, 1_814_073_344],
    resnet34: [21_797_672, 3_663_761_408],
    resnet50: [25_557_032, 4_089_184_256],
    resnet101: [44_549_160, 7_801_405_440],
    resnet152: [60_192_808, 11_513_626_624],
    'resnext50-32x4d': [25_028_904, 4_230_479_872],
    'resnext101-32x8d': [88_791_336, 16_414_015_488],
    'resnext101-64x4d': [83_455_272, 15_460_270_080],
    'wide-resnet50-2': [68_883_240, 11_398_021_120],
    'wide-resnet101-2': [126_886_696, 22_753_050_624],
  });
});

const parametersOf = (specs: Record<string, Spec>, classes = 10) =>
  Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, planCost(expand(spec, { classes })).parameters]),
  );

test('variants that the papers and other programs name have their published number of parameters', () => {
  const withB = { shortcut: 'B' } as const;
  const actual = {
    ...parametersOf({
      'resnet20 B': make.cifarResNet(20, withB),
      'resnet32 B': make.cifarResNet(32, withB),
      'resnet44 B': make.cifarResNet(44, withB),
      'resnet56 B': make.cifarResNet(56, withB),
      'resnet110 B': make.cifarResNet(110, withB),
      'resnet1202 B': make.cifarResNet(1202, withB),
      'resnet164 of bottlenecks': make.cifarPreactivationBottleneck(164, { block: 'bottleneck' }),
      'resnet1001 of bottlenecks': make.cifarPreactivationBottleneck(1001, { block: 'bottleneck' }),
      'preresnet20 B': make.cifarPreactivation(20, withB),
      'preresnet56 B': make.cifarPreactivation(56, withB),
      'preresnet110 B': make.cifarPreactivation(110, withB),
      'preresnet1202 B': make.cifarPreactivation(1202, withB),
      'wrn-40-8': make.wideResNet(40, 8),
      'wrn-16-10': make.wideResNet(16, 10),
      'wrn-22-8': make.wideResNet(22, 8),
      'wrn-22-10': make.wideResNet(22, 10),
      'wrn-28-12': make.wideResNet(28, 12),
      'wrn-40-10': make.wideResNet(40, 10),
      'resnext29-4x64d': make.cifarResNeXt(29, 4, 64),
      'resnext29-2x64d': make.cifarResNeXt(29, 2, 64),
      'resnext29-1x64d': make.cifarResNeXt(29, 1, 64),
      'resnext29-32x4d': make.cifarResNeXt(29, 32, 4),
      'resnext29-1x128d': make.cifarResNeXt(29, 1, 128),
      'resnext29-1x192d': make.cifarResNeXt(29, 1, 192),
    }),
    ...parametersOf(
      {
        'resnext50-2x40d': make.imagenetResNeXt(50, 2, 40),
        'resnext50-4x24d': make.imagenetResNeXt(50, 4, 24),
        'resnext50-8x14d': make.imagenetResNeXt(50, 8, 14),
        'resnext101-2x40d': make.imagenetResNeXt(101, 2, 40),
        'resnext101-4x24d': make.imagenetResNeXt(101, 4, 24),
        'resnext101-8x14d': make.imagenetResNeXt(101, 8, 14),
        'resnext101-32x4d': make.imagenetResNeXt(101, 32, 4),
        'resnext101-1x100d': make.imagenetResNeXt(101, 1, 100),
        'resnext101-2x64d': make.imagenetResNeXt(101, 2, 64),
      },
      1000,
    ),
  };
  assert.deepEqual(actual, {
    'resnet20 B': 272_474,
    'resnet32 B': 466_906,
    'resnet44 B': 661_338,
    'resnet56 B': 855_770,
    'resnet110 B': 1_730_714,
    'resnet1202 B': 19_424_026,
    'resnet164 of bottlenecks': 1_704_154,
    'resnet1001 of bottlenecks': 10_328_602,
    'preresnet20 B': 272_282,
    'preresnet56 B': 855_578,
    'preresnet110 B': 1_730_522,
    'preresnet1202 B': 19_423_834,
    'wrn-40-8': 35_748_314,
    'wrn-16-10': 17_116_634,
    'wrn-22-8': 17_158_106,
    'wrn-22-10': 26_797_914,
    'wrn-28-12': 52_517_850,
    'wrn-40-10': 55_841_754,
    'resnext29-4x64d': 17_562_442,
    'resnext29-2x64d': 9_130_314,
    'resnext29-1x64d': 4_914_250,
    'resnext29-32x4d': 4_775_754,
    'resnext29-1x128d': 13_775_178,
    'resnext29-1x192d': 27_280_970,
    'resnext50-2x40d': 25_425_000,
    'resnext50-4x24d': 25_292_968,
    'resnext50-8x14d': 25_603_016,
    'resnext101-2x40d': 44_456_296,
    'resnext101-4x24d': 44_363_432,
    'resnext101-8x14d': 45_104_328,
    'resnext101-32x4d': 44_177_704,
    'resnext101-1x100d': 85_611_336,
    'resnext101-2x64d': 84_198_184,
  });
});

test('moving the stride between the 1×1 and the 3×3 of a bottleneck changes the multiply-adds alone', () => {
  const reduce = { strideIn: 'reduce' } as const;
  const spatial = { strideIn: 'spatial' } as const;
  assert.deepEqual(
    [
      numbers(make.imagenetResNet(50, reduce)),
      numbers(make.imagenetResNet(101, reduce)),
      numbers(make.imagenetResNet(152, reduce)),
      numbers(make.cifarPreactivationBottleneck(164, spatial)),
      numbers(make.cifarPreactivationBottleneck(1001, spatial)),
    ],
    [
      [25_557_032, 3_857_973_248],
      [44_549_160, 7_570_194_432],
      [60_192_808, 11_282_415_616],
      [1_703_258, 247_646_720],
      [10_327_706, 1_490_995_712],
    ],
  );
});

test('a hundred classes instead of ten add what the head needs', () => {
  const heads = [
    make.cifarResNet(20),
    make.cifarPreactivationBottleneck(164),
    make.wideResNet(28, 10),
    make.cifarResNeXt(29, 8, 64),
  ];
  const more = heads.map(
    (spec) => planCost(expand(spec, { classes: 100 })).parameters - planCost(expand(spec)).parameters,
  );
  assert.deepEqual(more, [5_850, 23_130, 57_690, 92_250]);
});

test('running statistics are two values for every normalised channel', () => {
  assert.equal(planCost(expand(make.cifarResNet(20, { shortcut: 'B' }))).buffers, 1_568);
});

test('one block has the parameters of Xie et al. in all three forms', () => {
  const rows = (
    [
      [1, 64],
      [2, 40],
      [4, 24],
      [8, 14],
      [32, 4],
    ] as const
  ).map(([cardinality, pathWidth]) =>
    (cardinality === 1 ? (['c'] as const) : (['a', 'b', 'c'] as const)).map((form) => {
      const spec = { ...make.imagenetResNeXt(50, cardinality, pathWidth), form };
      const second = blocksOf(expand(spec))[1];
      return second && blockCost(second).parameters;
    }),
  );
  assert.deepEqual(rows, [
    [70_400],
    [70_592, 70_592, 70_592],
    [70_784, 70_784, 70_784],
    [72_416, 72_416, 72_416],
    [71_168, 71_168, 71_168],
  ]);
});

test('depths that no network of a family has are refused with the nearest ones', () => {
  const refused = [
    () => make.cifarResNet(21),
    () => make.cifarPreactivationBottleneck(100),
    () => make.wideResNet(18, 4),
    () => make.cifarResNeXt(30, 8, 64),
  ].map((attempt) => {
    try {
      return attempt().name;
    } catch (error) {
      return (error as Error).message;
    }
  });
  assert.deepEqual(refused, [
    'This network cannot be built: depth: A CIFAR ResNet has 6n + 2 layers, which 21 is not. Use 20 or 26.',
    'This network cannot be built: depth: A CIFAR ResNet of bottlenecks has 9n + 2 layers, which 100 is not. Use 92 or 101.',
    'This network cannot be built: depth: A Wide ResNet has 6n + 4 layers, which 18 is not. Use 16 or 22.',
    'This network cannot be built: depth: A CIFAR ResNeXt has 9n + 2 layers, which 30 is not. Use 29 or 38.',
  ]);
});
