/** The menu bar, from the table of commands; what the platform does by itself comes as roles. */
import { app, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
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
      label: command.title,
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
      label: '&File',
      submenu: [
        ...itemsOf('file', send),
        line,
        { id: 'recent', label: 'Open recent', enabled: recent.length > 0, submenu: recentItems },
        line,
        { role: 'quit', accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...itemsOf('view', send),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...tools,
      ],
    },
    { label: '&Run', submenu: itemsOf('run', send) },
    { role: 'windowMenu' },
    { role: 'help', label: '&Help', submenu: itemsOf('help', send) },
  ];
}

export function setMenu(recent: readonly RecentDataset[], send: Send): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(recent, send, !app.isPackaged)));
}
