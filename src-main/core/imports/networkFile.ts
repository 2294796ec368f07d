/** A network out of a file: intake reads it, as it reads everything that comes from elsewhere. */
import { expected } from '../../shared/failure.ts';
import type { NetworkFile } from '../../shared/network/file.ts';
import type { DroppedFile } from './import.ts';
import { readFiles } from './readFiles.ts';
import type { ReadingSurroundings } from './readFiles.ts';
import { tell } from '../../shared/told.ts';

/** The network of one file. @throws {Expected} with the codes `import.*` */
export const readNetworkFile = (file: DroppedFile, surroundings: ReadingSurroundings): Promise<NetworkFile> =>
  readFiles([file], { kind: 'network', path: file.path, name: file.name }, surroundings, (report) => {
    if (report.kind !== 'network') throw expected('import.died', { how: tell('it answered something else') });
    return report.network;
  });
