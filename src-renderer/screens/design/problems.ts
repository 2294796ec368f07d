/** Where on the board a problem belongs. Pure. */
import type { Problem } from '../../../src-main/shared/network/check.ts';

/** The node that a problem is shown at: the part it names, else the chosen stage, else the first. */
export function placeOfProblem({ where }: Problem, selected: string): string {
  const [part = ''] = where.split('/');
  if (part === 'classes') return 'head';
  if (part === 'input' || part === 'stem' || part.startsWith('stage')) return part;
  const [chosen = ''] = selected.split('/');
  return chosen.startsWith('stage') ? chosen : 'stage1';
}
