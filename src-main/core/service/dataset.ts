/** Calls about one dataset of the library: what is in it, its name, its validation split. */
import { splitValidation } from '../batches/validation.ts';
import { readOrigin, readSurvey, writeSurvey } from '../dataset/beside.ts';
import { findDataset, openDataset, renameDataset } from '../dataset/library.ts';
import { surveyDataset } from '../dataset/survey.ts';
import type { Dataset, Survey } from '../../shared/dataset.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { publishDatasets } from './imports.ts';

type DatasetCalls = Pick<Handlers, 'data.survey' | 'data.origin' | 'data.rename' | 'data.splitValidation'>;

async function survey(home: string, { id, hash }: Dataset): Promise<Survey> {
  const kept = readSurvey(home, id, hash);
  if (kept) return kept;
  const open = openDataset(home, id);
  try {
    const found = await surveyDataset(open);
    writeSurvey(home, id, hash, found);
    return found;
  } finally {
    open.close();
  }
}

export function datasetHandlers(context: Context): DatasetCalls {
  const { home } = context.options;
  const underWay = new Map<string, Promise<Survey>>();
  return {
    'data.survey': ({ data }) => {
      const dataset = findDataset(home, data);
      const running = underWay.get(dataset.hash) ?? survey(home, dataset);
      underWay.set(dataset.hash, running);
      return running.finally(() => underWay.delete(dataset.hash));
    },
    'data.origin': ({ data }) => readOrigin(home, findDataset(home, data).id),
    'data.rename': ({ data, name }) => {
      const renamed = renameDataset(home, findDataset(home, data).id, name);
      publishDatasets(context);
      return renamed;
    },
    'data.splitValidation': async ({ data, share, seed, name }) => {
      const dataset = findDataset(home, data);
      const proposed = `${dataset.name}, ${Number((share * 100).toFixed(1))} % validation`.slice(0, 120);
      const made = await splitValidation(home, dataset, { share, seed, name: name ?? proposed });
      publishDatasets(context);
      return made;
    },
  };
}
