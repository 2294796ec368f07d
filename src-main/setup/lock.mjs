/**
 * Locks between programs, as files: who holds one is a process, known by its number and the time it started.
 *
 * A lock is a folder of numbered files, and the highest number whose process lives holds it. Taking over from a dead
 * holder makes the next number, which only one of many can do; nothing is ever replaced under another program's hands.
 */
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { explainFileFailure } from './failure.mjs';
import { ensureFolder } from './paths.mjs';

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} started identifies the process beyond its number; empty where the system does not say
 * @property {string} text who holds the lock, for people
 */

/** Kernel's start mark of a process: boot and ticks since boot. Empty where it does not live or cannot be asked. @param {number} pid */
function startMark(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name is in brackets and may hold anything; the 20th field after it is the start time.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch {
    return '';
  }
}

/** @param {Holder} holder */
function isAlive({ pid, started }) {
  if (process.platform === 'linux') return startMark(pid) === started && started !== '';
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** @param {string} folder @returns {number[]} rising */
function numbersIn(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** @param {string} folder @param {number} number @returns {Holder | null} */
function holderOf(folder, number) {
  try {
    const holder = JSON.parse(readFileSync(join(folder, String(number)), 'utf8'));
    return isAlive(holder) ? holder : null;
  } catch {
    return null;
  }
}

/** @param {string} folder @param {number} [except] @returns {Holder | null} */
function liveHolder(folder, except) {
  for (const number of numbersIn(folder).reverse()) {
    const holder = number === except ? null : holderOf(folder, number);
    if (holder) return holder;
  }
  return null;
}

/** Who holds a lock now, null where it is free. @param {string} folder */
export function lockHolder(folder) {
  return liveHolder(folder);
}

/**
 * Takes a lock, also from a holder that died.
 * @param {string} folder the lock's own folder; made where missing
 * @param {string} text who takes it, for people
 * @returns {{ holder: null, release: () => void } | { holder: Holder, release: null }} the live holder where it is taken
 * @throws {import('./failure.mjs').SetupFailure} where the folder may not be written
 */
export function takeLock(folder, text) {
  ensureFolder(folder);
  const draft = join(folder, `draft-${randomUUID()}`);
  try {
    writeFileSync(draft, JSON.stringify({ pid: process.pid, started: startMark(process.pid), text }));
    for (;;) {
      const holder = liveHolder(folder);
      if (holder) return { holder, release: null };
      const dead = numbersIn(folder);
      const mine = (dead.at(-1) ?? 0) + 1;
      if (!link(draft, join(folder, String(mine)))) continue;
      // Another may have taken a higher number since: it sees mine, or I see its.
      const other = liveHolder(folder, mine);
      if (other) {
        rmSync(join(folder, String(mine)), { force: true });
        return { holder: other, release: null };
      }
      // A holder that let go meanwhile may have cleared mine away with the dead ones; it is not there to be seen then.
      if (!numbersIn(folder).includes(mine)) continue;
      for (const number of dead) rmSync(join(folder, String(number)), { force: true });
      return { holder: null, release: () => rmSync(join(folder, String(mine)), { force: true }) };
    }
  } catch (thrown) {
    throw explainFileFailure(thrown, folder);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param {string} from @param {string} to @returns {boolean} false where `to` is there already */
function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}
