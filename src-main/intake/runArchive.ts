/** An archive of runs that another Residua wrote: a zip with `residua.json` and raw curves. */
import { unzipSync } from 'fflate';
import { archiveSchema } from '../shared/run/file.ts';
import type { ReadRun } from '../shared/run/file.ts';
import { safeParse } from '../shared/schema.ts';
import { malformed } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';
import { toldIssueAt } from '../shared/issue.ts';

/** Unpacked bytes of one member. */
const mostBytes = 128e6;
/** Unpacked bytes of all. */
const mostTotalBytes = 2e9;

/** Yields the runs one by one. @throws {Expected} `import.malformed` */
export function* readRunArchive(bytes: Uint8Array, name: string): Generator<ReadRun> {
  const member = (path: string): Uint8Array => {
    const found = unzip(bytes, name, (file) => file.name === path)[path];
    if (!found) throw malformed(name, tell('a file {path} inside', { path }), tell('none'));
    return found;
  };
  let total = 0;
  const unzip = (
    zip: Uint8Array,
    file: string,
    wanted: (member: { name: string; originalSize: number }) => boolean,
  ) => {
    try {
      return unzipSync(zip, {
        filter: (each) => {
          if (!wanted(each)) return false;
          total += each.originalSize;
          if (each.originalSize > mostBytes || total > mostTotalBytes)
            throw malformed(
              file,
              tell('at most {most} bytes unpacked', { most: mostBytes }),
              verbatim(each.originalSize),
            );
          return true;
        },
      });
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'Expected') throw thrown;
      throw malformed(
        file,
        tell('a zip archive'),
        thrown instanceof Error ? verbatim(thrown.message.slice(0, 200)) : tell('rubbish'),
      );
    }
  };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(member('residua.json')));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw malformed(name, tell('JSON in residua.json'), verbatim(thrown.message));
    throw thrown;
  }
  const parsed = safeParse(archiveSchema, json);
  if (!parsed.success) {
    throw malformed(name, tell('runs that Residua exported'), toldIssueAt(parsed.issues[0], tell('its form')));
  }
  for (const [place, { run, series }] of parsed.output.runs.entries()) {
    const folder = `runs/${place}/`;
    const files = unzip(bytes, name, (file) => file.name.startsWith(folder));
    const curves = series.map(({ name: title, points }, index) => {
      const raw = files[`${folder}${index}.f64`];
      if (!raw || raw.length !== points * 16)
        throw malformed(name, tell('{points} points of {title}', { points, title }), verbatim((raw?.length ?? 0) / 16));
      const numbers = new Float64Array(raw.slice().buffer);
      const steps = numbers.slice(0, points);
      if (!steps.every((step, at) => Number.isSafeInteger(step) && step >= 0 && (at === 0 || step > steps[at - 1]!)))
        throw malformed(name, tell('rising steps of {title}', { title }), tell('others'));
      return { name: title, steps, values: numbers.slice(points) };
    });
    const { startedAtMs, endedAtMs } = run;
    yield { name: run.name, from: 'an archive of Residua', startedAtMs, endedAtMs, run, series: curves };
  }
}
