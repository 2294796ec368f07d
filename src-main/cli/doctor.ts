/** `doctor`: what is there, what is missing, and the command that mends it. */
import type { EngineStatus, Status } from '../shared/contract.ts';
import { bytesInWords, durationInWords, mebibytesInWords } from '../shared/words.ts';
import { done, failed, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { inWords } from '../shared/failure.ts';

/** Whether everything that this machine offers is used: an engine is there and a card, where there is one, is reached. */
const isHealthy = (engine: EngineStatus) => engine.state === 'ready' && engine.problem === null;

async function install(session: Session, repair: boolean): Promise<void> {
  const client = session.client();
  const finished = new Promise<void>((resolve) => {
    void client.watch((changes) => {
      for (const change of changes) {
        if (change.kind !== 'engine') continue;
        const { progress, state } = change.engine;
        if (progress) {
          const size =
            progress.totalBytes > 0
              ? `: ${bytesInWords(progress.doneBytes)} of ${bytesInWords(progress.totalBytes)}`
              : '';
          const speed = progress.bytesPerSecond > 0 ? `, ${bytesInWords(progress.bytesPerSecond)}/s` : '';
          const left = progress.secondsLeft === null ? '' : `, ${durationInWords(progress.secondsLeft)} left`;
          session.terminal.progress(`${inWords(progress.phase)}${size}${speed}${left}`);
        }
        if (state !== 'installing') resolve();
      }
    });
  });
  session.onInterrupt(() => void client.call('engine.cancel', {}).catch(() => undefined));
  const begun = await client.call('engine.install', { repair });
  if (begun.state === 'installing') await finished;
  session.terminal.progress('');
}

function lines(status: Status): [string, string][] {
  const { engine, device } = status;
  const memory =
    device.memoryTotalMiB === null
      ? ''
      : `, ${device.memoryUsedMiB === null ? '' : `${mebibytesInWords(device.memoryUsedMiB)} of `}${mebibytesInWords(device.memoryTotalMiB)} used`;
  return [
    ['Residua', `${status.version} (${status.commit})`],
    [
      'engine',
      `${engine.state}${engine.version ? `, TensorFlow ${engine.version}` : ''}, ${engine.flavour === 'cuda' ? 'CUDA' : 'CPU'} build${engine.bytes === null ? '' : `, ${bytesInWords(engine.bytes)}`}`,
    ],
    ['engine folder', engine.path],
    [
      'card',
      engine.card
        ? `${engine.card.name}, ${mebibytesInWords(engine.card.memoryMiB)}, driver ${engine.card.driver}`
        : 'none found by nvidia-smi',
    ],
    ['trains on', `${device.kind === 'gpu' ? 'GPU' : 'CPU'}: ${device.name}${memory}`],
    ['in use by', inWords(status.busy ?? 'nobody')],
    ['data folder', status.home],
    ['Node', status.node],
    ['system', status.system],
  ];
}

export const doctorCommand: Command = {
  usage: 'doctor [--install|--repair]',
  summary: 'engine, device, driver, versions and paths; what is missing and what mends it',
  options: { install: {}, repair: {} },
  positionals: { least: 0, most: 0, names: '' },
  async run(given, session) {
    const { client, json, terminal } = session;
    if (given.flag('install') || given.flag('repair')) await install(session, given.flag('repair'));
    const engine = await client().call('engine.status', { check: true });
    const status: Status = { ...(await client().call('app.status', {})), engine };
    const healthy = isHealthy(engine);
    if (json) {
      printJson(terminal, { ...status, healthy });
      return healthy ? done : failed;
    }
    for (const [name, value] of lines(status)) terminal.out(`${name.padEnd(14)}${value}`);
    if (engine.problem)
      terminal.out(`${''.padEnd(14)}${inWords(engine.problem.reason)} ${inWords(engine.problem.mend)}`);
    else if (!healthy)
      terminal.out(
        `${''.padEnd(14)}\`npm start -- doctor ${engine.state === 'broken' ? '--repair' : '--install'}\` mends it.`,
      );
    return healthy ? done : failed;
  },
};
