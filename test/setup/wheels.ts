/** Tiny wheels in a local folder, so that the installer runs whole without its 274 MB. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wheel } from '../../src-main/setup/engine-wheels.mjs';

const program = `
import sys, zipfile
path, name, padding = sys.argv[1], sys.argv[2], int(sys.argv[3])
with zipfile.ZipFile(path, 'w') as wheel:
    wheel.writestr('tensorflow/libtensorflow_cc.so.2', b'c' * padding)
    wheel.writestr('tensorflow/libtensorflow_framework.so.2', b'f' * 100)
    wheel.writestr('tensorflow/include/tensorflow/c/c_api.h', '/* header */')
    wheel.writestr('tensorflow/python/not_needed.py', 'raise SystemExit')
    info = name + '-2.21.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: ' + name + '\\nVersion: 2.21.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n')
    wheel.writestr(info + 'RECORD', '')
`;

export interface WheelSource {
  readonly wheels: readonly Wheel[];
  /** For pip: this folder and no registry. */
  readonly pipArguments: readonly string[];
  /** Stands for the addon that the build made. */
  readonly prebuilt: string;
}

/** Makes a source with one engine wheel in `folder`. `libraryBytes` is the size of its large library. */
export function wheelSource(folder: string, libraryBytes = 5_000_000): WheelSource {
  mkdirSync(folder, { recursive: true });
  const file = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
  const path = join(folder, file);
  execFileSync('python3', ['-c', program, path, 'tensorflow_cpu', String(libraryBytes)]);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const prebuilt = join(folder, 'tfjs_binding.node');
  writeFileSync(prebuilt, 'addon');
  const wheel = {
    project: 'tensorflow-cpu',
    version: '2.21.0',
    file,
    sha256,
    bytes: statSync(path).size,
    unpackedBytes: libraryBytes + 112,
  };
  return { wheels: [wheel], pipArguments: ['--no-index', '--find-links', folder], prebuilt };
}
