/** An assignment made ready: its program in a session, with its data. */
import type { OpenDataset } from '../core/dataset/library.ts';
import { writeProgram } from '../core/training/program.ts';
import { TrainingSession } from '../core/training/session.ts';
import { Supply } from '../core/training/supply.ts';
import { evaluationBatch } from '../core/training/train.ts';
import type { Training } from '../core/training/train.ts';
import type { Plan } from '../shared/network/plan.ts';
import { noAugmentation } from '../shared/recipeChoices.ts';
import type { Assignment } from '../shared/run/assignment.ts';
import type { LoadedEngine } from './engine.ts';

/** @param watchesFlow whether its session can look at what flows through every layer */
export function openTraining(
  engine: LoadedEngine,
  { run, recipe, folder, resumeFrom, checkpointEveryMs, pauseAt }: Assignment,
  data: OpenDataset,
  plan: Plan,
  watchesFlow = false,
): Training {
  const { splits, mean, deviation } = data.dataset;
  const augmentation = recipe.augmentation ?? noAugmentation;
  const supply = new Supply(data);
  const program = writeProgram({
    plan,
    recipe,
    augmentation,
    mean,
    deviation,
    held: supply.held ? splits.map(({ name, images }) => ({ name, images })) : [],
    evaluationBatch: evaluationBatch(recipe),
    watchesFlow,
  });
  const session = new TrainingSession(engine.binding, program, folder);
  const shouldStop = () => false;
  return {
    run,
    session,
    data,
    supply,
    recipe,
    augmentation,
    folder,
    resumeFrom,
    checkpointEveryMs,
    pauseAt,
    shouldStop,
  };
}
