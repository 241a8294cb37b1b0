import { assert } from './assert.ts';

/**
 * A named stream of chance: sfc32 with 32-bit integer output.
 *
 * Each component has its own stream, seeded by (lab seed, name), so that a draw added in one does not change another.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(seed: string, name: string) {
    const hash = hash128(`${seed}\u0000${name}`);
    this.#a = hash[0];
    this.#b = hash[1];
    this.#c = hash[2] ^ hash[3];
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** A uniform integer in [0, n). `n` is an integer from 1 to 2^32. */
  below(n: number): number {
    assert(n >= 1 && n <= 0x1_0000_0000, 'Random.below takes 1 to 2^32');
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  /** A uniform integer in [min, max], both included. */
  between(min: number, max: number): number {
    assert(max >= min, 'Random.between: max is below min');
    return min + this.below(max - min + 1);
  }

  /** True in `n` of `of` cases. */
  chance(n: number, of: number): boolean {
    return this.below(of) < n;
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'Random.pick: nothing to pick from');
    return items[this.below(items.length)] as T;
  }

  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swapped = out[i] as T;
      out[i] = out[j] as T;
      out[j] = swapped;
    }
    return out;
  }

  /** `length` characters drawn from `alphabet`. */
  text(length: number, alphabet: string): string {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[this.below(alphabet.length)];
    return out;
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    return this.text(length, '0123456789abcdef');
  }
}

/** Four 32-bit words of a text (cyrb128): seeds streams and names things; no cryptography. */
export function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [(h1 ^ h2 ^ h3 ^ h4) >>> 0, (h2 ^ h1) >>> 0, (h3 ^ h1) >>> 0, (h4 ^ h1) >>> 0];
}

/** A digest-like name of `text`: `length` hexadecimal digits, the same for the same text in every lab. */
export function hashHex(text: string, length: number): string {
  let out = '';
  for (let i = 0; out.length < length; i++)
    out += hash128(`${i}:${text}`)
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('');
  return out.slice(0, length);
}
