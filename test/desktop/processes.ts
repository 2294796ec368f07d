/** The app's processes as Linux shows them: who is there, and whom they talk to. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile.
    return '';
  }
};
const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
export const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');

/** A process and all below it. */
export function familyOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .map((pid) => [pid, parentOf(pid)] as const);
  const family = [root];
  for (const member of family) family.push(...parents.filter(([, parent]) => parent === member).map(([pid]) => pid));
  return family;
}

/** Members of a family that run a program of ours, such as `core.mjs`. */
export const running = (root: number, program: string): number[] =>
  familyOf(root).filter((pid) => commandOf(pid).includes(program));

/** Inode of each open socket of a process. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Other ends of the family's sockets that are not on this machine, in the kernel's hexadecimal. */
export function strangersOf(root: number): string[] {
  const inodes = new Set(familyOf(root).flatMap(socketsOf));
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => read(`/proc/${root}/net/${name}`));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((cells) => inodes.has(cells[9] ?? ''))
    .map((cells) => (cells[2] ?? '').split(':')[0] ?? '')
    .filter((address) => !isOwn(address));
}

/** Nobody, 127.x.x.x, or ::1 and the mapped loopback; the kernel writes words with the lowest byte first. */
const isOwn = (address: string): boolean =>
  /^0*$/.test(address) ||
  /7F$/.test(address.slice(0, 8)) ||
  address === '00000000000000000000000001000000' ||
  /^0{16}FFFF0000.{6}7F$/.test(address);
