/**
 * Imports at size, as `data add` does them: a program of its own and the intake that it starts. Files are made before the
 * clock starts; every import is the first one of its data folder.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { tar } from '../fixtures/files.ts';
import { atLeast, atMost, nothing } from './report.ts';
import type { Report } from './report.ts';

const program = fileURLToPath(new URL('../../src-main/cli/index.ts', import.meta.url));
const sampleMs = 20;
const cifarImages = 60_000;
const photographs = 20_000;
/** Different photographs; each is written several times, as reading and decoding do not care. */
const differentPhotographs = 500;

/** Bytes that gzip can pack about as well as photographs: slow waves with noise on them. */
function photographicPixels(count: number, height: number, width: number, seed: number): Uint8Array {
  const pixels = new Uint8Array(count * height * width * 3);
  let state = seed >>> 0;
  for (let image = 0, at = 0; image < count; image++) {
    const [tilt, phase] = [(image % 17) / 40, image % 23];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < 3; channel++) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          pixels[at++] = 128 + 90 * Math.sin(phase + x * tilt + y / 9 + channel) + (state >>> 28);
        }
  }
  return pixels;
}

/** `cifar-10-binary.tar.gz`, packed as tightly as the official one. */
function writeCifar(folder: string): string {
  const each = cifarImages / 6;
  const files = Array.from({ length: 6 }, (_, batch) => {
    const content = Buffer.alloc(each * 3073);
    const pixels = photographicPixels(each, 32, 32, batch + 1);
    for (let image = 0; image < each; image++) {
      content[image * 3073] = image % 10;
      content.set(pixels.subarray(image * 3072, (image + 1) * 3072), image * 3073 + 1);
    }
    return {
      path: `cifar-10-batches-bin/${batch < 5 ? `data_batch_${batch + 1}` : 'test_batch'}.bin`,
      content,
    };
  });
  const path = join(folder, 'cifar-10-binary.tar.gz');
  writeFileSync(path, gzipSync(tar(files), { level: 6 }));
  return path;
}

async function writePhotographs(folder: string): Promise<string> {
  const root = join(folder, 'photographs');
  const pixels = photographicPixels(differentPhotographs, 64, 64, 7);
  const bytes = 64 * 64 * 3;
  const files = await Promise.all(
    Array.from({ length: differentPhotographs }, (_, index) =>
      sharp(pixels.subarray(index * bytes, (index + 1) * bytes), { raw: { height: 64, width: 64, channels: 3 } })
        .jpeg({ quality: 90 })
        .toBuffer(),
    ),
  );
  for (let index = 0; index < photographs; index++) {
    const inside = join(root, `class ${index % 10}`);
    if (index < 10) mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `${index}.jpg`), files[index % differentPhotographs] as Uint8Array);
  }
  return root;
}

/** Ids of a process and of all below it. */
function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended in the meantime.
    }
  }
  const all = [pid];
  for (const each of all) all.push(...(children.get(each) ?? []));
  return all;
}

/** The most bytes of memory that a process ever had, as the system counted them. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

interface Imported {
  readonly seconds: number;
  /** The peaks of all processes of the import added up; null where the system does not tell. */
  readonly peakBytes: number | null;
}

/** Imports a file or folder into a data folder of its own. */
async function importOnce(path: string, folder: string): Promise<Imported> {
  const home = mkdtempSync(join(folder, 'home-'));
  const began = performance.now();
  const child = spawn(process.execPath, [program, 'data', 'add', path, '--home', home, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  const tells = existsSync('/proc/self/status');
  const peaks = new Map<number, number>();
  const sampler = setInterval(() => {
    if (tells && child.pid)
      for (const pid of family(child.pid)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakOf(pid)));
  }, sampleMs);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  clearInterval(sampler);
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new Error(`The import of ${path} ended with status ${status}: ${notes}`);
  return { seconds, peakBytes: tells ? [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0) : null };
}

const megabytes = (bytes: number) => bytes / 1e6;

/** Best of `rounds` imports of each kind, against their bounds. */
export async function benchImports(rounds: number, note: (text: string) => void): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'residua-bench-'));
  try {
    note('making files …');
    const kinds = [
      { what: 'CIFAR-10-sized archive', path: writeCifar(folder), images: cifarImages },
      {
        what: `${photographs.toLocaleString('en-US')} JPEGs`,
        path: await writePhotographs(folder),
        images: photographs,
      },
    ];
    const bounds = [];
    const failures: string[] = [];
    for (const [index, { what, path, images }] of kinds.entries()) {
      const all: Imported[] = [];
      for (let round = 0; round < rounds; round++) {
        note(`${what}: import ${round + 1} of ${rounds} …`);
        all.push(await importOnce(path, folder));
      }
      const seconds = Math.min(...all.map((one) => one.seconds));
      bounds.push(
        index === 0
          ? atMost(`${what}: seconds`, seconds, 8)
          : atLeast(`${what}: images a second`, images / seconds, 2500),
      );
      const peaks = all.map(({ peakBytes }) => peakBytes);
      if (peaks.includes(null)) failures.push('Peak memory is told on Linux only.');
      else bounds.push(atMost(`${what}: MB of memory at most`, megabytes(Math.max(...(peaks as number[]))), 600));
    }
    return { ...nothing, bounds, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
