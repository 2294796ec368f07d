/**
 * Reads Python pickles without running anything: the machine of opcodes knows data only (Python, Lib/pickletools.py,
 * protocols 2 to 5). The only names that it takes are those by which NumPy stores an array; every other one is refused
 * before anything could be done with it.
 */
import { arrayOf, dtypeOf } from './numpyArray.ts';
import type { NumpyArray } from './numpyArray.ts';
import { PickleBytes } from './pickleBytes.ts';
import { malformed, refused, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

/** Dictionaries are maps, tuples and lists arrays, strings of Python 2 bytes. */
export type PickleValue =
  null | boolean | number | string | Uint8Array | PickleValue[] | Map<string, PickleValue> | NumpyArray | Inert;

/** What a name stands for while an array is put together; nothing of it is ever called. */
class Inert {
  readonly what: 'reconstruct' | 'frombuffer' | 'ndarray' | 'dtype' | 'encode' | 'a dtype' | 'an array';
  dtype: string;
  array: NumpyArray | null = null;
  constructor(what: Inert['what'], dtype = '') {
    this.what = what;
    this.dtype = dtype;
  }
}

/** The names by which NumPy 1 and 2 store arrays, and Python 3 stores bytes in protocol 2. */
const names: Readonly<Record<string, Inert['what']>> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy.core.numeric _frombuffer': 'frombuffer',
  'numpy._core.numeric _frombuffer': 'frombuffer',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
  '_codecs encode': 'encode',
};

/** Opcodes of pickles that build objects or reach out of the file, refused with a word on what they do. */
const forbidden: Readonly<Record<number, Told>> = {
  0x69: tell('makes an object of a class (INST)'),
  0x6f: tell('makes an object of a class (OBJ)'),
  0x81: tell('makes an object of a class (NEWOBJ)'),
  0x92: tell('makes an object of a class (NEWOBJ_EX)'),
  0x50: tell('asks for something outside itself (PERSID)'),
  0x51: tell('asks for something outside itself (BINPERSID)'),
  0x82: tell('uses a registered extension (EXT1)'),
  0x83: tell('uses a registered extension (EXT2)'),
  0x84: tell('uses a registered extension (EXT4)'),
  0x97: tell('asks for a buffer outside itself (NEXT_BUFFER)'),
};

/** A batch of CIFAR has some 40,000. */
const mostValues = 5_000_000;

const isMap = (value: unknown): value is Map<string, PickleValue> => value instanceof Map;

/** Text of a key or a name; bytes are taken as Latin-1, as Python 2 wrote them. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : null;

/** Whether bytes begin a pickle of protocol 2 to 5. */
export const isPickle = (head: Uint8Array): boolean =>
  head[0] === 0x80 && (head[1] as number) >= 2 && (head[1] as number) <= 5;

