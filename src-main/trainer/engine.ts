/**
 * Loads @tensorflow/tfjs-node-gpu on the engine that set-up installed. The only place in the product that does.
 *
 * The addon lies in the user's engine folder, not inside the package, so the package's question where to find it is
 * answered here. Nothing of it is ever bundled.
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import util from 'node:util';
import { expected } from '../shared/failure.ts';
import type { Binding } from '../core/graph/session.ts';
import { tell, verbatim } from '../shared/told.ts';

/** Variables that TensorFlow reads while it loads; what the person has set wins. */
const environment: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Cards newer than the engine compile its kernels at first use, for minutes: keep what they made.
  CUDA_CACHE_MAXSIZE: '4294967296',
};

export interface LoadedEngine {
  readonly binding: Binding;
  /** The whole of tfjs, for reference gradients in tests. */
  readonly tf: unknown;
  readonly version: string;
  /** Whether TensorFlow found a card it can use. */
  readonly usesGpu: boolean;
}

/**
 * @param folder of an installed engine, with `tfjs_binding.node` in it.
 * @param device `cpu` hides every card.
 * @param isExact forbids a card's libraries to round the factors of float32 products to TF32, 10 bits behind the point.
 * @throws Expected `engine.missing`, `engine.broken`.
 */
export function loadEngine(folder: string, device: 'auto' | 'cpu' | 'gpu', isExact = false): LoadedEngine {
  const addon = join(folder, 'tfjs_binding.node');
  if (!existsSync(addon)) throw expected('engine.missing', { reason: tell('{addon} is not there', { addon }) });
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  process.env['CUDA_CACHE_PATH'] ??= join(folder, 'cuda-cache');
  if (device === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  if (isExact) process.env['NVIDIA_TF32_OVERRIDE'] = '0';

  // Node deprecated, then removed two functions that tfjs-node still calls.
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  legacy['isArray'] = Array.isArray;

  const require = createRequire(import.meta.url);
  try {
    const package_ = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
    const locator = package_.resolve('@mapbox/node-pre-gyp');
    require.cache[locator] = {
      id: locator,
      filename: locator,
      loaded: true,
      exports: { find: () => addon },
    } as unknown as NodeJS.Module;
    const tf = require('@tensorflow/tfjs-node-gpu') as { backend(): { binding: Binding; isUsingGpuDevice: boolean } };
    const { binding, isUsingGpuDevice } = tf.backend();
    return {
      binding,
      tf,
      version: (binding as unknown as { TF_Version?: string }).TF_Version ?? '',
      usesGpu: isUsingGpuDevice,
    };
  } catch (error) {
    throw expected('engine.broken', {
      reason: verbatim(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)),
    });
  }
}
