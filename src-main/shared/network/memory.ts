/**
 * Activations that a training step keeps for its backward pass.
 *
 * A convolution, a normalisation and a fully connected layer keep their input, a ReLU and a dropout their output (zeros
 * tell where), max pooling both. A value that several steps keep is counted once, the image included. Left out:
 * statistics, gradients, and whatever a device's library takes to work in.
 */
import type { BlockPlan, Plan, Step } from './plan.ts';
import type { Shape } from './spec.ts';

/** One value between two steps. */
interface Value {
  /** Step or block that makes it; `input` for the image. */
  readonly maker: string;
  readonly shape: Shape;
  kept: boolean;
}

/** Bytes for one image, float32, at full depth. */
export const activationBytes = (plan: Plan): number =>
  valuesOf(plan).reduce((sum, value) => sum + (value.kept ? bytesOf(value.shape) : 0), 0);

/**
 * The same by what makes the values: names of steps, of blocks for their sums, and `input`. Only makers of kept values
 * are there; all together are `activationBytes`.
 */
export function activationBytesByMaker(plan: Plan): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { maker, shape, kept } of valuesOf(plan))
    if (kept) bytes.set(maker, (bytes.get(maker) ?? 0) + bytesOf(shape));
  return bytes;
}

const bytesOf = ({ height, width, channels }: Shape): number => 4 * height * width * channels;

function valuesOf(plan: Plan): Value[] {
  const values: Value[] = [];
  let value = create(values, 'input', plan.input);
  value = follow(plan.stem, value, values);
  for (const block of plan.stages.flatMap((stage) => stage.blocks)) value = followBlock(block, value, values);
  follow(plan.head, value, values);
  return values;
}

function create(values: Value[], maker: string, shape: Shape): Value {
  const value = { maker, shape, kept: false };
  values.push(value);
  return value;
}

/** Goes through a chain and returns its last value. */
function follow(steps: readonly Step[], start: Value, values: Value[]): Value {
  return steps.reduce((value, step) => followStep(step, value, values), start);
}

function followStep(step: Step, input: Value, values: Value[]): Value {
  const output = create(values, step.name, step.output);
  if (step.op === 'paths') return followPaths(step.paths, input, output, values);
  if (keepsInput.has(step.op)) input.kept = true;
  if (keepsOutput.has(step.op)) output.kept = true;
  return output;
}

const keepsInput: ReadonlySet<Step['op']> = new Set(['convolution', 'normalisation', 'linear', 'maxPool']);
const keepsOutput: ReadonlySet<Step['op']> = new Set(['relu', 'dropout', 'maxPool']);

/** Joining copies: the joined value is another one than the ends of the paths. */
function followPaths(paths: readonly (readonly Step[])[], input: Value, joined: Value, values: Value[]): Value {
  for (const path of paths) follow(path, input, values);
  return joined;
}

function followBlock(block: BlockPlan, input: Value, values: Value[]): Value {
  const shared = follow(block.before, input, values);
  const branch = follow(block.branch, shared, values);
  if (!block.shortcut) return follow(block.after, branch, values);
  follow(block.shortcut, shared, values);
  return follow(block.after, create(values, block.name, block.output), values);
}