class Reader {
  readonly #bytes: PickleBytes;
  readonly #file: string;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #steps = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = new PickleBytes(bytes, file);
    this.#file = file;
  }

  read(): PickleValue {
    for (;;) {
      const from = this.#bytes.at;
      const opcode = this.#bytes.take(1)[0] as number;
      if (opcode === 0x2e) {
        const value = this.#pop();
        if (this.#stack.length > 0) throw this.#broken(tell('one value at the end of the pickle'), tell('several'));
        return value;
      }
      if (++this.#steps > mostValues)
        throw this.#broken(tell('at most {most} values in a pickle', { most: mostValues }), tell('more'));
      this.#step(opcode, from);
    }
  }

  #step(opcode: number, from: number): void {
    const push = (value: PickleValue) => void this.#stack.push(value);
    switch (opcode) {
      case 0x80: // PROTO
        if ((this.#bytes.take(1)[0] as number) > 5)
          throw this.#broken(tell('a pickle of protocol 2 to 5'), tell('a newer one'));
        return;
      case 0x95: // FRAME
        this.#bytes.need(this.#bytes.number(8), tell('a frame'));
        return;
      case 0x7d: // EMPTY_DICT
        return push(new Map());
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return push([]);
      case 0x28: // MARK
        this.#marks.push(this.#stack.length);
        return;
      case 0x4e: // NONE
        return push(null);
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        return push(opcode === 0x88);
      case 0x4b: // BININT1
        return push(this.#bytes.number(1));
      case 0x4d: // BININT2
        return push(this.#bytes.number(2));
      case 0x4a: // BININT
        return push(this.#bytes.number(4) | 0);
      case 0x8a: // LONG1
        return push(this.#bytes.long(this.#bytes.number(1)));
      case 0x47: // BINFLOAT
        return push(this.#bytes.float());
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        return push(this.#bytes.take(this.#bytes.number(1)));
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        return push(this.#bytes.take(this.#bytes.number(4)));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return push(this.#bytes.take(this.#bytes.number(8)));
      case 0x8c: // SHORT_BINUNICODE
        return push(this.#bytes.text(this.#bytes.number(1)));
      case 0x58: // BINUNICODE
        return push(this.#bytes.text(this.#bytes.number(4)));
      case 0x8d: // BINUNICODE8
        return push(this.#bytes.text(this.#bytes.number(8)));
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return push(this.#popSome(opcode - 0x84));
      case 0x74: // TUPLE
        return push(this.#popMarked());
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popMarked());
      case 0x73: // SETITEM
        return this.#set(this.#popSome(2));
      case 0x75: // SETITEMS
        return this.#set(this.#popMarked());
      case 0x71: // BINPUT
        return this.#remember(this.#bytes.number(1));
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#bytes.number(4));
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.size);
      case 0x68: // BINGET
        return push(this.#recall(this.#bytes.number(1)));
      case 0x6a: // LONG_BINGET
        return push(this.#recall(this.#bytes.number(4)));
      case 0x63: // GLOBAL
        return push(this.#named(this.#bytes.line(), this.#bytes.line()));
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popSome(2).map(textOf);
        return push(this.#named(module ?? '?', name ?? '?'));
      }
      case 0x98: // READONLY_BUFFER
        return;
      case 0x52: // REDUCE
        return push(this.#reduce());
      case 0x62: // BUILD
        return this.#build();
      default: {
        const reason = Object.hasOwn(forbidden, opcode) ? forbidden[opcode] : undefined;
        if (reason)
          throw refused(this.#file, tell('it is a pickle that {reason}; Residua reads plain data only', { reason }));
        throw this.#broken(
          tell('a pickle of plain data'),
          tell('the opcode 0x{opcode} at byte {from}', { opcode: opcode.toString(16), from }),
        );
      }
    }
  }

  #broken(wanted: Told, found: Told): Error {
    return malformed(this.#file, wanted, found);
  }

  #pop(): PickleValue {
    const least = this.#marks.at(-1) ?? 0;
    if (this.#stack.length <= least) throw this.#broken(tell('a value on the stack'), tell('none'));
    return this.#stack.pop() as PickleValue;
  }

  #popSome(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popMarked(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#broken(tell('a mark on the stack'), tell('none'));
    return this.#stack.splice(mark);
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#broken(tell('a value on the stack'), tell('none'));
    return value;
  }

  #append(values: PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#broken(tell('a list to append to'), tell('something else'));
    for (const value of values) list.push(value);
  }

  #set(pairs: PickleValue[]): void {
    const map = this.#top();
    if (!isMap(map) || pairs.length % 2 !== 0)
      throw this.#broken(tell('pairs for a dictionary'), tell('something else'));
    for (let index = 0; index < pairs.length; index += 2) {
      const key = textOf(pairs[index]) ?? (typeof pairs[index] === 'number' ? String(pairs[index]) : null);
      if (key === null) throw this.#broken(tell('words as keys of a dictionary'), tell('something else'));
      map.set(key, pairs[index + 1] as PickleValue);
    }
  }

  #remember(place: number): void {
    this.#memo.set(place, this.#top());
  }

  #recall(place: number): PickleValue {
    const value = this.#memo.get(place);
    if (value === undefined) throw this.#broken(tell('a value that was remembered'), tell('none'));
    return value;
  }

  #named(module: string, name: string): PickleValue {
    const full = `${module} ${name}`;
    const what = Object.hasOwn(names, full) ? names[full] : undefined;
    if (!what)
      throw refused(
        this.#file,
        tell('it is a pickle that would call {value}; Residua reads plain data only', {
          value: shown(`${module}.${name}`),
        }),
      );
    return new Inert(what);
  }

  #reduce(): PickleValue {
    const [called, given] = this.#popSome(2);
    if (!(called instanceof Inert) || !Array.isArray(given))
      throw refused(
        this.#file,
        tell('it is a pickle that would call something of its own; Residua reads plain data only'),
      );
    if (called.what === 'reconstruct') return new Inert('an array');
    if (called.what === 'dtype') return new Inert('a dtype', textOf(given[0]) ?? '');
    if (called.what === 'encode') {
      const [text, encoding] = given;
      if (typeof text !== 'string' || (encoding !== undefined && textOf(encoding) !== 'latin1'))
        throw this.#broken(tell('bytes as Latin-1'), tell('another way of writing'));
      return new Uint8Array(Buffer.from(text, 'latin1'));
    }
    if (called.what === 'frombuffer') return this.#array(given[2], given[1], textOf(given[3]) === 'F', given[0]);
    throw refused(
      this.#file,
      tell('it is a pickle that would call numpy.{what}; Residua reads plain data only', { what: called.what }),
    );
  }

  /** The state of an array: version, shape, dtype, whether by columns, bytes. That of a dtype adds the order of bytes. */
  #build(): void {
    const state = this.#pop();
    const built = this.#top();
    if (!(built instanceof Inert) || !Array.isArray(state))
      throw refused(this.#file, tell('it is a pickle that would set up an object; Residua reads plain data only'));
    if (built.what === 'a dtype') {
      const order = textOf(state[1]) ?? '';
      built.dtype = `${order}${built.dtype}`;
      return;
    }
    if (built.what !== 'an array') throw this.#broken(tell('the state of an array'), tell('something else'));
    const array = this.#array(state[1], state[2], state[3] === true, state[4]);
    built.array = array;
  }

  #array(shape: unknown, dtype: unknown, byColumns: boolean, data: unknown): NumpyArray {
    if (!Array.isArray(shape) || !(dtype instanceof Inert) || dtype.what !== 'a dtype' || !(data instanceof Uint8Array))
      throw this.#broken(tell('a NumPy array of numbers'), tell('something else'));
    return arrayOf(dtypeOf(dtype.dtype, this.#file), shape as number[], byColumns, data, this.#file);
  }
}

/** Puts arrays in the place of what stood for them. Containers may hold each other in any way, themselves included. */
function finished(value: PickleValue, file: string): PickleValue {
  const arrayFor = (item: PickleValue): PickleValue => {
    if (!(item instanceof Inert)) return item;
    if (item.array) return item.array;
    throw malformed(file, tell('whole arrays'), tell('one without content'));
  };
  const waiting: PickleValue[] = [value];
  const seen = new Set<PickleValue>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ((!Array.isArray(next) && !isMap(next)) || seen.has(next)) continue;
    seen.add(next);
    for (const [key, item] of next.entries()) {
      if (typeof item !== 'object' || item === null) continue;
      if (Array.isArray(next)) next[key as number] = arrayFor(item);
      else next.set(key as string, arrayFor(item));
      waiting.push(item);
    }
  }
  return arrayFor(value);
}

/**
 * The value of a pickle. Its bytes are not copied: strings and arrays are views.
 * @throws {Expected} `import.refused` for what is not plain data, `import.malformed` for what is broken
 */
export const readPickle = (bytes: Uint8Array, file: string): PickleValue =>
  finished(new Reader(bytes, file).read(), file);
