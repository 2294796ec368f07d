/**
 * Takes out of a wheel the files that the engine needs.
 */
import { run } from './child.mjs';
import { diskFull, SetupFailure, writeDenied } from './failure.mjs';
import { tell } from './told.mjs';

/** Libraries, the headers that the addon is compiled against, and the two compiler files that CUDA looks for. */
const kept = [
  String.raw`tensorflow/libtensorflow_(cc|framework)\.so\.2`,
  String.raw`tensorflow/include/(tensorflow/c|tensorflow/core/platform|tsl/platform|xla/tsl/c)/.*\.h`,
  String.raw`nvidia/[^/]+/lib/(?!libcusolverMg|libnvblas|libcufftw|libcheckpoint|libpcsamplingutil|.*\.alt\.)lib[^/]+\.so[^/]*`,
  String.raw`nvidia/cuda_nvcc/(bin/ptxas|nvvm/libdevice/[^/]+)`,
].join('|');

/** Python reads the archive: it is there for pip anyway, checks every sum and handles any size. */
const program = `
import os, re, sys, zipfile
wheel, target, pattern = sys.argv[1:4]
done = 0
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if not re.fullmatch(pattern, entry.filename) or '..' in entry.filename.split('/'):
            continue
        path = os.path.join(target, entry.filename)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(entry) as source, open(path, 'wb') as file:
            while True:
                block = source.read(1 << 22)
                if not block:
                    break
                file.write(block)
                done += len(block)
                print(done, flush=True)
        mode = entry.external_attr >> 16 & 0o777
        os.chmod(path, mode | 0o600 if mode else 0o644)
`;

/**
 * Unpacks the needed files of a wheel.
 * @param {string} wheel
 * @param {string} target
 * @param {{ onBytes?: (bytes: number) => void, onStart?: (child: import('node:child_process').ChildProcess) => void, signal?: AbortSignal | undefined }} [options]
 * @throws {SetupFailure} damaged archive, disk full, no permission
 */
export async function unpackWheel(wheel, target, { onBytes, onStart, signal } = {}) {
  const onOutput = (/** @type {string} */ text) => {
    const bytes = Number(text.trim().split('\n').at(-1));
    if (bytes > 0) onBytes?.(bytes);
  };
  const { status, stderr } = await run('python3', ['-c', program, wheel, target, kept], {
    onOutput,
    signal,
    ...(onStart ? { onStart } : {}),
  });
  if (status === 0) return;
  if (/No space left|Errno 28\b|Errno 122\b/.test(stderr)) throw diskFull(target, 0, 0);
  if (/Permission denied|Read-only file system/.test(stderr)) throw writeDenied(target);
  const reason = stderr.trim().split('\n').at(-1) ?? `status ${status}`;
  throw new SetupFailure(
    tell('{wheel} could not be unpacked: {reason}.', { wheel, reason }),
    tell('Delete the file and start again.'),
  );
}
