/** The programs that are compared with: each framework in a Python environment of its own, in the cache. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineFlavour } from '../../../src-main/setup/engine.mjs';
import { benchFolder } from '../engine.ts';
import type { PeerKind } from './peer.ts';

/** Frameworks that may be asked for. */
export const frameworks = ['pytorch', 'keras', 'tfjs'] as const;
export type Framework = (typeof frameworks)[number];

/** pip's requirements; on a machine with a card the CUDA builds. */
const requirements = {
  pytorch: {
    cpu: ['torch==2.15.0', 'torchvision', 'safetensors', 'numpy'],
    cuda: ['torch==2.15.0', 'torchvision', 'safetensors', 'numpy'],
  },
  keras: {
    cpu: ['keras==3.15.1', 'tensorflow-cpu==2.21.0'],
    cuda: ['keras==3.15.1', 'tensorflow[and-cuda]==2.21.0'],
  },
} as const;

/** The Python of a framework's environment, made at the first call (2 to 6 GB). */
export async function pythonOf(framework: 'pytorch' | 'keras', note: (text: string) => void): Promise<string> {
  const wanted = requirements[framework][await engineFlavour()];
  const folder = join(
    benchFolder('peers'),
    wanted[0].replace('==', '-') + (wanted.some((each) => each.includes('[')) ? '-cuda' : ''),
  );
  const python = join(folder, 'bin', 'python');
  const whole = join(folder, 'installed');
  if (existsSync(whole)) return python;
  note(`Installing ${wanted.join(' and ')} into ${folder} …`);
  rmSync(folder, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  writeFileSync(whole, '');
  return python;
}

/** The kinds of peers of some frameworks, installed. */
export async function peersOf(wanted: readonly Framework[], note: (text: string) => void): Promise<PeerKind[]> {
  const kinds: PeerKind[] = [];
  if (wanted.includes('pytorch')) {
    const command = await pythonOf('pytorch', note);
    const environment = { TORCHINDUCTOR_CACHE_DIR: benchFolder('inductor') };
    for (const [variant, words] of [
      ['eager', 'eager'],
      ['channelsLast', 'channels last'],
      ['compiled', 'compiled'],
    ] as const)
      kinds.push({ name: `PyTorch, ${words}`, command, program: 'pytorch.py', variant, environment });
  }
  if (wanted.includes('keras')) {
    const command = await pythonOf('keras', note);
    kinds.push({ name: 'Keras, graph', command, program: 'keras_peer.py', variant: 'graph' });
    kinds.push({ name: 'Keras, XLA', command, program: 'keras_peer.py', variant: 'xla' });
  }
  return kinds;
}

/** Our own step. */
export const ours: PeerKind = { name: 'Residua', command: process.execPath, program: 'own.ts', variant: 'residua' };

/** tf.layers, which cannot train grouped convolutions; its ResNet-20 is there to be seen. */
export const tfjs: PeerKind = { name: 'tf.layers', command: process.execPath, program: 'own.ts', variant: 'layers' };
