/** Calls about imports, and about taking datasets out of the library. */
import { freeBytes } from '../dataset/files.ts';
import {
  emptyRemoved,
  findDataset,
  listDatasets,
  removeDataset,
  removedDatasets,
  restoreDataset,
  usedSpace,
} from '../dataset/library.ts';
import type { DroppedFile } from '../imports/import.ts';
import { dropped } from '../imports/imports.ts';
import type { Imports } from '../imports/imports.ts';
import { openToken } from '../imports/tokens.ts';
import { openUpload, removeUpload } from '../imports/uploads.ts';
import { expected } from '../../shared/failure.ts';
import type { Source } from '../../shared/import.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';

type ImportCalls = Pick<
  Handlers,
  | 'data.inspect'
  | 'data.inspection'
  | 'data.space'
  | 'data.preview'
  | 'data.add'
  | 'data.cancel'
  | 'data.imports'
  | 'data.remove'
  | 'data.restore'
  | 'data.empty'
>;

/** Tells whoever watches which datasets there are. */
export function publishDatasets({ options, publish }: Context): void {
  publish([{ kind: 'data', datasets: listDatasets(options.home) }]);
}

/** The files that a caller names, each opened to it. @throws {Expected} `import.forbidden`, `import.unreadable`, `import.gone` */
export function filesOf(source: Source, { options }: Context): DroppedFile[] {
  if ('tokens' in source) return source.tokens.map((token) => dropped(openToken(token, options.pathKey)));
  if ('uploads' in source) return source.uploads.map((upload) => openUpload(options.home, upload));
  if (options.takesPaths === false) throw expected('import.forbidden', {});
  return source.paths.map((path) => dropped(path));
}

export function importHandlers(context: Context, imports: Imports): ImportCalls {
  const { home } = context.options;
  return {
    'data.inspect': ({ source }) => {
      const opened = imports.open(filesOf(source, context));
      if ('uploads' in source)
        void opened.ended.then(() => {
          for (const upload of source.uploads) removeUpload(home, upload);
        });
      return opened.inspect();
    },
    'data.inspection': ({ import: id }) => imports.find(id).inspection(),
    'data.preview': ({ import: id, options }) => imports.find(id).preview(options),
    'data.add': ({ import: id, options }) => imports.find(id).add(options),
    'data.cancel': ({ import: id }) => imports.find(id).cancel(),
    'data.imports': () => imports.list(),
    'data.remove': ({ data }) => {
      const removed = removeDataset(home, findDataset(home, data).id);
      publishDatasets(context);
      return removed;
    },
    'data.restore': ({ data }) => {
      const restored = restoreDataset(home, data);
      publishDatasets(context);
      return restored;
    },
    'data.space': () => ({ ...usedSpace(home), freeBytes: freeBytes(home) }),
    'data.empty': () => {
      // An import may be about to need a block that only a removed dataset has.
      const reading = imports.list().find(({ state }) => state === 'reading');
      if (reading) throw expected('data.importing', { name: reading.name });
      const removed = new Map(removedDatasets(home).map(({ id, name }) => [id, name]));
      const runs = removed.size === 0 ? [] : context.store().listRuns({});
      const using = runs.find((run) => !hasEnded(run) && removed.has(run.data));
      if (using) throw expected('data.inUse', { name: removed.get(using.data) ?? using.data, run: using.id });
      return { freedBytes: emptyRemoved(home) };
    },
  };
}
