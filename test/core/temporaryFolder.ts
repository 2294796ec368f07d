/** A fresh data folder whose path has spaces and letters beyond ASCII, removed after the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'residua tëst 數據 '));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
