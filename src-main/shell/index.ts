/** Composition root of Electron's main process: window, menus, dialogs; core does the rest. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, crashReporter, nativeTheme, protocol, session } from 'electron';
import type { BrowserWindow } from 'electron';
import { languageAmong, setSpokenLanguage } from '../shared/language.ts';
import type { Language } from '../shared/language.ts';
import type { DesktopCommand } from '../shared/desktop.ts';
import { chinese } from '../shared/words/zh/catalogue.ts';
import { readArguments } from './arguments.ts';
import { answerRequest } from './assets.ts';
import { bridgePages } from './bridge.ts';
import { Core } from './core.ts';
import { DataFolder } from './dataFolder.ts';
import { handleProtocol, setDesktopName } from './differences.ts';
import { guardContents, guardSession, quietChromium } from './guard.ts';
import { Manners } from './manners.ts';
import { setMenu } from './menu.ts';
import { findPlaces } from './places.ts';
import { Leaving } from './quit.ts';
import { recall, remember } from './remembered.ts';
import type { Remembered } from './remembered.ts';
import { Tokens } from './tokens.ts';
import { CoreWatch } from './watch.ts';
import { openWindow } from './window.ts';
import { answerWishes } from './wishes.ts';

/** Arguments of ours: an installed app has none before them, a checkout may have the app's folder. */
const given = process.argv.slice(1).filter((argument) => argument !== '.' && argument !== app.getAppPath());
const { home, files } = readArguments(given, process.cwd(), process.env);
app.setName('Residua');
setDesktopName('residua.desktop');
// Each data folder has a window of its own, so that two of them do not take each other for one.
if (home !== null) app.setPath('userData', join(home, 'window'));
mkdirSync(app.getPath('userData'), { recursive: true });

if (!app.requestSingleInstanceLock({ files })) app.exit(0);
else start();

function start(): void {
  // Chromium has no sandbox as root, and says so; whoever asks for that (containers, tests) gets the rest of the walls.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  quietChromium();
  crashReporter.start({ uploadToServer: false });
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));

  const places = findPlaces(__dirname, process.resourcesPath, app.isPackaged);
  const rememberedPath = join(app.getPath('userData'), 'window.json');
  const tokens = new Tokens();
  let remembered: Remembered = recall(rememberedPath);
  let window: BrowserWindow | null = null;
  const keep = (changed: Partial<Remembered>) => remember(rememberedPath, (remembered = { ...remembered, ...changed }));
  const dataFolder = new DataFolder(home, remembered, keep, rememberedPath, () => {
    // A page that is open asks anew where the data is.
    window?.webContents.reload();
  });
  const core = new Core(
    places,
    () => (dataFolder.path === null ? [] : ['--home', dataFolder.path]),
    () => dataFolder.ready(),
    tokens.key,
  );
  const send = (command: DesktopCommand) => {
    const { webContents } = show();
    const sendNow = () => webContents.send('residua:command', command);
    // A window that was opened for it hears nothing yet.
    if (webContents.isLoading()) webContents.once('did-finish-load', sendNow);
    else sendNow();
  };
  const speak = (language: Language) => setSpokenLanguage({ language, catalogue: language === 'zh' ? chinese : null });
  const manners = new Manners(() => window, send);
  const watch = new CoreWatch(core, (seen, ended) => {
    dataFolder.noteUse();
    manners.take(seen, ended);
    setMenu(seen.recent, send);
    leaving.runsChanged();
  });
  const leaving = new Leaving(core, watch, () => window);

  function show(): BrowserWindow {
    leaving.attended();
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return window;
    }
    const opened = openWindow(places, remembered, keep);
    window = opened;
    opened.on('close', (event) => {
      if (!leaving.mayClose()) event.preventDefault();
    });
    opened.on('closed', () => (window = null));
    return opened;
  }

  async function open(paths: readonly string[]): Promise<void> {
    const chosen = await Promise.all(paths.map((path) => tokens.mint(path).catch(() => null)));
    const found = chosen.filter((file) => file !== null);
    if (found.length > 0) send({ id: 'data.add', files: found });
  }

  core.onState((state) => window?.webContents.send('residua:state', state));
  app.on('second-instance', (_event, _argv, _folder, handedOver) => {
    show();
    void open(handedOverFiles(handedOver));
  });
  app.on('activate', () => show());
  app.on('will-quit', () => dataFolder.noteUse());
  void app.whenReady().then(() => {
    nativeTheme.themeSource = remembered.theme;
    speak(remembered.language ?? languageAmong([app.getLocale()]));
    guardSession(session.defaultSession);
    handleProtocol('app', (request) => answerRequest(places.page, request));
    answerWishes({
      tokens,
      dataFolder,
      setTheme: (theme) => {
        nativeTheme.themeSource = theme;
        keep({ theme });
      },
      setLanguage: (language) => {
        speak(language);
        keep({ language });
        setMenu(watch.seen.recent, send);
      },
      setProgress: (fraction) => manners.setProgress(fraction),
      folderOf: (run) => watch.folderOf(run),
      coreState: () => core.state,
    });
    bridgePages(core);
    setMenu([], send);
    // A folder that is gone is for the person to settle, in the window.
    void core.start();
    show();
    void open(files);
  });
}

/** What a second start hands over is its own reading of its arguments. */
function handedOverFiles(handedOver: unknown): string[] {
  const { files: paths } = (handedOver ?? {}) as { files?: unknown };
  return Array.isArray(paths) ? paths.filter((path): path is string => typeof path === 'string').slice(0, 100) : [];
}
