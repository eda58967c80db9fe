/**
 * Reads Python pickles (protocols 0 to 5) without executing them.
 *
 * A pickle is a program for a small stack machine whose instructions can import and call anything. This machine has the
 * same stack, but no way to import or call: `GLOBAL` pushes a *name*, and `REDUCE` asks the host's allow-list what that
 * name applied to those arguments stands for. Whatever the host does not know becomes an inert `PickleStub`.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { MAX_PICKLE_STEPS } from '../limits.ts';
import { OutsideWindow, type PickleReader } from './reader.ts';
import { PickleDict, PickleGlobal, PickleList, PickleStub, PickleTuple, type PickleValue } from './values.ts';

export interface PickleHost {
  /** What `name(*args)` stands for; `undefined` for everything that is not on the host's list. */
  reduce(global: PickleGlobal, args: readonly PickleValue[]): PickleValue | undefined;
  /** What a persistent id refers to. */
  persistentLoad(id: PickleValue): PickleValue;
}

/**
 * Runs the program at the reader's cursor, and leaves the cursor at its end.
 * @throws ModelFormatError when the program is damaged or incomplete, or asks for too much
 */
export const unpickle = (reader: PickleReader, host: PickleHost): Promise<PickleValue> =>
  new Machine(reader, host).run();

class Machine {
  /** The stack since the last mark; `#marks` keeps the parts below. */
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(
    readonly reader: PickleReader,
    readonly host: PickleHost,
  ) {}

  async run(): Promise<PickleValue> {
    const { reader } = this;
    for (let step = 0; step < MAX_PICKLE_STEPS;) {
      const start = reader.offset;
      try {
        const opcode = reader.uint8();
        if (opcode === STOP) return this.#pop();
        this.#execute(opcode);
        step++;
      } catch (error) {
        if (!(error instanceof OutsideWindow)) throw error;
        // An instruction reads its operand before it changes anything, so it can be begun again.
        reader.offset = start;
        await reader.refill(error);
      }
    }
    throw this.#damaged(`its pickle has more than ${MAX_PICKLE_STEPS} instructions`);
  }

