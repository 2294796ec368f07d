/**
 * Everything that a training session runs, written as one graph with a few fixed ways through it:
 * begin, hold images, train, evaluate, save, restore. Each set of feeds and fetches is compiled once by TensorFlow, so
 * their number is kept small.
 *
 * Feeds are int32 throughout, because on a card other feeds are copied there and back before each run; the learning
 * rate travels as the bits of a float32.
 */
import type { BlockPlan, Plan } from '../../shared/network/plan.ts';
import type { Augmentation, Recipe } from '../../shared/recipe.ts';
import { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { Building } from '../network/building.ts';
import type { DropoutMask } from '../network/building.ts';
import { network } from '../network/network.ts';
import { VariableSet } from '../network/variables.ts';
import { declareHeld, writeInput } from './images.ts';
import type { Held, HoldSplit, ImageFeeds } from './images.ts';
import { scaling } from './input.ts';
import type { Scaling } from './input.ts';
import { hasTopFive } from '../../shared/run/tally.ts';
import { crossEntropyWithSmoothing, updates } from './optimiser.ts';
import type { Slot } from './optimiser.ts';
import { FlowCounter } from './flow.ts';
import type { FlowSums } from './flow.ts';
import { mixed, mixFeeds } from './mix.ts';
import type { MixFeeds } from './mix.ts';
import { accumulation } from './accumulate.ts';
import { beginning, snapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { ArmWatch, SumReader } from './watching.ts';

/** A split that lies in the session as a whole. */
export interface HeldSplit {
  readonly name: string;
  readonly images: number;
}

export interface ProgramOptions {
  readonly plan: Plan;
  readonly recipe: Recipe;
  readonly augmentation: Augmentation;
  /** Of the training split, per channel, 0 to 255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Splits held in the session; images of other splits are fed with every step. */
  readonly held: readonly HeldSplit[];
  readonly evaluationBatch: number;
  /** For tests: masks of dropout that are fed instead of drawn. */
  readonly dropoutMask?: DropoutMask;
  /** Whether it can look at what flows through every layer. */
  readonly watchesFlow?: boolean;
}

/** Where in a step's metrics something lies, behind loss and accuracy; null where it is not there. */
export interface MetricParts {
  /** Share of images whose class was among the first five. */
  readonly topFive: number | null;
  /** Norm of all gradients together, where it is needed. */
  readonly norm: number | null;
  /** Half the sums of squares of every gradient, then of the blocks' arms; with what reads them. */
  readonly sums: { readonly gradients: number; readonly arms: number; readonly reader: SumReader } | null;
}

export interface Program {
  readonly graph: Graph;
  readonly variables: VariableSet;
  /** What the optimiser keeps beside the network's variables. */
  readonly slots: readonly Slot[];
  readonly begin: { readonly seed: Tensor; readonly done: Tensor };
  readonly hold: readonly HoldSplit[];
  readonly train: {
    readonly feeds: ImageFeeds;
    /** int32 scalar: the bits of a float32. */
    readonly rateBits: Tensor;
    /** int32 [gated blocks] of 0 and 1; null where nothing is gated. */
    readonly survival: Tensor | null;
    /** Indices of the gated blocks (from 1), in the order of `survival`. */
    readonly gated: readonly BlockPlan[];
    /** Number of residual blocks that every step computes. */
    readonly always: number;
    /** int32 [2]; null where nothing is drawn in the graph. */
    readonly seed: Tensor | null;
    /** int32 scalar, from 1; null where the optimiser does not count. */
    readonly step: Tensor | null;
    /** int32 [1]: 1 where the step looks into the blocks; null where none does. */
    readonly look: Tensor | null;
    /** float32 vector: mean loss, share of correct answers, and what `parts` names. */
    readonly metrics: Tensor;
    readonly parts: MetricParts;
    /**
     * For the parts of a batch before the last: only adds their gradients up. float32 [2] or [3]: loss, accuracy, and
     * what is among the first five. null where a batch is one part.
     */
    readonly gather: { readonly first: Tensor; readonly next: Tensor } | null;
    /** null where images are not mixed. */
    readonly mix: MixFeeds | null;
    /** float32 scalar: norm of all gradients; computed only where it is fetched. */
    readonly gradientNorm: Tensor;
    /** float32 [batch, classes]; for tests. */
    readonly logits: Tensor;
    /** What flows through every layer, without moving a weight; null where the program does not watch it. */
    readonly flow: FlowSums | null;
  };
  readonly evaluate: readonly {
    readonly split: string | null;
    readonly feeds: ImageFeeds;
    /** float32 [4, batch]: loss, predicted class, its probability, number of classes that beat the true one. */
    readonly results: Tensor;
    /** float32 [batch, classes]; for tests. */
    readonly logits: Tensor;
  }[];
  readonly snapshot: Snapshot;
}

/** Writes the program. Throws ShapeError where the plan does not fit together, which a checked spec never does. */
export function writeProgram(options: ProgramOptions): Program {
  const graph = new Graph();
  const variables = new VariableSet(graph);
  const image = options.plan.input;
  const scale = scaling(options.recipe.normalisation, options.mean, options.deviation);

  const held = new Map(options.held.map(({ name, images }) => [name, declareHeld(graph, name, images, image)]));
  const train = graph.scope('train', () => writeTraining(graph, variables, options, held.get('train'), scale));
  const evaluations = [...held].filter(([name]) => name !== 'train').map(([name, split]) => ({ name, split }));
  const evaluate = graph.scope('evaluate', () =>
    (evaluations.length > 0 ? evaluations : [{ name: null, split: undefined }]).map(({ name, split }) => ({
      split: name,
      ...writeEvaluation(graph, variables, train.averages, options, name ?? 'fed', split, scale),
    })),
  );
  const begin = graph.scope('begin', () => beginning(graph, variables, train.slots));
  return {
    graph,
    variables,
    slots: train.slots,
    begin,
    hold: [...held.values()].map(({ hold }) => hold),
    train,
    evaluate,
    snapshot: graph.scope('snapshot', () => snapshot(graph, variables, train.slots)),
  };
}

function writeTraining(
  graph: Graph,
  variables: VariableSet,
  { plan, recipe, augmentation, dropoutMask, watchesFlow }: ProgramOptions,
  held: Held | undefined,
  scale: Scaling,
) {
  const rateBits = graph.placeholder('train_rate', 'int32', []);
  const part = recipe.batch / recipe.accumulate;
  const { feeds, images, labels } = writeInput(graph, 'train', part, plan.input, held, scale, augmentation);
  const mix = recipe.mixup > 0 ? mixFeeds(graph, part) : null;

  const gated = plan.stages
    .flatMap(({ blocks }) => blocks)
    .filter(({ survival, shortcut }) => survival < 1 && shortcut !== null);
  const survival = gated.length > 0 ? graph.placeholder('train_survival', 'int32', [gated.length]) : null;
  const gates = survival ? op.unpackOnHost(graph, op.cast(graph, survival, 'bool')) : [];
  const gateOf = new Map(gated.map((block, index) => [block.name, gates[index] as Tensor]));

  let seed: Tensor | null = null;
  let drawing = 0;
  const draw: DropoutMask = ({ rate }, shape, building) => {
    seed ??= graph.placeholder('train_seed', 'int32', [2]);
    drawing += 1;
    const own = op.add(graph, building.enter(seed), graph.constant('int32', [0, drawing], [2]));
    return op.greaterEqual(
      graph,
      op.bytes(graph, shape, own),
      graph.constant('uint8', 256 - Math.round(256 * (1 - rate))),
    );
  };

  const flow = watchesFlow ? new FlowCounter() : null;
  const building = new Building(graph, variables, true, dropoutMask ?? draw, new Map(), flow);
  const look = recipe.watchEvery > 0 ? graph.placeholder('train_look', 'int32', [1]) : null;
  const [looks] = look ? op.unpackOnHost(graph, op.cast(graph, look, 'bool')) : [];
  const arms = looks && new ArmWatch(graph, looks);
  const net = network(building, plan, mix ? mixed(graph, images, mix) : images, {
    keep: (block) => gateOf.get(block.name) ?? null,
    ...(arms ? { see: arms.see } : {}),
  });
  const loss = graph.scope('loss', () =>
    crossEntropyWithSmoothing(graph, net.output, labels, plan.classes, recipe.labelSmoothing, mix),
  );
  flow?.see(building, 'output', 'loss', loss.perImage);
  graph.scope('backward', () => {
    const gradient = op.multiply(graph, loss.gradient, graph.constant('float32', 1 / recipe.batch));
    flow?.see(building, 'gradient', 'loss', gradient);
    net.backward(gradient);
  });

  const rate = op.bitcast(graph, rateBits, 'float32');
  const step = recipe.optimiser.kind === 'sgd' ? null : graph.placeholder('train_step', 'int32', []);
  const count = step ? op.cast(graph, step, 'float32') : graph.constant('float32', 1);
  const gathered =
    recipe.accumulate > 1 ? graph.scope('accumulate', () => accumulation(graph, building.gradients)) : null;
  const moves = graph.scope('optimiser', () =>
    updates(graph, variables, gathered?.totals ?? building.gradients, { rate, step: count }, recipe),
  );
  const metrics = graph.scope('metrics', () => {
    const correct = op.cast(graph, op.equal(graph, op.argMax(graph, net.output), labels), 'float32');
    const all = [op.mean(graph, loss.perImage, [0]), op.mean(graph, correct, [0])];
    const place = (value: Tensor) => all.push(value) - 1;
    const topFive = hasTopFive(plan.classes) ? place(shareInFirstFive(graph, net.output, labels)) : null;
    // A step that is not taken back sees a gradient that is no number one step later, by the loss.
    const needsNorm = recipe.clipNorm !== null || (recipe.whenDiverged.kind !== 'stop' && !arms);
    const norm = needsNorm ? place(moves.gradientNorm) : null;
    const scores = op.stack(graph, all.slice(0, topFive === null ? 2 : 3));
    const after = (effects: readonly Tensor[]) =>
      op.identity(graph, scores, { name: 'gathered', after: [...effects, ...building.effects] });
    const gradients = all.length;
    if (arms) all.push(...moves.halfSquares);
    const stacked = op.stack(graph, all);
    const sums = arms?.sums() ?? null;
    return {
      gather: gathered && { first: after(gathered.first), next: after(gathered.next) },
      parts: {
        topFive,
        norm,
        sums: arms
          ? { gradients, arms: all.length, reader: new SumReader(plan, variables.learned, arms.blocks) }
          : null,
      },
      vector: op.identity(graph, sums ? op.concatenate(graph, [stacked, sums], 0) : stacked, {
        name: 'done',
        after: [...moves.effects, ...building.effects],
      }),
    };
  });
  const always = plan.stages.reduce((sum, { blocks }) => sum + blocks.length, 0) - gated.length;
  return {
    feeds,
    rateBits,
    survival,
    gated,
    always,
    seed: seed as Tensor | null,
    step,
    look,
    metrics: metrics.vector,
    gather: metrics.gather,
    mix,
    parts: metrics.parts,
    slots: moves.slots,
    averages: moves.averages,
    gradientNorm: moves.gradientNorm,
    gradients: building.gradients,
    logits: net.output,
    flow: flow && graph.scope('flow', () => flow.sums(graph)),
  };
}

const shareInFirstFive = (graph: Graph, logits: Tensor, labels: Tensor): Tensor =>
  op.mean(graph, op.cast(graph, op.inTop(graph, logits, labels, 5), 'float32'), [0]);

function writeEvaluation(
  graph: Graph,
  variables: VariableSet,
  averages: ReadonlyMap<Variable, Variable>,
  { plan, evaluationBatch, dropoutMask }: ProgramOptions,
  name: string,
  held: Held | undefined,
  scale: Scaling,
) {
  return graph.scope(name, () => {
    const { feeds, images, labels } = writeInput(
      graph,
      `evaluate_${name}`,
      evaluationBatch,
      plan.input,
      held,
      scale,
      null,
    );
    const nothing: DropoutMask = () => {
      throw new Error('Evaluation drops nothing.');
    };
    const building = new Building(graph, variables, false, dropoutMask ?? nothing, averages);
    const { output: logits } = network(building, plan, images, { keep: () => null });
    const { perImage } = op.crossEntropy(graph, logits, labels);
    const predicted = op.cast(graph, op.argMax(graph, logits), 'float32');
    const confidence = op.maximum(graph, op.softmax(graph, logits), [1]);
    const ofLabel = op.sum(graph, op.multiply(graph, logits, op.oneHot(graph, labels, plan.classes)), [1], true);
    const beaten = op.sum(graph, op.cast(graph, op.greater(graph, logits, ofLabel), 'float32'), [1]);
    const results = op.identity(graph, op.stack(graph, [perImage, predicted, confidence, beaten]), { name: 'done' });
    return { feeds, results, logits };
  });
}
