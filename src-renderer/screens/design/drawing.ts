/**
 * A residual block drawn from its plan: boxes, lines, shortcut, gate and sum with their places. Pure.
 *
 * The three forms of a ResNeXt block have the same boxes at other places: what form c does in one grouped convolution
 * lies in three boxes on top of each other, so that a change of form moves one figure into the other.
 */
import { say } from '../../../src-main/shared/language.ts';
import type { BlockPlan, PathsStep, Step } from '../../../src-main/shared/network/plan.ts';
import { counted, joined } from '../../../src-main/shared/words.ts';
import { boxOf, pathsInWords } from './figure.ts';

export interface Box {
  /** The same for the same part in every form. */
  readonly key: string;
  /** Name of the step; null for what is no step. */
  readonly step: string | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Empty where one line is enough. */
  readonly note: string;
  /** A copy that lies hidden behind another box. */
  readonly isHidden: boolean;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** Paths of lines, in SVG's words. */
  readonly lines: readonly { readonly key: string; readonly d: string }[];
  /** Null: a plain block. */
  readonly shortcut: { readonly d: string; readonly label: { x: number; y: number; text: string } | null } | null;
  readonly gate: { readonly x: number; readonly y: number; readonly text: string } | null;
  /** Centre of the sum; null without a shortcut. */
  readonly sum: { readonly x: number; readonly y: number } | null;
  /** Words between the paths: `32 paths`. */
  readonly ellipsis: { readonly x: number; readonly y: number; readonly text: string } | null;
  /** The figure in words, from input to output. */
  readonly words: string;
}

const boxHeight = 34;
const lowHeight = 24;
const gap = 16;
const lowGap = 10;
const wide = 204;
const columnWidth = 104;
const columnGap = 22;
/** Paths that are drawn: two at the left, the last at the right of `⋯`. */
const columns = 3;
const pathsWidth = columns * columnWidth + (columns - 1) * columnGap;
const sideWidth = 198;
const margin = 1;

/** Lays boxes out from the top to the bottom. */
class Layout {
  readonly boxes: Box[] = [];
  readonly lines: { key: string; d: string }[] = [];
  ellipsis: Drawing['ellipsis'] = null;
  readonly centre: number;
  /** The bottom of what was laid so far. */
  y = 4;
  readonly #isPathed: boolean;

  constructor(isPathed: boolean) {
    this.#isPathed = isPathed;
    this.centre = margin + (isPathed ? pathsWidth : wide) / 2;
  }

  line(key: string, x: number, from: number, to: number): void {
    this.lines.push({ key, d: `M${x} ${from}V${to}` });
  }

  /** One step behind the other on the trunk. */
  chain(steps: readonly Step[]): void {
    for (const step of steps)
      if (step.op === 'paths') this.#paths(step);
      else this.#box(step);
  }

  #box(step: Step): void {
    const key = shortName(step.name);
    const top = this.y + gap;
    this.line(`to ${key}`, this.centre, this.y, top);
    const { title, note } = boxOf(step);
    const box = { step: step.name, y: top, height: boxHeight, title, note };
    const x = this.centre - wide / 2;
    // Copies for the forms that have paths lie behind.
    if (this.#isPathed && isInPath(key))
      for (const column of [0, 2]) this.boxes.push({ ...box, key: `${column} ${key}`, x, width: wide, isHidden: true });
    this.boxes.push({
      ...box,
      key: this.#isPathed && isInPath(key) ? `1 ${key}` : key,
      x,
      width: wide,
      isHidden: false,
    });
    this.y = top + boxHeight;
  }

