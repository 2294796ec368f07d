/** Where on the board a problem belongs. Pure. */
import type { Problem } from '../../../src-main/shared/network/check.ts';
import { stackedTops } from './layout.ts';
import type { Placed } from './layout.ts';

/** Cards of problems, right of the column. */
export const card = { x: 240, width: 400, height: 98, gap: 8 } as const;

/** The node that a problem is shown at: the part it names, else the chosen stage, else the first. */
export function placeOfProblem({ where }: Problem, selected: string): string {
  const [part = ''] = where.split('/');
  if (part === 'classes') return 'head';
  if (part === 'input' || part === 'stem' || part.startsWith('stage')) return part;
  const [chosen = ''] = selected.split('/');
  return chosen.startsWith('stage') ? chosen : 'stage1';
}

export interface ProblemCard {
  /** Its place among the problems. */
  readonly index: number;
  readonly problem: Problem;
  /** Top of the part that it is about. */
  readonly partY: number;
  readonly y: number;
  readonly height: number;
}

/**
 * Cards beside the parts that they are about, none over another.
 * @param heights of the cards as they were measured; `card.height` until then
 */
export function placeCards(
  problems: readonly Problem[],
  placed: readonly Placed[],
  selected: string,
  heights: readonly (number | undefined)[],
): ProblemCard[] {
  const wanted = problems
    .map((problem, index) => ({
      index,
      problem,
      partY: placed.find(({ id }) => id === placeOfProblem(problem, selected))?.y ?? 0,
      height: heights[index] ?? card.height,
    }))
    .sort((one, other) => one.partY - other.partY);
  const tops = stackedTops(
    wanted.map(({ partY, height }) => ({ y: partY, height })),
    card.gap,
  );
  return wanted.map((each, place) => ({ ...each, y: tops[place] ?? 0 }));
}
