/**
 * RESP, the protocol of redis: requests are arrays of texts (or a line), answers are typed.
 *
 * Real: redis.io/docs/reference/protocol-spec, src/networking.c.
 */

export type Reply =
  | { readonly type: 'simple'; readonly text: string }
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'bulk'; readonly text: string }
  | { readonly type: 'nil' }
  | { readonly type: 'array'; readonly items: readonly Reply[] };

export const OK: Reply = { type: 'simple', text: 'OK' };
export const NIL: Reply = { type: 'nil' };
export const bulk = (text: string): Reply => ({ type: 'bulk', text });
export const integer = (value: number): Reply => ({ type: 'integer', value });
export const failure = (text: string): Reply => ({ type: 'error', text });
export const list = (texts: readonly string[]): Reply => ({
  type: 'array',
  items: texts.map(bulk),
});

/** Lengths count characters, as everywhere on the lab's wires. */
export function encodeReply(reply: Reply): string {
  switch (reply.type) {
    case 'simple':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return `$${reply.text.length}\r\n${reply.text}\r\n`;
    case 'nil':
      return '$-1\r\n';
    case 'array':
      return `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

export type Parsed<T> = { readonly value: T; readonly rest: string } | 'more' | 'broken';

/** One request at the beginning of `text`. */
export function parseCommand(text: string): Parsed<readonly string[]> {
  const end = text.indexOf('\n');
  if (end < 0) return text.length > 65_536 ? 'broken' : 'more';
  const line = text.slice(0, end).replace(/\r$/, '');
  let rest = text.slice(end + 1);
  if (!line.startsWith('*')) return { value: line.split(/\s+/).filter(Boolean), rest };
  const words: string[] = [];
  for (let i = Number(line.slice(1)); i > 0; i--) {
    const head = /^\$(\d+)\r\n/.exec(rest);
    if (!head) return rest.includes('\r\n') ? 'broken' : 'more';
    const length = Number(head[1]);
    const from = head[0].length;
    if (rest.length < from + length + 2) return 'more';
    words.push(rest.slice(from, from + length));
    rest = rest.slice(from + length + 2);
  }
  return { value: words, rest };
}

/** One answer at the beginning of `text`. */
export function parseReply(text: string): Parsed<Reply> {
  const end = text.indexOf('\r\n');
  if (end < 0) return 'more';
  const line = text.slice(1, end);
  const rest = text.slice(end + 2);
  switch (text[0]) {
    case '+':
      return { value: { type: 'simple', text: line }, rest };
    case '-':
      return { value: failure(line), rest };
    case ':':
      return { value: integer(Number(line)), rest };
    case '$': {
      const length = Number(line);
      if (length < 0) return { value: NIL, rest };
      return rest.length < length + 2
        ? 'more'
        : { value: bulk(rest.slice(0, length)), rest: rest.slice(length + 2) };
    }
    case '*':
      return parseItems(Number(line), rest);
    default:
      return 'broken';
  }
}

function parseItems(count: number, text: string): Parsed<Reply> {
  const items: Reply[] = [];
  let rest = text;
  for (let i = 0; i < count; i++) {
    const item = parseReply(rest);
    if (typeof item === 'string') return item;
    items.push(item.value);
    rest = item.rest;
  }
  return { value: { type: 'array', items }, rest };
}
