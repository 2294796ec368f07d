/** A network as JSON: an export of Residua, or a bare spec. */
import { readPlaces } from '../shared/jsonPlaces.ts';
import { networkFileSchema } from '../shared/network/file.ts';
import type { NetworkFile } from '../shared/network/file.ts';
import { specSchema } from '../shared/network/spec.ts';
import { getDotPath, safeParse } from '../shared/schema.ts';
import type { BaseIssue } from '../shared/schema.ts';
import { openFile } from './entry.ts';
import { malformed } from './refuse.ts';

/** The longest list of survivals takes 100 kB. */
const mostBytes = 1_000_000;

/** Reads a network's file. @throws {Expected} with the codes `import.*`, saying what was expected and what was found where */
export function readNetwork(path: string, name: string): NetworkFile {
  const bytes = openFile(path, name);
  let text: string;
  try {
    if (bytes.length > mostBytes) throw malformed(name, `at most ${mostBytes} bytes of JSON`, `${bytes.length} bytes`);
    text = new TextDecoder('utf-8').decode(bytes.at(0, bytes.length));
  } finally {
    bytes.close();
  }
  const read = readPlaces(text);
  if (!read.ok) throw malformed(name, `${read.expected} in line ${read.line}, column ${read.column}`, read.found);
  return networkOf(read.value, name);
}

function networkOf(value: unknown, name: string): NetworkFile {
  const isExport = typeof value === 'object' && value !== null && 'format' in value;
  if (isExport) {
    const parsed = safeParse(networkFileSchema, value);
    if (parsed.success) return parsed.output;
    throw malformed(name, 'a network that Residua exported', problemOf(parsed.issues[0]));
  }
  const parsed = safeParse(specSchema, value);
  if (parsed.success) return { format: 'residua-network', version: 1, spec: parsed.output, tags: [] };
  throw malformed(name, 'the spec of a network', problemOf(parsed.issues[0]));
}

const problemOf = (issue: BaseIssue<unknown>) => `${getDotPath(issue) ?? 'its form'}: ${issue.message}`;
