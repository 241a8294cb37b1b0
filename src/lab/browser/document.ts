/**
 * A page's text as a document: the tree that is drawn, its forms, and what else it needs from the network.
 *
 * Real: the HTML standard (parse5 parses as browsers do). Scripts are not run, so `noscript` counts. Left out: frames, media, web fonts, pictures in style sheets.
 */
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { FormReader, type Control, type Form } from './forms.ts';
import { withoutAddresses } from './resources.ts';
import type { PageElement, PageNode } from './types.ts';
import { parseUrl, resolveUrl, formatUrl, type Url } from './url.ts';

export interface Document {
  readonly url: Url;
  readonly title: string;
  readonly language: string;
  readonly body: PageElement;
  /** In order: text of the page's own, or where a style sheet lies. */
  readonly sheets: readonly (string | Url)[];
  /** By number: where a picture lies, or its `data:` address; '' when it has none. */
  readonly images: readonly (string | Url)[];
  readonly forms: readonly Form[];
  readonly controls: readonly Control[];
  /** `<meta http-equiv="refresh">`. */
  readonly refresh: Refresh | undefined;
}

export interface Refresh {
  readonly afterMs: number;
  readonly url: Url;
}

const DEPTH_MAX = 250;
const NODES_MAX = 30_000;

/** Elements of which nothing is drawn. */
const UNSEEN = new Set([
  'script',
  'style',
  'template',
  'head',
  'title',
  'link',
  'meta',
  'base',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'audio',
  'video',
  'canvas',
  'noembed',
  'noframes',
]);

export function readHtml(url: Url, html: string): Document {
  return new Reader(url).read(parse(html, { scriptingEnabled: false }));
}

/** Text that is no HTML, as browsers show it. */
export function readText(url: Url, text: string): Document {
  const pre: PageElement = {
    tag: 'pre',
    attributes: { style: 'word-wrap: break-word; white-space: pre-wrap' },
    children: [text],
  };
  return plain(url, '', [pre], []);
}

/** A picture by itself. */
export function readImage(url: Url, data: string): Document {
  const name = url.path.slice(url.path.lastIndexOf('/') + 1);
  return plain(
    url,
    name,
    [{ tag: 'img', attributes: { alt: name }, children: [], image: 0 }],
    [data],
  );
}

function plain(
  url: Url,
  title: string,
  children: readonly PageNode[],
  images: readonly string[],
): Document {
  return {
    url,
    title,
    language: '',
    body: { tag: 'body', attributes: {}, children },
    sheets: [],
    images,
    forms: [],
    controls: [],
    refresh: undefined,
  };
}

