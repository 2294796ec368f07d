/** Calls about networks of one's own. */
import type { Design } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { readNetworkFile } from '../imports/networkFile.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { filesOf } from './imports.ts';
import { tell } from '../../shared/told.ts';

type DesignCalls = Pick<
  Handlers,
  'network.list' | 'network.save' | 'network.remove' | 'network.restore' | 'network.import'
>;

export function designHandlers(context: Context): DesignCalls {
  const { options, store, publish } = context;
  /** Tells whoever watches which designs there are. */
  const told = (design: Design): Design => {
    publish([{ kind: 'networks', designs: store().listDesigns() }]);
    return design;
  };
  return {
    'network.list': ({ removed }) => store().listDesigns(removed),
    'network.save': ({ id, spec, tags, basedOn }) => {
      const old = id === undefined ? null : store().readDesign(id);
      const content = { spec, tags: tags ?? old?.tags ?? [], basedOn: basedOn ?? old?.basedOn ?? null };
      return told(old ? store().changeDesign(old.id, content) : store().addDesign(content));
    },
    'network.remove': ({ id }) => told(store().setDesignRemoved(id, true)),
    'network.restore': ({ id }) => told(store().setDesignRemoved(id, false)),
    'network.import': async ({ source }) => {
      const [file, ...more] = filesOf(source, context);
      if (!file || more.length > 0)
        throw expected('import.refused', { file: 'the drop', reason: tell('one network at a time is imported') });
      const { spec, tags } = await readNetworkFile(file, {
        home: options.home,
        command: options.intake,
        silenceMs: options.intakeSilenceMs,
      });
      return told(store().addDesign({ spec, tags, basedOn: null }));
    },
  };
}
