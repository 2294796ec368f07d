/** core as src-main/core/index.ts composes it, with checkpoints much closer together. Arguments: home, milliseconds. */
import { Socket } from 'node:net';
import { createCore } from '../../src-main/core/service/core.ts';
import { acceptChannels } from '../../src-main/shared/channel.ts';
import { streamPort } from '../../src-main/shared/port.ts';

const [home, checkpointEveryMs] = process.argv.slice(2) as [string, string];
const core = createCore({
  home,
  version: 'test',
  commit: 'test',
  keepsRuns: true,
  checkpointEveryMs: Number(checkpointEveryMs),
});
const end = async () => {
  await core.close();
  process.exit(0);
};
acceptChannels(
  new Socket({ fd: 3 }),
  (reading, writing) => core.connect(streamPort(reading, writing)),
  () => void end(),
);