  #paths(step: PathsStep): void {
    const fork = this.y + gap / 2;
    const shown = [step.paths[0], step.paths[1], step.paths.at(-1)].slice(0, Math.min(columns, step.paths.length));
    const left = this.centre - pathsWidth / 2 + columnWidth / 2;
    const centreOf = (column: number) =>
      step.paths.length === 2
        ? this.centre + (column - 0.5) * (columnWidth + columnGap)
        : left + column * (columnWidth + columnGap);
    let bottom = fork;
    for (const [column, path = []] of shown.entries()) {
      let y = fork;
      const x = centreOf(column);
      for (const inner of path) {
        const key = shortName(inner.name);
        const top = y + lowGap;
        this.line(`to ${column} ${key}`, x, y, top);
        const common = { x: x - columnWidth / 2, y: top, width: columnWidth, height: lowHeight };
        this.boxes.push({
          key: `${column} ${key}`,
          step: inner.name,
          ...common,
          title: shortTitle(inner),
          note: '',
          isHidden: false,
        });
        y = top + lowHeight;
      }
      bottom = Math.max(bottom, y);
    }
    const join = bottom + lowGap + 4;
    const ends = shown.map((_, column) => centreOf(column));
    const [first = this.centre, last = this.centre] = [ends[0], ends.at(-1)];
    this.lines.push({ key: 'fork', d: `M${this.centre} ${this.y}V${fork}M${first} ${fork}H${last}` });
    for (const [column, x] of ends.entries()) this.line(`from ${column}`, x, bottom, join);
    this.lines.push({ key: 'join', d: `M${first} ${join}H${last}` });
    if (step.paths.length > columns)
      this.ellipsis = { x: (centreOf(1) + centreOf(2)) / 2, y: (fork + bottom) / 2, text: '⋯' };
    const note = say('{from} → {to} channels', { from: step.input.channels, to: step.output.channels });
    const top = join + lowGap;
    this.line('to join', this.centre, join, top);
    const place = { x: this.centre - wide / 2, y: top, width: wide, height: boxHeight };
    this.boxes.push({ key: 'joined', step: step.name, ...place, title: pathsInWords(step), note, isHidden: false });
    this.y = top + boxHeight;
  }
}

const shortName = (name: string): string => name.split('/').at(-1) ?? name;
/** Parts that lie inside the paths of form a; in form b all of them but the last convolution. */
const isInPath = (key: string): boolean => /^(conv|norm|relu)[123]$|^dropout$/.test(key) && key !== 'relu3';

/** `1×1, 4`, `norm`, `ReLU`. */
function shortTitle(step: Step): string {
  switch (step.op) {
    case 'convolution':
      return `${step.kernel}×${step.kernel}, ${step.output.channels}${step.stride > 1 ? ` / ${step.stride}` : ''}`;
    case 'normalisation':
      return say('Normalisation');
    default:
      return boxOf(step).title;
  }
}

/** The block from its input to its output. Cardinality of 2 or more makes room for the forms a and b. */
export function drawBlock(block: BlockPlan): Drawing {
  const isPathed = cardinalityOf(block) > 1;
  const layout = new Layout(isPathed);
  const { centre } = layout;
  layout.y = 4;
  layout.chain(block.before);
  const forkY = layout.y + 10;
  layout.line('fork of the shortcut', centre, layout.y, forkY);
  layout.y = forkY;
  layout.chain(block.branch);
  const gate = block.survival < 1 ? gateAt(layout, block.survival) : null;
  const bodyWidth = isPathed ? pathsWidth : wide;
  const sum = block.shortcut ? { x: centre, y: layout.y + gap + 13 } : null;
  if (sum) {
    layout.line('to the sum', centre, layout.y, sum.y - 13);
    layout.y = sum.y + 13;
  }
  const shortcut = sum && block.shortcut ? drawShortcut(layout, block.shortcut, forkY, sum, bodyWidth) : null;
  layout.chain(block.after);
  layout.line('output', centre, layout.y, layout.y + gap);
  return {
    width: margin + bodyWidth + 24 + sideWidth + margin,
    height: layout.y + gap + 4,
    boxes: layout.boxes,
    lines: layout.lines,
    shortcut,
    gate,
    sum,
    ellipsis: layout.ellipsis,
    words: wordsOf(block),
  };
}

