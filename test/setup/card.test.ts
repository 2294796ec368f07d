import assert from 'node:assert/strict';
import test from 'node:test';
import { engineFlavour, findCard, planEngine } from '../../src-main/setup/engine.mjs';
import { explainMissingGpu } from '../../src-main/setup/cuda.mjs';
import { inEnglish } from '../../src-main/setup/told.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import { fakeDriver } from './driver.ts';

test('a card that nvidia-smi reports chooses the CUDA wheels', async (context) => {
  const environment = fakeDriver(temporaryFolder(context), 'echo "NVIDIA GeForce RTX 3090, 24576, 550.54.15"');
  assert.deepEqual(await findCard(environment), {
    name: 'NVIDIA GeForce RTX 3090',
    memoryMiB: 24576,
    driver: '550.54.15',
  });
  const flavour = await engineFlavour(environment);
  const { wheels, downloadBytes, folder } = await planEngine({ flavour, cache: temporaryFolder(context) });
  assert.equal(flavour, 'cuda');
  assert.match(folder, /cuda-2\.21\.0$/);
  assert.deepEqual(
    wheels.map(({ project }) => project),
    [
      'tensorflow',
      ...[
        'cublas',
        'cuda-cupti',
        'cuda-nvcc',
        'cuda-nvrtc',
        'cuda-runtime',
        'cudnn',
        'cufft',
        'curand',
        'cusolver',
        'cusparse',
        'nccl',
        'nvjitlink',
      ].map((name) => `nvidia-${name}-cu12`),
    ],
  );
  assert.equal(
    downloadBytes,
    wheels.reduce((sum, { bytes }) => sum + bytes, 0),
  );
});

test('without a card, without a driver and with a driver that fails the CPU wheel is chosen', async (context) => {
  const empty = { PATH: temporaryFolder(context) };
  const failing = fakeDriver(
    temporaryFolder(context),
    'echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9',
  );
  const listsNone = fakeDriver(temporaryFolder(context), 'echo "No devices were found"; exit 6');
  assert.deepEqual(await Promise.all([empty, failing, listsNone].map((environment) => engineFlavour(environment))), [
    'cpu',
    'cpu',
    'cpu',
  ]);
});

test('RESIDUA_ENGINE wins over what is there', async (context) => {
  const environment = fakeDriver(temporaryFolder(context), 'echo "NVIDIA A100, 81920, 550.54.15"');
  assert.equal(await engineFlavour({ ...environment, RESIDUA_ENGINE: 'cpu' }), 'cpu');
});

test('a card that TensorFlow does not reach has a reason and a mend', () => {
  const nothing = { flavour: 'cuda', log: '', unloadable: null, hidden: undefined } as const;
  const explain = (found: Partial<Parameters<typeof explainMissingGpu>[0]>) => {
    const { reason, mend } = explainMissingGpu({ ...nothing, ...found });
    return [inEnglish(reason), inEnglish(mend).split(/[:,(]/)[0]?.trim()];
  };
  const open = (library: string, missing = library) => ({
    unloadable: { library, reason: `${missing}: cannot open shared object file: No such file or directory` },
  });
  assert.deepEqual(
    [
      explain({ flavour: 'cpu' }),
      explain({ hidden: '-1' }),
      explain(open('libcudnn.so.9')),
      explain(open('/engine/nvidia/cusolver/lib/libcusolver.so.11', 'libnvJitLink.so.12')),
      explain({ unloadable: { library: '/engine/nvidia/cublas/lib/libcublas.so.12', reason: 'file too short' } }),
      explain(open('libcuda.so.1')),
      explain({ log: 'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (100)' }),
      explain({ log: 'failed call to cuInit: CUDA_ERROR_SYSTEM_NOT_READY: system not yet initialized' }),
      explain({}),
    ],
    [
      ['the CPU build of the engine is installed', 'Install the build for cards'],
      ['CUDA_VISIBLE_DEVICES=-1 hides the card', 'Unset it'],
      ['libcudnn.so.9 is missing from the engine', 'Install the engine anew'],
      ['libnvJitLink.so.12 is missing from the engine', 'Install the engine anew'],
      ['libcublas.so.12 cannot be loaded (file too short)', 'Install the engine anew'],
      ['libcuda.so.1, a part of the NVIDIA driver, is missing', 'Install NVIDIA driver 525 or newer and start again'],
      ['the NVIDIA driver refused to start: it finds no card', 'Install NVIDIA driver 525 or newer and start again'],
      [
        'the NVIDIA driver refused to start: error CUDA_ERROR_SYSTEM_NOT_READY',
        'Install NVIDIA driver 525 or newer and start again',
      ],
      ['TensorFlow lists no GPU and gives no reason', 'Install the engine anew'],
    ],
  );
});
