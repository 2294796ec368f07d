/** `bench --peers`: our step beside other frameworks' on four networks, all steps interleaved, and the memory it takes. */
import { expand } from '../../src-main/shared/network/expand.ts';
import { cifarResNeXt, cifarResNet, wideResNet } from '../../src-main/shared/network/families.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { ours, peersOf, tfjs } from './peers/install.ts';
import type { Framework } from './peers/install.ts';
import { startPeer } from './peers/peer.ts';
import type { Peer, PeerKind } from './peers/peer.ts';
import { atMost, nothing, timingOf, together } from './report.ts';
import type { Report } from './report.ts';
import { interleave, median } from './timing.ts';

interface Comparison {
  readonly spec: Spec;
  readonly batch: number;
  /** Our time by that of the fastest peer, at most. */
  readonly bound: number;
  /** Whether our memory is compared with PyTorch's. */
  readonly memory: boolean;
  /** Whether tf.layers can train it. */
  readonly layers: boolean;
}

/** Every network of the comparison by its name. */
export const comparisons: Readonly<Record<string, Comparison>> = {
  resnet20: { spec: cifarResNet(20), batch: 128, bound: 0.95, memory: false, layers: true },
  resnet110: { spec: cifarResNet(110), batch: 128, bound: 0.95, memory: true, layers: false },
  'resnext29-4x16d': { spec: cifarResNeXt(29, 4, 16), batch: 64, bound: 0.95, memory: false, layers: false },
  'wrn-16-4': { spec: wideResNet(16, 4), batch: 64, bound: 1, memory: true, layers: false },
};

/** Steps before the first that counts: libraries compile and settle. */
const warmUp = 3;

/** Compares on some networks. A peer that cannot run is a failure of the whole comparison. */
export async function benchPeers(
  wanted: readonly Framework[],
  networks: readonly string[],
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const kinds = await peersOf(wanted, note);
  const reports: Report[] = [];
  for (const name of networks) {
    const comparison = comparisons[name] as Comparison;
    const withLayers = comparison.layers && wanted.includes('tfjs') ? [tfjs] : [];
    reports.push(await compare(name, comparison, [ours, ...kinds, ...withLayers], rounds, note));
  }
  return together(reports);
}

async function compare(
  name: string,
  { spec, batch, bound, memory }: Comparison,
  kinds: readonly PeerKind[],
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const what = `${name}, batch ${batch}`;
  const failures: string[] = [];
  const running: Peer[] = [];
  try {
    for (const kind of kinds) {
      note(`${what}: starting ${kind.name}`);
      await start(kind, { plan: expand(spec), batch }).then(
        (peer) => running.push(peer),
        (error: Error) => failures.push(`${what}: ${error.message}`),
      );
    }
    const times = await interleave(running, rounds, 0, (done) => note(`${what}: round ${done} of ${rounds}`));
    const others = times.filter((each) => each.name !== ours.name).map((each) => median(each.times));
    const own = times.find((each) => each.name === ours.name)?.times ?? [];
    const ratio = median(own) / Math.min(...others);
    return {
      ...nothing,
      failures,
      timings: times.map((each) => timingOf(what, each)),
      bounds: [
        ...(others.length > 0 ? [atMost(`${what}: Residua / fastest`, ratio, bound)] : []),
        ...(memory ? await memoryBounds(what, running) : []),
      ],
    };
  } finally {
    for (const peer of running) await peer.close();
  }
}

/** A peer that has built its network and done its first steps. */
async function start(kind: PeerKind, order: Parameters<typeof startPeer>[1]): Promise<Peer> {
  const peer = await startPeer(kind, order);
  for (let step = 0; step < warmUp; step += 1) await peer.step();
  return peer;
}

/** Peak resident memory of training over the idle process, ours by the least of PyTorch's. */
async function memoryBounds(what: string, running: readonly Peer[]) {
  const taken = async (peer: Peer) => {
    const { peakBytes, idleBytes } = await peer.memory();
    return peakBytes - idleBytes;
  };
  const own = running.find(({ name }) => name === ours.name);
  const torch = running.filter(({ name }) => name.startsWith('PyTorch'));
  if (!own || torch.length === 0) return [];
  const [bytes, least] = [await taken(own), Math.min(...(await Promise.all(torch.map(taken))))];
  const megabytes = (value: number) => `${Math.round(value / 1e6)} MB`;
  return [atMost(`${what}: memory, Residua ${megabytes(bytes)} / PyTorch ${megabytes(least)}`, bytes / least, 1)];
}
