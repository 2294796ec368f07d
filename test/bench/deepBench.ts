/**
 * `bench --deep`: the deepest network of the papers, ResNet-1202 with stochastic depth (Huang et al. 2016, section 4), in a
 * process of its own: time to the end of its first step, and the most memory of steps that drop nothing.
 */
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { ours } from './peers/install.ts';
import { startPeer } from './peers/peer.ts';
import { atMost, nothing, timingOf } from './report.ts';
import type { Report } from './report.ts';

const batch = 16;
const mostGigabytes = 6;
const mostSeconds = 60;

export async function benchDeep(rounds: number, note: (text: string) => void): Promise<Report> {
  const what = `resnet1202-sd, batch ${batch}`;
  note(`${what}: until the end of the first step`);
  const startedMs = performance.now();
  const peer = await startPeer(ours, { plan: expand(findPreset('resnet1202-sd').spec), batch });
  try {
    await peer.step();
    const firstSeconds = (performance.now() - startedMs) / 1000;
    const times: number[] = [];
    while (times.length < rounds) {
      times.push(await peer.step());
      note(`${what}: step ${times.length} of ${rounds}`);
    }
    const { peakBytes } = await peer.memory();
    return {
      ...nothing,
      timings: [timingOf(what, { name: 'every block', times })],
      bounds: [
        atMost(`${what}: seconds from the start to the end of the first step`, firstSeconds, mostSeconds),
        atMost(`${what}: most memory in GB`, peakBytes / 1e9, mostGigabytes),
      ],
    };
  } finally {
    await peer.close();
  }
}
