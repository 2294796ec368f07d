/** What the command line writes to: results to standard output, everything else to standard error. */

export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line for the person at the terminal; a progress line that stands there is wiped first. */
  note(line: string): void;
  /** Renews the progress line, or wipes it with an empty text; does nothing where standard error is no terminal. */
  progress(line: string): void;
  /** Whether standard error is a terminal. */
  readonly interactive: boolean;
  readonly columns: number;
}

export function processTerminal(): Terminal {
  let shown = false;
  const { stdout, stderr } = process;
  // `residua runs | head` closes our output early: that is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const wipe = () => {
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    out(line) {
      wipe();
      stdout.write(`${line}\n`);
    },
    note(line) {
      wipe();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!stderr.isTTY) return;
      wipe();
      stderr.write(line.slice(0, Math.max(20, (stderr.columns || 80) - 1)));
      shown = line !== '';
    },
    interactive: stderr.isTTY === true,
    get columns() {
      return stderr.columns || 80;
    },
  };
}
