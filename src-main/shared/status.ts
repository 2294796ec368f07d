/** What core knows of the program, the engine and the device, and what a person has set. */
import { array, boolean, nullable, number, object, picklist, string } from './schema.ts';
import type { InferOutput } from './schema.ts';
import { viewSchema } from './contract/history.ts';
import { languages } from './language.ts';
import { tellingSchema } from './told.ts';

export const engineStatusSchema = object({
  state: picklist(['missing', 'installing', 'ready', 'broken']),
  /** `cpu` or `cuda`: which build is installed or would be. */
  flavour: picklist(['cpu', 'cuda']),
  version: nullable(string()),
  /** An older engine that is there in its place: to be updated. */
  older: nullable(string()),
  /** What an installation costs, in bytes. */
  downloadBytes: number(),
  unpackedBytes: number(),
  path: string(),
  bytes: nullable(number()),
  /** Graphics card as the driver reports it. */
  card: nullable(object({ name: string(), memoryMiB: number(), driver: string() })),
  /** Whether the engine reaches the card; null until checked. */
  gpuUsable: nullable(boolean()),
  /** Why a present card is not used, and the mend. */
  problem: nullable(object({ reason: tellingSchema, mend: tellingSchema })),
  progress: nullable(
    object({
      phase: tellingSchema,
      doneBytes: number(),
      totalBytes: number(),
      bytesPerSecond: number(),
      secondsLeft: nullable(number()),
      paused: boolean(),
    }),
  ),
});

export const statusSchema = object({
  version: string(),
  commit: string(),
  home: string(),
  node: string(),
  system: string(),
  engine: engineStatusSchema,
  device: object({
    kind: picklist(['cpu', 'gpu']),
    name: string(),
    memoryUsedMiB: nullable(number()),
    memoryTotalMiB: nullable(number()),
    driver: nullable(string()),
  }),
  /** Holder of each device lock, `null` where free. */
  busy: nullable(tellingSchema),
});

export const settingsSchema = object({
  theme: picklist(['system', 'light', 'dark']),
  language: picklist(['system', ...languages]),
  device: picklist(['auto', 'cpu', 'gpu']),
  notify: boolean(),
  /** Saved ways to look at the list of runs; the one called `Default` is what it opens with. */
  views: array(viewSchema),
  /** Runs that wait do not begin until this is false again. */
  queueHeld: boolean(),
});

/** What holds until a person sets it. */
export const defaultSettings: InferOutput<typeof settingsSchema> = {
  theme: 'system',
  language: 'system',
  device: 'auto',
  notify: true,
  views: [],
  queueHeld: false,
};
