/**
 * The Markdown that lessons are written in, and no more of it: paragraphs, lists of one level, code blocks, notes
 * (`> `), and inside them `code`, **strong**, *em*, [links](https://…) and [[terms]] or [[term|as written]].
 *
 * The result is a tree of text. HTML, images and addresses other than http(s) and `#/` stay the text they are, so a
 * lesson from a stranger's file can put nothing into the page but words.
 */
import type { Block, Inline } from './types.ts';

/** Nesting deeper than this is text: no lesson needs it, and a hostile one must not exhaust the stack. */
const DEPTH_MAX = 4;

export function parseProse(markdown: string): Block[] {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const { block, next } = parseBlock(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

interface Parsed {
  readonly block: Block;
  readonly next: number;
}

function parseBlock(lines: readonly string[], at: number): Parsed {
  const line = lines[at] ?? '';
  if (line.startsWith('```')) return parseFence(lines, at);
  if (line.startsWith('> ')) return parseNote(lines, at);
  if (listMark(line) !== null) return parseList(lines, at);
  return parseParagraph(lines, at);
}

function parseFence(lines: readonly string[], at: number): Parsed {
  const language = (lines[at] ?? '').slice(3).trim();
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? '').startsWith('```')) end += 1;
  const text = lines.slice(at + 1, end).join('\n');
  return { block: { kind: 'code', language, text }, next: end + 1 };
}

function parseNote(lines: readonly string[], at: number): Parsed {
  let end = at;
  while ((lines[end] ?? '').startsWith('>')) end += 1;
  const text = lines.slice(at, end).map((line) => line.replace(/^> ?/, ''));
  return { block: { kind: 'note', children: parseInline(text.join(' ')) }, next: end };
}

function listMark(line: string): 'ordered' | 'bullet' | null {
  if (/^[-*] /.test(line)) return 'bullet';
  return /^\d{1,2}\. /.test(line) ? 'ordered' : null;
}

function parseList(lines: readonly string[], at: number): Parsed {
  const mark = listMark(lines[at] ?? '');
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (listMark(line) === mark) items.push(line.replace(/^([-*]|\d{1,2}\.) /, ''));
    else if (/^ {2,}\S/.test(line)) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else break;
  }
  const parsed = items.map((item) => parseInline(item));
  return { block: { kind: 'list', ordered: mark === 'ordered', items: parsed }, next: end };
}

function parseParagraph(lines: readonly string[], at: number): Parsed {
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end += 1;
  const text = lines.slice(at, end).map((line) => line.trim());
  return { block: { kind: 'paragraph', children: parseInline(text.join(' ')) }, next: end };
}

function startsBlock(line: string): boolean {
  return (
    line.trim() === '' || line.startsWith('```') || line.startsWith('> ') || listMark(line) !== null
  );
}

interface Span {
  readonly inline: Inline;
  readonly length: number;
}

export function parseInline(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const span = depth < DEPTH_MAX ? parseSpan(text.slice(at), depth) : null;
    if (span === null) {
      plain += text[at] ?? '';
      at += 1;
      continue;
    }
    if (plain !== '') found.push({ kind: 'text', text: plain });
    plain = '';
    found.push(span.inline);
    at += span.length;
  }
  if (plain !== '') found.push({ kind: 'text', text: plain });
  return found;
}

/** The marked-up piece that the text begins with, if it begins with one. */
function parseSpan(text: string, depth: number): Span | null {
  switch (text[0]) {
    case '`':
      return parseCode(text);
    case '*':
      return parseEmphasis(text, depth);
    case '[':
      return parseTerm(text) ?? parseLink(text, depth);
    default:
      return null;
  }
}

function parseCode(text: string): Span | null {
  const end = text.indexOf('`', 1);
  if (end < 2) return null;
  return { inline: { kind: 'code', text: text.slice(1, end) }, length: end + 1 };
}

function parseEmphasis(text: string, depth: number): Span | null {
  const mark = text.startsWith('**') ? '**' : '*';
  const end = text.indexOf(mark, mark.length);
  const inside = text.slice(mark.length, end);
  if (end < 0 || inside === '' || inside.startsWith(' ') || inside.endsWith(' ')) return null;
  const children = parseInline(inside, depth + 1);
  const kind = mark === '**' ? 'strong' : 'em';
  return { inline: { kind, children }, length: end + mark.length };
}

function parseTerm(text: string): Span | null {
  const match = /^\[\[([^[\]|]+)(?:\|([^[\]|]+))?\]\]/.exec(text);
  if (match === null) return null;
  const term = match[1] ?? '';
  return { inline: { kind: 'term', term, text: match[2] ?? term }, length: match[0].length };
}

function parseLink(text: string, depth: number): Span | null {
  const match = /^\[([^[\]]+)\]\(([^()\s]+)\)/.exec(text);
  if (match === null) return null;
  const href = match[2] ?? '';
  if (!/^(https?:\/\/|#\/)/.test(href)) return null;
  const children = parseInline(match[1] ?? '', depth + 1);
  return { inline: { kind: 'link', href, children }, length: match[0].length };
}

/** The words of a piece of prose, without its marks. */
export function plainText(inlines: readonly Inline[]): string {
  const words = inlines.map((inline) => {
    switch (inline.kind) {
      case 'text':
      case 'code':
      case 'term':
        return inline.text;
      case 'strong':
      case 'em':
      case 'link':
        return plainText(inline.children);
    }
  });
  return words.join('');
}
