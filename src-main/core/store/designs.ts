/** Networks of one's own: one row each. */
import { randomUUID } from 'node:crypto';
import type { Design } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

export const designsLayout = `
CREATE TABLE designs (
  id TEXT PRIMARY KEY,
  spec TEXT NOT NULL,
  tags TEXT NOT NULL,
  based_on TEXT,
  created_ms REAL NOT NULL,
  changed_ms REAL NOT NULL,
  removed_ms REAL
) STRICT, WITHOUT ROWID;
`;

interface DesignRow {
  readonly id: string;
  readonly spec: string;
  readonly tags: string;
  readonly based_on: string | null;
  readonly created_ms: number;
  readonly changed_ms: number;
  readonly removed_ms: number | null;
}

/** What a person decides of a design. */
export type DesignContent = Pick<Design, 'spec' | 'tags' | 'basedOn'>;

const designOf = (row: DesignRow): Design => ({
  id: row.id,
  spec: JSON.parse(row.spec) as Design['spec'],
  tags: JSON.parse(row.tags) as string[],
  basedOn: row.based_on,
  createdAtMs: row.created_ms,
  changedAtMs: row.changed_ms,
  removedAtMs: row.removed_ms,
});

/** Designs, the newest change first; without removed ones, or only those. */
export function listDesigns(handle: ReadHandle, removed = false): Design[] {
  const condition = removed ? 'IS NOT NULL' : 'IS NULL';
  return handle
    .all<DesignRow>(`SELECT * FROM designs WHERE removed_ms ${condition} ORDER BY changed_ms DESC, id`)
    .map(designOf);
}

/** Fails with `design.unknown`. */
export function readDesign(handle: ReadHandle, id: string): Design {
  const row = handle.get<DesignRow>('SELECT * FROM designs WHERE id = ?', id);
  if (!row) throw expected('design.unknown', { id });
  return designOf(row);
}

/** Keeps a new design and returns its id. */
export function addDesign(handle: WriteHandle, { spec, tags, basedOn }: DesignContent): string {
  const id = randomUUID();
  const now = Date.now();
  handle.run(
    'INSERT INTO designs (id, spec, tags, based_on, created_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    JSON.stringify(spec),
    JSON.stringify(tags),
    basedOn,
    now,
    now,
  );
  return id;
}

/** Changes a design; one that was removed comes back. Fails with `design.unknown`. */
export function changeDesign(handle: WriteHandle, id: string, { spec, tags, basedOn }: DesignContent): void {
  const changed = handle.run(
    'UPDATE designs SET spec = ?, tags = ?, based_on = ?, changed_ms = ?, removed_ms = NULL WHERE id = ?',
    JSON.stringify(spec),
    JSON.stringify(tags),
    basedOn,
    Date.now(),
    id,
  );
  if (changed === 0) throw expected('design.unknown', { id });
}

/** Takes a design out of sight, or brings it back. Fails with `design.unknown`. */
export function setDesignRemoved(handle: WriteHandle, id: string, removed: boolean): void {
  if (handle.run('UPDATE designs SET removed_ms = ? WHERE id = ?', removed ? Date.now() : null, id) === 0)
    throw expected('design.unknown', { id });
}
