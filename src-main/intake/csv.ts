/** Tables as text (CSV, RFC 4180, with commas, semicolons or tabs): of pixels, or of paths and classes. */
import { describePaths, ImageFiles, pathColumns } from './csvPaths.ts';
import { describePixels, pixelColumns } from './csvPixels.ts';
import { sniffTable } from './csvText.ts';
import type { TextTable } from './csvText.ts';
import type { Entry, Source } from './entry.ts';
import type { Format } from './format.ts';

const mostTables = 32;
const isNamedTable = (path: string) => /\.(csv|tsv|txt|tab)$/i.test(path);

/** In small sets every file may be a table; in large ones those that are named so. */
function candidates({ entries }: Source): Entry[] {
  const all = entries.length <= mostTables ? entries : entries.filter(({ path }) => isNamedTable(path));
  return all.filter(({ path }) => !/\.(png|jpe?g|jfif|webp|gif|bmp)$/i.test(path)).slice(0, mostTables);
}

export const csv: Format = {
  async recognise(source, limits) {
    const tables: TextTable[] = [];
    for (const entry of candidates(source)) {
      const table = await sniffTable(entry);
      if (table) tables.push(table);
    }
    if (tables.length === 0) return null;
    const pixels = tables.flatMap((table) => {
      const columns = pixelColumns(table);
      return columns ? [{ table, columns }] : [];
    });
    if (pixels.length > 0) return describePixels(source, pixels, limits);
    const files = new ImageFiles(source);
    if (files.images.length === 0) return null;
    const paths = tables.flatMap((table) => {
      const columns = pathColumns(table, files);
      return columns ? [{ table, columns }] : [];
    });
    return paths.length > 0 ? describePaths(source, paths, files, limits) : null;
  },
};
