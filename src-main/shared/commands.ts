/**
 * Every command that has a name: one table for the menu bar, the palette and the sheet of keys.
 *
 * `shortcut` is written as Electron's accelerators are (`CmdOrCtrl+N`); commands without a menu are in the palette only.
 */
import type { Words } from './language.ts';

export type MenuName = 'file' | 'view' | 'run' | 'help';

export interface Command {
  readonly id: string;
  readonly title: Words;
  readonly menu?: MenuName;
  /** Commands of one group stand together; a line parts the groups. */
  readonly group?: number;
  readonly shortcut?: string;
  /** A single key that does the same in the page wherever nobody is typing; a browser keeps some shortcuts to itself. */
  readonly key?: string;
  /** `desktop`: only in the window; `everywhere`: in a browser tab, too. */
  readonly where: 'everywhere' | 'desktop';
}

export const commands = [
  { id: 'run.new', title: 'New run', menu: 'file', group: 0, shortcut: 'CmdOrCtrl+N', key: 'n', where: 'everywhere' },
  { id: 'data.add', title: 'Add dataset…', menu: 'file', group: 0, shortcut: 'CmdOrCtrl+O', where: 'everywhere' },
  { id: 'data.show', title: 'Open recent dataset', where: 'desktop' },
  { id: 'run.show', title: 'Open run', where: 'everywhere' },
  { id: 'settings.open', title: 'Settings', menu: 'file', group: 1, shortcut: 'CmdOrCtrl+,', where: 'everywhere' },
  { id: 'go.runs', title: 'Runs', menu: 'view', group: 0, shortcut: 'CmdOrCtrl+1', key: '1', where: 'everywhere' },
  {
    id: 'go.compare',
    title: 'Compare',
    menu: 'view',
    group: 0,
    shortcut: 'CmdOrCtrl+2',
    key: '2',
    where: 'everywhere',
  },
  { id: 'go.design', title: 'Design', menu: 'view', group: 0, shortcut: 'CmdOrCtrl+3', key: '3', where: 'everywhere' },
  { id: 'go.data', title: 'Data', menu: 'view', group: 0, shortcut: 'CmdOrCtrl+4', key: '4', where: 'everywhere' },
  { id: 'go.engine', title: 'Engine', menu: 'view', group: 0, shortcut: 'CmdOrCtrl+5', key: '5', where: 'everywhere' },
  {
    id: 'go.studies',
    title: 'Studies',
    menu: 'view',
    group: 0,
    shortcut: 'CmdOrCtrl+6',
    key: '6',
    where: 'everywhere',
  },
  { id: 'palette.open', title: 'Find anything', menu: 'view', group: 1, shortcut: 'CmdOrCtrl+K', where: 'everywhere' },
  { id: 'theme.toggle', title: 'Light or dark', menu: 'view', group: 1, where: 'everywhere' },
  { id: 'language.next', title: 'Language: English or 中文', where: 'everywhere' },
  { id: 'go.queue', title: 'Queue and sweeps', menu: 'run', group: 1, where: 'everywhere' },
  { id: 'run.pause', title: 'Pause the run', menu: 'run', group: 0, where: 'everywhere' },
  { id: 'run.stop', title: 'Stop the run', menu: 'run', group: 0, shortcut: 'CmdOrCtrl+.', where: 'everywhere' },
  {
    id: 'run.again',
    title: 'Run again with another seed',
    menu: 'run',
    group: 0,
    shortcut: 'CmdOrCtrl+R',
    where: 'everywhere',
  },
  {
    id: 'keys.open',
    title: 'Keyboard shortcuts',
    menu: 'help',
    group: 0,
    shortcut: 'CmdOrCtrl+/',
    key: '?',
    where: 'everywhere',
  },
  { id: 'diagnostics.save', title: 'Save diagnostics…', menu: 'help', group: 1, where: 'everywhere' },
] as const satisfies readonly Command[];

export type CommandId = (typeof commands)[number]['id'];
