/** Ways out of what `check` finds, where there is an obvious one. */
import { say } from '../language.ts';
import { isBottleneck } from './blocks.ts';
import { check } from './check.ts';
import type { Problem } from './check.ts';
import { limits } from './edit.ts';
import type { Fill } from './shapes.ts';
import type { Spec, Stage } from './spec.ts';
import { blockCount, survivalOf } from './survival.ts';

export interface Mend {
  /** What a button says, e.g. `Use shortcut B`. */
  readonly title: string;
  readonly spec: Spec;
}

/** The first way that removes the problem without making others; null where none of the obvious ones does. */
export function mend(spec: Spec, problem: Problem, fill: Fill = {}): Mend | null {
  const before = check(spec, fill).length;
  const found = candidates(spec, problem.where).find(({ spec: mended }) => {
    const left = check(mended, fill);
    return (
      left.length < before && !left.some((each) => each.where === problem.where && each.problem === problem.problem)
    );
  });
  return found ?? null;
}

function candidates(spec: Spec, where: string): Mend[] {
  const stage = /^stage(\d+)$/.exec(where)?.[1];
  if (stage) return stageMends(spec, Number(stage) - 1);
  if (where.startsWith('stem/'))
    return [{ title: say('Use the 3×3 stem'), spec: { ...spec, stem: { ...spec.stem, kind: 'cifar' } } }];
  switch (where) {
    case 'input':
      return [{ title: say('Leave the input open'), spec: { ...spec, input: null } }];
    case 'classes':
      return [{ title: say('Leave the classes open'), spec: { ...spec, classes: null } }];
    case 'cardinality':
    case 'pathWidth':
      return isBottleneck(spec.block) ? [] : [bottlenecks(spec), onePath(spec)];
    case 'form':
      return [{ title: say('Use form c'), spec: { ...spec, form: 'c' } }];
    case 'survival':
      return survivalMends(spec);
    case 'zeroLastScale':
      return [{ title: say('Start the last scales at 1'), spec: { ...spec, zeroLastScale: false } }];
    default:
      return [];
  }
}

const bottlenecks = (spec: Spec): Mend => ({
  title: say('Use bottlenecks'),
  spec: { ...spec, block: spec.block === 'preactBasic' ? 'preactBottleneck' : 'bottleneck' },
});

const onePath = (spec: Spec): Mend => ({
  title: say('Use one path'),
  spec: { ...spec, cardinality: 1, pathWidth: 64, form: 'c' },
});

function survivalMends(spec: Spec): Mend[] {
  const blocks = blockCount(spec);
  const fitted: Mend[] =
    spec.survival.kind === 'list' && blocks <= limits.survivalList
      ? [
          {
            title: say('Fit the list to {blocks} blocks', { blocks }),
            spec: {
              ...spec,
              survival: {
                kind: 'list',
                values: Array.from({ length: blocks }, (_, index) => survivalOf(spec.survival, index + 1, blocks)),
              },
            },
          },
        ]
      : [];
  return [...fitted, { title: say('Let every block survive'), spec: { ...spec, survival: { kind: 'always' } } }];
}

function stageMends(spec: Spec, index: number): Mend[] {
  const stage = spec.stages[index];
  if (!stage) return [];
  const withStage = (changes: Partial<Stage>): Spec => ({
    ...spec,
    stages: spec.stages.map((each, at) => (at === index ? { ...stage, ...changes } : each)),
  });
  const width = wholeWidth(stage.width, spec.widen);
  const least = Math.ceil(64 / Math.max(1, Math.round(stage.width * spec.widen)));
  return [
    ...(width === null ? [] : [{ title: say('Use width {width}', { width }), spec: withStage({ width }) }]),
    ...(spec.pathWidth < least
      ? [{ title: say('Use path width {width}', { width: least }), spec: { ...spec, pathWidth: least } }]
      : []),
    ...(spec.shortcut === 'A' ? [{ title: say('Use shortcut B'), spec: { ...spec, shortcut: 'B' as const } }] : []),
    ...(stage.stride === 2 ? [{ title: say('Keep the map (stride 1)'), spec: withStage({ stride: 1 }) }] : []),
  ];
}

/** The nearest other width that widens to whole channels; null where the width does already, or none does. */
function wholeWidth(width: number, widen: number): number | null {
  const isWhole = (each: number) => Math.abs(each * widen - Math.round(each * widen)) < 1e-6 && each * widen >= 1;
  if (isWhole(width)) return null;
  for (let away = 1; away <= limits.width; away += 1)
    for (const each of [width + away, width - away])
      if (each >= 1 && each <= limits.width && isWhole(each)) return each;
  return null;
}
