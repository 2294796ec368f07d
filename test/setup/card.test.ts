import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { engineFlavour, findCard, planEngine } from '../../src-main/setup/engine.mjs';
import { explainMissingGpu } from '../../src-main/setup/engine-check.mjs';
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

test('a card that TensorFlow does not reach has a reason and a mend', (context) => {
  const folder = temporaryFolder(context);
  const libraries = {
    cuda_runtime: 'libcudart.so.12',
    cublas: 'libcublas.so.12',
    cublas_lt: 'libcublasLt.so.12',
    cufft: 'libcufft.so.11',
    cusolver: 'libcusolver.so.11',
    cusparse: 'libcusparse.so.12',
    nvjitlink: 'libnvJitLink.so.12',
  };
  for (const [name, library] of Object.entries(libraries)) {
    mkdirSync(join(folder, 'nvidia', name, 'lib'), { recursive: true });
    writeFileSync(join(folder, 'nvidia', name, 'lib', library), '');
  }
  const explain = (log: string, environment = {}) =>
    explainMissingGpu({ folder, flavour: 'cuda' }, log, environment).reason;
  assert.equal(explain(''), 'libcudnn.so.9 is missing from the engine');
  mkdirSync(join(folder, 'nvidia', 'cudnn', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'nvidia', 'cudnn', 'lib', 'libcudnn.so.9'), '');
  assert.deepEqual(
    [
      explain(
        "Could not load dynamic library 'libcufft.so.11'; dlerror: libcufft.so.11: cannot open shared object file",
      ),
      explain('Could not find cuda drivers on your machine, GPU will not be used.'),
      explain('failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: CUDA_ERROR_UNKNOWN: unknown error'),
      explain('', { CUDA_VISIBLE_DEVICES: '-1' }),
      explainMissingGpu({ folder, flavour: 'cpu' }, '', {}).reason,
      explain(''),
    ],
    [
      'libcufft.so.11 is missing from the engine',
      'libcuda.so.1, a part of the NVIDIA driver, is missing or finds no card',
      'the NVIDIA driver answered CUDA_ERROR_UNKNOWN',
      'CUDA_VISIBLE_DEVICES=-1 hides the card',
      'the CPU build of the engine is installed',
      'TensorFlow lists no GPU and gives no reason',
    ],
  );
});
