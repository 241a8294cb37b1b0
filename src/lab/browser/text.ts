/** What a person reads on a page: its title, then its text, line by line. Real: `innerText`, near enough to search in. */
import type { Document } from './document.ts';
import type { PageNode } from './types.ts';

const BLOCKS = new Set(
  'address article aside blockquote body center dd details dialog dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section select option summary table tbody thead tfoot tr ul legend'.split(
    ' ',
  ),
);

export function textOf(page: Document): string {
  const parts = [page.title, '\n'];
  const write = (node: PageNode, isPre: boolean): void => {
    if (typeof node === 'string')
      return void parts.push(isPre ? node : flowing(node, parts.at(-1)));
    const { tag, attributes, children } = node;
    if (tag === 'br') return void parts.push('\n');
    if (tag === 'input') {
      const isHidden = attributes['type']?.toLowerCase() === 'hidden';
      return isHidden ? undefined : void parts.push(` ${attributes['value'] ?? ''} `);
    }
    const isBlock = BLOCKS.has(tag);
    if (isBlock) parts.push('\n');
    for (const child of children) write(child, isPre || tag === 'pre' || tag === 'textarea');
    if (tag === 'td' || tag === 'th') parts.push('\t');
    if (isBlock) parts.push('\n');
  };
  write(page.body, false);
  return parts
    .join('')
    .replaceAll('\u00a0', ' ')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Blanks and line ends count as one blank, and as none at the beginning of a line. */
function flowing(text: string, before = ''): string {
  const one = text.replace(/[ \t\r\n\f]+/g, ' ');
  return /\s$/.test(before) ? one.replace(/^ /, '') : one;
}