  #execute(opcode: number): void {
    const { reader } = this;
    switch (String.fromCharCode(opcode)) {
      // Protocol and framing
      case '\x80':
        return void reader.uint8();
      case '\x95':
        return void reader.uint64();

      // Scalars
      case 'N':
        return this.#push(null);
      case '\x88':
        return this.#push(true);
      case '\x89':
        return this.#push(false);
      case 'I':
        return this.#push(this.#parseInt(reader.line()));
      case 'J':
        return this.#push(reader.int32());
      case 'K':
        return this.#push(reader.uint8());
      case 'M':
        return this.#push(reader.uint16());
      case 'L':
        return this.#push(this.#parseLong(reader.line()));
      case '\x8a':
        return this.#push(this.#long(reader.take(reader.uint8())));
      case '\x8b':
        return this.#push(this.#long(reader.take(reader.uint32())));
      case 'F':
        return this.#push(Number.parseFloat(reader.line()));
      case 'G':
        return this.#push(reader.float64());

      // Text and bytes
      case 'S':
        return this.#push(reader.line().replace(/^(['"])(.*)\1$/, '$2'));
      case 'T':
        return this.#push(reader.latin1(reader.uint32()));
      case 'U':
        return this.#push(reader.latin1(reader.uint8()));
      case 'V':
        return this.#push(reader.line());
      case 'X':
        return this.#push(reader.utf8(reader.uint32()));
      case '\x8c':
        return this.#push(reader.utf8(reader.uint8()));
      case '\x8d':
        return this.#push(reader.utf8(reader.uint64()));
      case 'B':
        return this.#push(reader.bytes(reader.uint32()));
      case 'C':
        return this.#push(reader.bytes(reader.uint8()));
      case '\x8e':
      case '\x96':
        return this.#push(reader.bytes(reader.uint64()));

      // Stack and memo
      case '(':
        this.#marks.push(this.#stack);
        this.#stack = [];
        return;
      case '0':
        // Python pops the mark itself when nothing lies above it.
        if (this.#stack.length === 0) this.#popMark();
        else this.#pop();
        return;
      case '1':
        return void this.#popMark();
      case '2':
        return this.#push(this.#top());
      case 'p':
        return this.#put(this.#parseInt(reader.line()));
      case 'q':
        return this.#put(reader.uint8());
      case 'r':
        return this.#put(reader.uint32());
      case '\x94':
        return this.#put(this.#memo.size);
      case 'g':
        return this.#get(this.#parseInt(reader.line()));
      case 'h':
        return this.#get(reader.uint8());
      case 'j':
        return this.#get(reader.uint32());

      // Containers
      case ']':
        return this.#push(new PickleList());
      case 'l':
        return this.#push(this.#extend(new PickleList(), this.#popMark()));
      case 'a': {
        const item = this.#pop();
        return void this.#extend(this.#top(), [item]);
      }
      case 'e': {
        const items = this.#popMark();
        return void this.#extend(this.#top(), items);
      }
      case ')':
        return this.#push(new PickleTuple([]));
      case 't':
        return this.#push(new PickleTuple(this.#popMark()));
      case '\x85':
        return this.#push(new PickleTuple(this.#popMany(1)));
      case '\x86':
        return this.#push(new PickleTuple(this.#popMany(2)));
      case '\x87':
        return this.#push(new PickleTuple(this.#popMany(3)));
      case '}':
        return this.#push(new PickleDict());
      case 'd':
        return this.#push(this.#setItems(new PickleDict(), this.#popMark()));
      case 's': {
        const pair = this.#popMany(2);
        return void this.#setItems(this.#top(), pair);
      }
      case 'u': {
        const pairs = this.#popMark();
        return void this.#setItems(this.#top(), pairs);
      }
      case '\x8f':
        return this.#push(new PickleList());
      case '\x90': {
        const items = this.#popMark();
        return void this.#extend(this.#top(), items);
      }
      case '\x91':
        return this.#push(this.#extend(new PickleList(), this.#popMark()));

      // Names and what they are applied to
      case 'c':
        return this.#push(new PickleGlobal(reader.line(), reader.line()));
      case '\x93': {
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          throw this.#damaged('a class name in it is not text');
        return this.#push(new PickleGlobal(module, name));
      }
      case 'R':
      case '\x81': {
        const [callable, args] = this.#popMany(2);
        return this.#push(this.#apply(callable, args));
      }
      case '\x92': {
        const [callable, args] = this.#popMany(3);
        return this.#push(this.#apply(callable, args));
      }
      case 'i': {
        const global = new PickleGlobal(reader.line(), reader.line());
        return this.#push(this.#apply(global, new PickleTuple(this.#popMark())));
      }
      case 'o': {
        const [callable, ...args] = this.#popMark();
        return this.#push(this.#apply(callable, new PickleTuple(args)));
      }
      case 'b':
        return this.#build(this.#pop(), this.#top());
      case 'P':
        return this.#push(this.host.persistentLoad(reader.line()));
      case 'Q':
        return this.#push(this.host.persistentLoad(this.#pop()));

      default:
        throw this.#damaged(
          `its pickle has an unknown instruction 0x${opcode.toString(16)} at byte ${reader.offset - 1}`,
        );
    }
  }

  #apply(callable: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
    if (!(callable instanceof PickleGlobal)) {
      if (callable instanceof PickleStub) return new PickleStub(`${callable.type}(...)`);
      throw this.#damaged('it applies something that is not a name');
    }
    if (!(args instanceof PickleTuple)) throw this.#damaged(`the arguments of ${callable.path} are not a tuple`);
    return this.host.reduce(callable, args.items) ?? new PickleStub(callable.path);
  }

  #extend(target: PickleValue, items: readonly PickleValue[]): PickleValue {
    if (target instanceof PickleList) for (const item of items) target.items.push(item);
    else if (!(target instanceof PickleStub)) throw this.#damaged('it appends to something that is not a list');
    return target;
  }

  #setItems(target: PickleValue, pairs: readonly PickleValue[]): PickleValue {
    const dict = target instanceof PickleStub ? target.items : target;
    if (!(dict instanceof PickleDict)) throw this.#damaged('it sets an item of something that is not a dictionary');
    if (pairs.length % 2) throw this.#damaged('a dictionary in it has a key without a value');
    for (let i = 0; i < pairs.length; i += 2) dict.entries.set(pairs[i]!, pairs[i + 1]!);
    return target;
  }

  /** An object's attributes, alone or before those of its slots: stubs keep them, and torch's containers need none. */
  #build(state: PickleValue, target: PickleValue): void {
    const attributes = state instanceof PickleTuple ? state.items[0] : state;
    if (!(target instanceof PickleStub) || !(attributes instanceof PickleDict)) return;
    for (const [key, value] of attributes.entries) target.attributes.entries.set(key, value);
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#damaged('its pickle takes a value from an empty stack');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#damaged('its pickle takes a value from an empty stack');
    return this.#stack.splice(this.#stack.length - count);
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#damaged('its pickle reads an empty stack');
    return value;
  }

  #popMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#marks.pop();
    if (!below) throw this.#damaged('its pickle closes a group that was never opened');
    this.#stack = below;
    return items;
  }

  #put(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#damaged(`its pickle recalls entry ${index}, which it never stored`);
    this.#push(value);
  }

  #parseInt(text: string): number {
    // Protocol 0 writes True and False as the integers 01 and 00.
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw this.#damaged('its pickle has a number that is none');
    return value;
  }

  #parseLong(text: string): number | bigint {
    const digits = text.replace(/L$/, '');
    if (!/^-?\d{1,30}$/.test(digits)) throw this.#damaged('its pickle has a number that is none');
    return narrow(BigInt(digits));
  }

  /** Two's complement, little-endian. */
  #long(bytes: Uint8Array): number | bigint {
    if (bytes.length > 16) throw this.#damaged('its pickle has an integer of more than 128 bits');
    const unsigned = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return narrow(BigInt.asIntN(8 * bytes.length, unsigned));
  }

  #damaged(why: string): ModelFormatError {
    return new ModelFormatError(`${this.reader.what} is damaged or not a checkpoint: ${why}.`);
  }
}

const STOP = '.'.charCodeAt(0);

const narrow = (value: bigint): number | bigint => (BigInt.asIntN(53, value) === value ? Number(value) : value);