/** `5; url=/next` of a refresh; undefined when it says nothing that can be done. */
export function refreshOf(base: Url, content: string): Refresh | undefined {
  const m = /^\s*(\d+)(?:\.\d*)?\s*(?:[;,\s]\s*(?:url\s*=\s*)?(["']?)(.*?)\2\s*)?$/i.exec(content);
  if (!m) return undefined;
  const url = m[3] ? resolveUrl(base, m[3]) : { ...base, fragment: '' };
  return url && { afterMs: Number(m[1]) * 1000, url };
}

class Reader {
  readonly #url: Url;
  #base: Url;
  #title: string | undefined;
  #language = '';
  #refresh: Refresh | undefined;
  #nodes = 0;
  readonly #sheets: (string | Url)[] = [];
  readonly #images: (string | Url)[] = [];
  readonly #forms: FormReader;

  constructor(url: Url) {
    this.#url = url;
    this.#base = url;
    this.#forms = new FormReader((text) => resolveUrl(this.#base, text));
  }

  read(tree: Tree.Document): Document {
    const html = childrenOf(tree).find((node) => node.nodeName === 'html');
    const attributes = html && 'attrs' in html ? attributesOf(html) : {};
    this.#language = attributes['lang'] ?? '';
    const parts = html && 'childNodes' in html ? html.childNodes : [];
    const head = parts.find((node) => node.nodeName === 'head');
    if (head) this.#inHead(head);
    const body = parts.find((node) => node.nodeName === 'body');
    const children = body && 'childNodes' in body ? this.#children(body, 0) : [];
    const { forms, controls } = this.#forms.finish();
    return {
      url: this.#url,
      title: (this.#title ?? '').replace(/\s+/g, ' ').trim(),
      language: this.#language,
      body: {
        tag: 'body',
        attributes: body && 'attrs' in body ? attributesOf(body) : {},
        children,
      },
      sheets: this.#sheets,
      images: this.#images,
      forms,
      controls,
      refresh: this.#refresh,
    };
  }

  #inHead(node: Tree.ChildNode): void {
    for (const child of childrenOf(node)) {
      if (isElement(child)) this.#unseen(child);
      if (child.nodeName === 'noscript') this.#inHead(child);
    }
  }

  #children(parent: Tree.ParentNode, depth: number): readonly PageNode[] {
    if (depth > DEPTH_MAX) return [];
    const out: PageNode[] = [];
    for (const child of parent.childNodes) {
      if (this.#nodes++ > NODES_MAX) break;
      if (child.nodeName === '#text') out.push((child as Tree.TextNode).value);
      else if (isElement(child)) {
        const element = this.#element(child, depth);
        if (element) out.push(element);
      }
    }
    return out;
  }

  #element(node: Tree.Element, depth: number): PageElement | undefined {
    const tag = node.tagName;
    if (UNSEEN.has(tag)) return void this.#unseen(node);
    const said = attributesOf(node);
    const { style } = said;
    const attributes = style === undefined ? said : { ...said, style: withoutAddresses(style) };
    const owned = this.#forms.enter(tag, attributes, () => textIn(node));
    const children = this.#children(node, depth + 1);
    this.#forms.leave(tag);
    return {
      tag,
      attributes,
      children,
      ...owned,
      ...this.#link(tag, attributes),
      ...this.#image(tag, attributes),
    };
  }

  #link(tag: string, attributes: Readonly<Record<string, string>>): Pick<PageElement, 'href'> {
    const reference = tag === 'a' || tag === 'area' ? attributes['href'] : undefined;
    const url = reference === undefined ? undefined : resolveUrl(this.#base, reference);
    return url ? { href: formatUrl(url) } : {};
  }

  #image(tag: string, attributes: Readonly<Record<string, string>>): Pick<PageElement, 'image'> {
    if (tag !== 'img' && !(tag === 'input' && attributes['type']?.toLowerCase() === 'image'))
      return {};
    const source = (attributes['src'] ?? '').trim();
    const isData = /^data:image\//i.test(source);
    this.#images.push(isData ? source : source && (resolveUrl(this.#base, source) ?? ''));
    return { image: this.#images.length - 1 };
  }

  /** What is not drawn, but says something about the page. */
  #unseen(node: Tree.Element): void {
    const attributes = attributesOf(node);
    switch (node.tagName) {
      case 'title':
        this.#title ??= textIn(node);
        return;
      case 'base':
        this.#base = parseUrl(attributes['href'] ?? '') ?? this.#base;
        return;
      case 'style':
        if (isForScreens(attributes['media'])) this.#sheets.push(textIn(node));
        return;
      case 'link':
        return this.#linked(attributes);
      case 'meta':
        if (attributes['http-equiv']?.toLowerCase() === 'refresh')
          this.#refresh ??= refreshOf(this.#base, attributes['content'] ?? '');
    }
  }

  #linked(attributes: Readonly<Record<string, string>>): void {
    const kinds = (attributes['rel'] ?? '').toLowerCase().split(/\s+/);
    if (!kinds.includes('stylesheet') || kinds.includes('alternate')) return;
    const url = resolveUrl(this.#base, attributes['href'] ?? '');
    if (url && isForScreens(attributes['media'])) this.#sheets.push(url);
  }
}

function isForScreens(media = ''): boolean {
  return !/^\s*(print|speech)\s*$/i.test(media);
}

function attributesOf(node: Tree.Element): Readonly<Record<string, string>> {
  return Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
}

function isElement(node: Tree.ChildNode): node is Tree.Element {
  return 'tagName' in node;
}

function childrenOf(node: Tree.Node): readonly Tree.ChildNode[] {
  return 'childNodes' in node ? node.childNodes : [];
}

function textIn(node: Tree.Node): string {
  return childrenOf(node)
    .map((child) => ('value' in child ? child.value : textIn(child)))
    .join('');
}
