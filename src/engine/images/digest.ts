import { hashHex } from '../../sim/index.ts';

/** 64 hexadecimal digits that stand for a content: the same for the same text. No SHA-256: nobody in the lab recomputes it. */
export function digestOf(text: string): string {
  return hashHex(text, 64);
}
