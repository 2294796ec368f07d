/** `serve`: the page in a browser. */
import { serve } from '../serve/serve.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';

export const serveCommand: Command = {
  usage: 'serve [--port N]',
  summary: 'serves the page on this machine and prints its address with a token',
  options: { port: { value: 'N' } },
  positionals: { least: 0, most: 0, names: '' },
  async run(given, { core, json, terminal, onInterrupt }) {
    const installsEngine = process.env['RESIDUA_ENGINE_SETUP'] === '1';
    const server = await serve(core({ keepsRuns: true, installsEngine }), {
      port: given.whole('port', 0, 65_535) ?? 0,
    });
    if (json) printJson(terminal, { address: server.address });
    else {
      terminal.note('Residua serves its page on this machine only. Open this address; its token is the key:');
      terminal.out(server.address);
      terminal.note('Ctrl+C ends it.');
    }
    await new Promise<void>((resolve) => onInterrupt(() => resolve()));
    await server.close();
    return done;
  },
};
