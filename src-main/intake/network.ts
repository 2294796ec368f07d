/** A network as JSON: an export of Residua, or a bare spec. */
import { readPlaces } from '../shared/jsonPlaces.ts';
import { networkFileSchema } from '../shared/network/file.ts';
import type { NetworkFile } from '../shared/network/file.ts';
import { specSchema } from '../shared/network/spec.ts';
import { safeParse } from '../shared/schema.ts';
import { openFile } from './entry.ts';
import { malformed } from './refuse.ts';
import { retold, tell } from '../shared/told.ts';
import { toldIssueAt } from '../shared/issue.ts';

/** The longest list of survivals takes 100 kB. */
const mostBytes = 1_000_000;

/** Reads a network's file. @throws {Expected} with the codes `import.*`, saying what was expected and what was found where */
export function readNetwork(path: string, name: string): NetworkFile {
  const bytes = openFile(path, name);
  let text: string;
  try {
    if (bytes.length > mostBytes)
      throw malformed(
        name,
        tell('at most {most} bytes of JSON', { most: mostBytes }),
        tell('{count} bytes', { count: bytes.length }),
      );
    text = new TextDecoder('utf-8').decode(bytes.at(0, bytes.length));
  } finally {
    bytes.close();
  }
  const read = readPlaces(text);
  if (!read.ok)
    throw malformed(
      name,
      tell('{expected} in line {line}, column {column}', {
        expected: retold(read.expected),
        line: read.line,
        column: read.column,
      }),
      retold(read.found),
    );
  return networkOf(read.value, name);
}

function networkOf(value: unknown, name: string): NetworkFile {
  const isExport = typeof value === 'object' && value !== null && 'format' in value;
  if (isExport) {
    const parsed = safeParse(networkFileSchema, value);
    if (parsed.success) return parsed.output;
    throw malformed(name, tell('a network that Residua exported'), toldIssueAt(parsed.issues[0], tell('its form')));
  }
  const parsed = safeParse(specSchema, value);
  if (parsed.success) return { format: 'residua-network', version: 1, spec: parsed.output, tags: [] };
  throw malformed(name, tell('the spec of a network'), toldIssueAt(parsed.issues[0], tell('its form')));
}
