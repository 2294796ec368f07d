/** Calls about the engine, the program and its settings. */
import type { Status } from '../../shared/contract.ts';
import { deviceHolder } from '../device/lock.ts';
import type { CardWatch } from '../device/nvidia.ts';
import { deviceStatus } from '../device/status.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { systemInWords } from './start.ts';

type EngineCalls = Pick<
  Handlers,
  'engine.status' | 'engine.install' | 'engine.pause' | 'engine.cancel' | 'engine.remove'
>;

export function engineHandlers({ engine }: Context): EngineCalls {
  return {
    'engine.status': ({ check }) => engine.status(check),
    'engine.install': ({ repair }) => engine.install(repair),
    'engine.pause': ({ paused }) => engine.pause(paused),
    'engine.cancel': () => engine.cancel(),
    'engine.remove': () => engine.remove(),
  };
}

export async function programStatus({ engine, options }: Context, watch: CardWatch): Promise<Status> {
  const status = await engine.status();
  const holders = (['gpu', 'cpu'] as const).map((device) => deviceHolder(device, options.cache));
  return {
    version: options.version,
    commit: options.commit,
    home: options.home,
    node: process.version,
    system: systemInWords(),
    engine: status,
    device: await deviceStatus(watch, status.gpuUsable),
    busy: holders.find((holder) => holder !== null) ?? null,
  };
}

export function settingsHandlers({ publish, store }: Context): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': () => store().readSettings(),
    'settings.set': (changes) => {
      const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const settings = store().writeSettings(defined);
      publish([{ kind: 'settings', settings }]);
      return settings;
    },
  };
}
