/** Many files as one archive, so that a browser sends a dropped folder in one go. Files are only read as they are sent. */

/** A file and its path below what was dropped. */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

const block = 512;
/** The bytes of a path that fit the header of ustar. */
const mostName = 100;

function header(path: Uint8Array, bytes: number, kind: string): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(block);
  const put = (text: string, at: number) => head.set(new TextEncoder().encode(text), at);
  head.set(path.subarray(0, mostName), 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put(kind, 156);
  put('ustar\u000000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

const padding = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array((block - (bytes % block)) % block);

/** A ustar archive with GNU's long names. Paths are relative, with `/`. */
export function tarball(files: readonly NamedFile[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path);
    if (name.length > mostName)
      parts.push(
        header(new TextEncoder().encode('././@LongLink'), name.length + 1, 'L'),
        name,
        new Uint8Array(1),
        padding(name.length + 1),
      );
    parts.push(header(name, file.size, '0'), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * block));
  return new Blob(parts, { type: 'application/x-tar' });
}
