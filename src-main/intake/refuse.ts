/** The ways in which a file is turned down, in few words. */
import { expected } from '../shared/failure.ts';
import type { Expected } from '../shared/failure.ts';
import type { IntakeLimits } from '../shared/import.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

/** What was expected and what was found instead; both are parts of a sentence. */
export const malformed = (file: string, wanted: Told, found: Told): Expected =>
  expected('import.malformed', { file: shown(file), expected: wanted, found });

/** For content that could do harm or that Residua does not read on purpose. */
export const refused = (file: string, reason: Told): Expected =>
  expected('import.refused', { file: shown(file), reason });

/** Names as they are shown: control characters made visible, long ones cut. */
export function shown(name: string): string {
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�');
  return plain.length > 120 ? `${plain.slice(0, 60)}…${plain.slice(-50)}` : plain;
}

const units = {
  entries: tell('files or images'),
  bytes: tell('bytes unpacked'),
  entryBytes: tell('bytes in one file'),
  depth: tell('levels of folders'),
  nameBytes: tell('bytes in a name'),
  pixels: tell('pixels in one image'),
  classes: tell('classes'),
  ratio: tell('unpacked bytes for each packed one'),
} as const;

/** Throws `import.limit` where `found` is over the limit. */
export function keepWithin(limits: IntakeLimits, what: keyof typeof units, found: number, file: string): void {
  if (!(found <= limits[what]))
    throw expected('import.limit', {
      file: shown(file),
      what: units[what],
      most: limits[what],
      found: Math.ceil(found),
    });
}

/** Throws where unpacked bytes outgrow packed ones beyond reason. */
export function keepRatio(limits: IntakeLimits, unpacked: number, packed: number, file: string): void {
  if (unpacked > limits.ratioGraceBytes) keepWithin(limits, 'ratio', unpacked / Math.max(1, packed), file);
}

/** Names that mean a device on Windows in any folder, with any ending. */
const devices = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])\s*(\.|$)/i;

/**
 * The reason why a path inside an archive is refused, or null for an ordinary relative one. Nothing is ever written under
 * such a name, but an archive that has one was made to do harm.
 */
export function objectionToPath(path: string): Told | null {
  if (path === '' || path.includes('\0')) return tell('it holds a file without a proper name');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.startsWith('\\'))
    return tell('it names a file by an absolute path ({path})', { path: shown(path) });
  const parts = path.split(/[\\/]/);
  if (parts.includes('..')) return tell('it names a file outside itself ({path})', { path: shown(path) });
  if (parts.some((part) => devices.test(part)))
    return tell('it names a device of Windows ({path})', { path: shown(path) });
  return null;
}
