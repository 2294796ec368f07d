/** Shortcuts, and that no two commands share one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../src-main/shared/commands.ts';
import type { Command } from '../../../src-main/shared/commands.ts';
import { isShortcut, shortcutInWords } from '../../../src-renderer/words/keys.ts';

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

test('a shortcut is its key with its modifiers and no others', () => {
  assert.ok(isShortcut('CmdOrCtrl+K', press('k', { ctrlKey: true })));
  assert.ok(isShortcut('CmdOrCtrl+K', press('k', { metaKey: true })));
  assert.ok(
    isShortcut('CmdOrCtrl+/', press('/', { ctrlKey: true, shiftKey: true })),
    'some keyboards need Shift for /',
  );
  assert.ok(!isShortcut('CmdOrCtrl+K', press('k')));
  assert.ok(!isShortcut('CmdOrCtrl+K', press('k', { ctrlKey: true, shiftKey: true })));
  assert.ok(!isShortcut('CmdOrCtrl+K', press('k', { ctrlKey: true, altKey: true })));
});

test('every key leads to one command', () => {
  const table: readonly Command[] = commands;
  const keys = table.flatMap(({ shortcut, key }) => [shortcut, key].filter((each) => each !== undefined));
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(new Set(table.map(({ id }) => id)).size, table.length);
});

test('a shortcut is worded as the keyboard is', () => {
  assert.equal(shortcutInWords('CmdOrCtrl+K', false), 'Ctrl K');
  assert.equal(shortcutInWords('CmdOrCtrl+K', true), '⌘ K');
});