/** A plain chain: stem and head. */
export function drawChain(steps: readonly Step[]): Drawing {
  const layout = new Layout(false);
  layout.chain(steps);
  layout.line('output', layout.centre, layout.y, layout.y + gap);
  const words = steps.map((step) => boxOf(step).title).join(say(', then '));
  return {
    width: wide + 2 * margin,
    height: layout.y + gap + 4,
    boxes: layout.boxes,
    lines: layout.lines,
    shortcut: null,
    gate: null,
    sum: null,
    ellipsis: null,
    words,
  };
}

function gateAt(layout: Layout, survival: number): Drawing['gate'] {
  const y = layout.y + gap;
  layout.line('to the gate', layout.centre, layout.y, y);
  layout.y = y + 26;
  return { x: layout.centre, y: y + 13, text: gateInWords(survival) };
}

function drawShortcut(
  layout: Layout,
  steps: readonly Step[],
  from: number,
  sum: { x: number; y: number },
  bodyWidth: number,
): Drawing['shortcut'] {
  const x = margin + bodyWidth + 24 + (steps.length > 0 ? sideWidth / 2 : 28);
  const middle = (from + sum.y) / 2;
  const height = steps.length * (boxHeight + gap) - gap;
  for (const [index, step] of steps.entries()) {
    const { title, note } = boxOf(step);
    const y = middle - height / 2 + index * (boxHeight + gap);
    const place = { x: x - sideWidth / 2, y, width: sideWidth, height: boxHeight };
    layout.boxes.push({
      key: `shortcut ${shortName(step.name)}`,
      step: step.name,
      ...place,
      title,
      note,
      isHidden: false,
    });
  }
  return {
    d: `M${sum.x} ${from}H${x}V${sum.y}H${sum.x + 14}`,
    label: steps.length === 0 ? { x: x + 8, y: middle + 4, text: say('shortcut') } : null,
  };
}

/** Paths of a ResNeXt block, in whatever form; 1 for all others. */
function cardinalityOf({ branch }: BlockPlan): number {
  for (const step of branch) {
    if (step.op === 'paths') return step.paths.length;
    if (step.op === 'convolution' && step.groups > 1) return step.groups;
  }
  return 1;
}

/** The convolutions of a chain as the papers write them: `1×1, 4 → 3×3, 4 → 1×1, 256`. */
function convolutionWords(steps: readonly Step[]): string {
  return steps
    .flatMap((step) => {
      if (step.op === 'paths') {
        const inner = `${step.paths.length} × (${convolutionWords(step.paths[0] ?? [])})`;
        return [inner, say(step.join === 'sum' ? 'sum' : 'concatenate')];
      }
      if (step.op === 'dropout') return [say('dropout')];
      if (step.op !== 'convolution') return [];
      const kernel = `${step.kernel}×${step.kernel}, ${step.output.channels}`;
      return [step.groups > 1 ? joined([kernel, counted(step.groups, 'group')]) : kernel];
    })
    .join(' → ');
}

/** `256 → 1×1, 128 → 3×3, 128, 32 groups → 1×1, 256 → sum`. */
function wordsOf(block: BlockPlan): string {
  const gate = block.survival < 1 ? ` → ${gateInWords(block.survival)}` : '';
  const end = block.shortcut === null ? '' : ` → ${sumInWords(block.shortcut)}`;
  return `${block.input.channels} → ${convolutionWords(block.branch)}${gate}${end}`;
}

const gateInWords = (survival: number): string => say('gate {survival}', { survival: Number(survival.toFixed(3)) });

function sumInWords([first]: readonly Step[]): string {
  if (first === undefined) return say('sum');
  return say(first.op === 'zeroPad' ? 'sum with a padded shortcut' : 'sum with a projected shortcut');
}
