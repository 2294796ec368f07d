/** What the page may ask of the desktop: one checked answer for each (shared/desktop.ts). */
import { existsSync } from 'node:fs';
import type { BrowserWindow } from 'electron';
import { dialog, shell } from 'electron';
import { languages } from '../shared/language.ts';
import type { Language } from '../shared/language.ts';
import { linkIds } from '../shared/desktop.ts';
import type { ChosenFile } from '../shared/desktop.ts';
import { frameLimits } from '../shared/frame.ts';
import * as schema from '../shared/schema.ts';
import type { DataFolder } from './dataFolder.ts';
import { answer } from './ipc.ts';
import { links } from './links.ts';
import { themes } from './remembered.ts';
import { Saving } from './saving.ts';
import type { Tokens } from './tokens.ts';

const words = (most: number) => schema.pipe(schema.string(), schema.minLength(1), schema.maxLength(most));
/** A plain name: no folder, nothing hidden, nothing that a file system minds. */
const fileName = schema.pipe(schema.string(), schema.regex(/^[\p{L}\p{N}_][\p{L}\p{N} ._()+-]{0,119}$/u));
const fraction = schema.pipe(schema.number(), schema.minValue(0), schema.maxValue(1));

export const wishSchemas = {
  chooseFiles: schema.strictObject({
    title: words(200),
    kind: schema.picklist(['files', 'folder']),
    several: schema.boolean(),
  }),
  pathToken: schema.strictObject({ path: words(4096) }),
  setProgress: schema.strictObject({ fraction: schema.nullable(fraction) }),
  setTheme: schema.strictObject({ theme: schema.picklist(themes) }),
  setLanguage: schema.strictObject({ language: schema.picklist(languages) }),
  saveDiagnostics: schema.strictObject({
    files: schema.pipe(
      schema.array(
        schema.strictObject({ name: fileName, text: schema.pipe(schema.string(), schema.maxLength(8_000_000)) }),
      ),
      schema.minLength(1),
      schema.maxLength(100),
    ),
  }),
  saveFile: schema.strictObject({
    name: fileName,
    bytes: schema.pipe(
      schema.instance(Uint8Array),
      schema.check((bytes) => bytes.byteLength <= frameLimits.bytes, 'too long'),
    ),
  }),
  openSaved: schema.strictObject({ id: words(64) }),
  openRunFolder: schema.strictObject({ run: schema.pipe(schema.string(), schema.regex(/^[\w-]{1,64}$/)) }),
  openLink: schema.strictObject({ link: schema.picklist(linkIds) }),
  dataFolder: schema.strictObject({}),
  chooseDataFolder: schema.strictObject({}),
  useUsualDataFolder: schema.strictObject({}),
  lookForDataFolder: schema.strictObject({}),
  makeDataFolder: schema.strictObject({}),
  state: schema.strictObject({}),
} as const;

export interface Surroundings {
  readonly tokens: Tokens;
  readonly dataFolder: DataFolder;
  setTheme(theme: (typeof themes)[number]): void;
  setLanguage(language: Language): void;
  /** Progress of long work other than runs, 0 to 1; null where there is none. */
  setProgress(fraction: number | null): void;
  /** Where core keeps the files of a run. */
  folderOf(run: string): Promise<string>;
  coreState(): unknown;
}

async function chooseFiles(
  tokens: Tokens,
  window: BrowserWindow,
  { title, kind, several }: schema.InferOutput<typeof wishSchemas.chooseFiles>,
): Promise<ChosenFile[]> {
  const one = kind === 'files' ? ('openFile' as const) : ('openDirectory' as const);
  const properties = several ? [one, 'multiSelections' as const] : [one];
  const { filePaths } = await dialog.showOpenDialog(window, { title, properties });
  return Promise.all(filePaths.map((path) => tokens.mint(path)));
}

export function answerWishes(surroundings: Surroundings): void {
  const { tokens, dataFolder } = surroundings;
  const saving = new Saving();
  answer('chooseFiles', wishSchemas.chooseFiles, (input, window) => chooseFiles(tokens, window, input));
  answer('pathToken', wishSchemas.pathToken, ({ path }) => tokens.mint(path));
  answer('setProgress', wishSchemas.setProgress, ({ fraction: done }) => (surroundings.setProgress(done), null));
  answer('setTheme', wishSchemas.setTheme, ({ theme }) => (surroundings.setTheme(theme), null));
  answer('setLanguage', wishSchemas.setLanguage, ({ language }) => (surroundings.setLanguage(language), null));
  answer('saveDiagnostics', wishSchemas.saveDiagnostics, ({ files }, window) => saving.diagnostics(window, files));
  answer('saveFile', wishSchemas.saveFile, (file, window) => saving.file(window, file));
  answer('openSaved', wishSchemas.openSaved, async ({ id }) => (await saving.open(id), null));
  answer('openRunFolder', wishSchemas.openRunFolder, async ({ run }) => {
    const folder = await surroundings.folderOf(run);
    return existsSync(folder) && (await shell.openPath(folder)) === '';
  });
  answer('openLink', wishSchemas.openLink, async ({ link }) => {
    await shell.openExternal(links[link]);
    return null;
  });
  answer('dataFolder', wishSchemas.dataFolder, () => dataFolder.choice);
  answer('chooseDataFolder', wishSchemas.chooseDataFolder, (_input, window) => dataFolder.choose(window));
  answer('useUsualDataFolder', wishSchemas.useUsualDataFolder, () => dataFolder.useUsual());
  answer('lookForDataFolder', wishSchemas.lookForDataFolder, () => dataFolder.lookAgain());
  answer('makeDataFolder', wishSchemas.makeDataFolder, () => dataFolder.make());
  answer('state', wishSchemas.state, () => surroundings.coreState());
}
