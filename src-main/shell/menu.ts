/** The menu bar, from the table of commands; what the platform does by itself comes as roles, in our words. */
import { app, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import { say } from '../shared/language.ts';
import { commands } from '../shared/commands.ts';
import type { Command, CommandId, MenuName } from '../shared/commands.ts';
import type { DesktopCommand } from '../shared/desktop.ts';

export interface RecentDataset {
  readonly id: string;
  readonly name: string;
}
type Send = (command: DesktopCommand) => void;
const line: MenuItemConstructorOptions = { type: 'separator' };

/** The commands of one menu, groups parted by lines. */
export function itemsOf(menu: MenuName, send: Send): MenuItemConstructorOptions[] {
  const items: MenuItemConstructorOptions[] = [];
  let group: number | undefined;
  for (const command of commands as readonly (Command & { readonly id: CommandId })[]) {
    if (command.menu !== menu) continue;
    if (items.length > 0 && command.group !== group) items.push(line);
    group = command.group;
    items.push({
      id: command.id,
      label: say(command.title),
      ...(command.shortcut ? { accelerator: command.shortcut } : {}),
      click: () => send({ id: command.id }),
    });
  }
  return items;
}

/** The whole bar, as data. */
export function menuTemplate(
  recent: readonly RecentDataset[],
  send: Send,
  isDevelopment: boolean,
): MenuItemConstructorOptions[] {
  const recentItems: MenuItemConstructorOptions[] = recent.map(({ id, name }) => ({
    label: name.replaceAll('&', '&&'),
    click: () => send({ id: 'data.show', argument: id }),
  }));
  const tools: MenuItemConstructorOptions[] = isDevelopment ? [line, { role: 'toggleDevTools' }] : [];
  return [
    {
      label: say('&File'),
      submenu: [
        ...itemsOf('file', send),
        line,
        { id: 'recent', label: say('Open recent'), enabled: recent.length > 0, submenu: recentItems },
        line,
        { role: 'quit', label: say('Quit'), accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    {
      label: say('&Edit'),
      submenu: [
        { role: 'undo', label: say('Undo') },
        { role: 'redo', label: say('Redo') },
        line,
        { role: 'cut', label: say('Cut') },
        { role: 'copy', label: say('Copy') },
        { role: 'paste', label: say('Paste') },
        { role: 'delete', label: say('Delete') },
        line,
        { role: 'selectAll', label: say('Select all') },
      ],
    },
    {
      label: say('&View'),
      submenu: [
        ...itemsOf('view', send),
        line,
        { role: 'resetZoom', label: say('Actual size') },
        { role: 'zoomIn', label: say('Zoom in') },
        { role: 'zoomOut', label: say('Zoom out') },
        { role: 'togglefullscreen', label: say('Full screen') },
        ...tools,
      ],
    },
    { label: say('&Run'), submenu: itemsOf('run', send) },
    {
      role: 'window',
      label: say('&Window'),
      submenu: [
        { role: 'minimize', label: say('Minimise') },
        { role: 'close', label: say('Close') },
      ],
    },
    { role: 'help', label: say('&Help'), submenu: itemsOf('help', send) },
  ];
}

export function setMenu(recent: readonly RecentDataset[], send: Send): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(recent, send, !app.isPackaged)));
}
