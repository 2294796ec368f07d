/** Gives the page `window.residua` (shared/desktop.ts): named calls only, nothing of Electron's own. */
import { contextBridge, ipcRenderer } from 'electron';
import type { IpcRendererEvent } from 'electron';
import type {
  Answered,
  CloseReason,
  CoreState,
  DesktopCommand,
  DesktopFeatures,
  ResiduaDesktop,
} from '../shared/desktop.ts';
import { pathOfFile } from './differences.ts';

const frameBytes = 64 * 1024 * 1024;
const ask = <Value>(wish: string, input: unknown): Promise<Answered<Value>> =>
  ipcRenderer.invoke(`residua:${wish}`, input);

/** Calls the listener with what the shell sends, without the event. Returns a function that ends it. */
function listen<Value>(channel: string, listener: (value: Value) => void): () => void {
  const take = (_event: IpcRendererEvent, value: Value) => listener(value);
  ipcRenderer.on(channel, take);
  return () => {
    ipcRenderer.removeListener(channel, take);
  };
}

const desktop: DesktopFeatures = {
  platform: process.platform as DesktopFeatures['platform'],
  chooseFiles: ({ title, kind, several }) => ask('chooseFiles', { title, kind, several }),
  pathToken: async (file) => {
    const path = pathOfFile(file);
    if (path) return ask('pathToken', { path });
    return {
      ok: false,
      failure: { code: 'call.invalid', details: { call: 'pathToken', problem: 'a file that nobody chose' } },
    };
  },
  setProgress: (fraction) => ask('setProgress', { fraction }),
  setTheme: (theme) => ask('setTheme', { theme }),
  setLanguage: (language) => ask('setLanguage', { language }),
  saveDiagnostics: (files) => ask('saveDiagnostics', { files }),
  saveFile: ({ name, bytes }) => ask('saveFile', { name, bytes }),
  openSaved: (id) => ask('openSaved', { id }),
  openRunFolder: (run) => ask('openRunFolder', { run }),
  dataFolder: () => ask('dataFolder', {}),
  chooseDataFolder: () => ask('chooseDataFolder', {}),
  useUsualDataFolder: () => ask('useUsualDataFolder', {}),
  lookForDataFolder: () => ask('lookForDataFolder', {}),
  makeDataFolder: () => ask('makeDataFolder', {}),
  openLink: (link) => ask('openLink', { link }),
  onCommand: (listener) => listen<DesktopCommand>('residua:command', listener),
};

const residua: ResiduaDesktop = {
  connect(onFrame, onClose) {
    const { port1, port2 } = new MessageChannel();
    let isOver = false;
    const over = (reason: CloseReason) => {
      if (isOver) return;
      isOver = true;
      port1.close();
      onClose(reason);
    };
    port1.addEventListener('message', (event) => {
      const { data } = event as unknown as { data: unknown };
      if (data instanceof Uint8Array) onFrame(data);
      else if (data === 'coreDied' || data === 'frameTooLong') over(data);
    });
    port1.start();
    ipcRenderer.postMessage('residua:connect', null, [port2 as never]);
    return {
      send(frame) {
        if (isOver || !(frame instanceof Uint8Array) || frame.byteLength > frameBytes) return false;
        port1.postMessage(frame);
        return true;
      },
      close: () => over('closed'),
    };
  },
  onState(listener) {
    const end = listen<CoreState>('residua:state', listener);
    void ask<CoreState>('state', {}).then((answer) => {
      if (answer.ok) listener(answer.value);
    });
    return end;
  },
  desktop,
};

contextBridge.exposeInMainWorld('residua', residua);
