/** Makes a page's elements, one by one, in the document of a frame; and reads off what was filled in. */
import type { BrowserView, FieldState, PageElement, PageNode, PageView } from '../../lab/index.ts';
import { drawnAs, isPicture, keptAttributes } from './safe.ts';

/**
 * The frame before anything is in it. Of this document nothing is fetched, whatever a page's style says: the frame's sandbox keeps scripts out, this keeps the rest out.
 */
export const EMPTY_FRAME = `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"><meta name="referrer" content="no-referrer"></head><body></body></html>`;

/** No scripts, no forms, no windows, no way to the top: the page outside draws in here and listens. */
export const SANDBOX = 'allow-same-origin';

const SVG_SPACE = 'http://www.w3.org/2000/svg';

/** What can be done on a drawn page. */
export interface PageHandlers {
  readonly follow: (url: string) => void;
  readonly submit: (form: number, button: number | undefined, fields: FieldState[]) => void;
  /** Where the link leads that is pointed at; '' when none is. */
  readonly point: (url: string) => void;
  /** True: the key was the pane's. */
  readonly key: (event: KeyboardEvent) => boolean;
}

/** A page in its frame. */
export class DrawnPage {
  readonly #document: Document;
  readonly #handlers: PageHandlers;
  readonly #links = new Map<Element, string>();
  readonly #controls = new Map<Element, number>();
  readonly #forms = new Map<Element, number>();
  readonly #images: { readonly element: HTMLImageElement; readonly number: number }[] = [];

  constructor(document: Document, page: PageView, handlers: PageHandlers) {
    this.#document = document;
    this.#handlers = handlers;
    document.documentElement.lang = page.language;
    for (const css of page.styles) {
      const style = document.createElement('style');
      style.textContent = css;
      document.head.append(style);
    }
    const { body } = document;
    for (const [name, value] of keptAttributes('body', 'html', page.body.attributes))
      body.setAttribute(name, value);
    body.append(...page.body.children.flatMap((child) => this.#draw(child, false)));
    document.addEventListener('click', (event) => this.#clicked(event), true);
    document.addEventListener('auxclick', (event) => event.preventDefault(), true);
    document.addEventListener('submit', (event) => event.preventDefault(), true);
    document.addEventListener('dragstart', (event) => event.preventDefault(), true);
    document.addEventListener('keydown', (event) => this.#pressed(event), true);
    for (const type of ['mouseover', 'focusin'])
      document.addEventListener(type, (event) => this.#pointed(event));
    for (const type of ['mouseout', 'focusout'])
      document.addEventListener(type, () => handlers.point(''));
  }

  /** Puts pictures in their places as they come. */
  showImages(images: BrowserView['images']): void {
    for (const { element, number } of this.#images) {
      const data = images[number];
      if (data === undefined || element.src === data) continue;
      // A picture that is none shows its words, as browsers do.
      if (isPicture(data)) element.src = data;
      else element.setAttribute('src', 'data:,');
    }
  }

  enlarge(zoom: number): void {
    this.#document.documentElement.style.setProperty('zoom', String(zoom));
  }

  /** Scrolls to the place that the address names. */
  scrollTo(fragment: string): void {
    const id = decoded(fragment.replace(/^#/, ''));
    const place = id === '' ? null : this.#document.getElementById(id);
    if (place) place.scrollIntoView();
    else if (id === '' || id === 'top') this.#document.defaultView?.scrollTo(0, 0);
  }

  #draw(node: PageNode, isInSvg: boolean): (Element | Text)[] {
    if (typeof node === 'string') return [this.#document.createTextNode(node)];
    const drawn = drawnAs(node.tag, isInSvg);
    if (drawn.space === 'none') return [];
    const isSvg = drawn.space === 'svg';
    const element = isSvg
      ? this.#document.createElementNS(SVG_SPACE, drawn.tag)
      : this.#document.createElement(drawn.tag);
    for (const [name, value] of keptAttributes(drawn.tag, drawn.space, node.attributes))
      element.setAttribute(name, value);
    element.append(...node.children.flatMap((child) => this.#draw(child, isSvg)));
    if (!isSvg) this.#know(element, node);
    return [element];
  }

  /** What an element is beside its looks. */
  #know(element: Element, node: PageElement): void {
    if (node.href !== undefined) {
      // It looks and behaves as a link; where it leads is known here alone.
      element.setAttribute('href', '#');
      this.#links.set(element, node.href);
    }
    if (node.form !== undefined) this.#forms.set(element, node.form);
    if (node.image !== undefined && element instanceof this.#realm.HTMLImageElement)
      this.#images.push({ element, number: node.image });
    if (node.control === undefined) return;
    this.#controls.set(element, node.control);
    element.setAttribute('autocomplete', 'off');
    const name = node.attributes['name'];
    // Radio buttons of one name are one choice of their form.
    if (name !== undefined && node.attributes['type']?.toLowerCase() === 'radio')
      element.setAttribute('name', `choice ${name}`);
    const type = node.attributes['type']?.toLowerCase();
    if (type === 'file') element.setAttribute('disabled', '');
    if (type === 'image') element.setAttribute('value', node.attributes['alt'] ?? '');
  }

  get #realm(): Window & typeof globalThis {
    return this.#document.defaultView as Window & typeof globalThis;
  }

  #clicked(event: MouseEvent): void {
    const target = elementOf(event);
    const link = target && closest(target, 'a');
    if (link) {
      event.preventDefault();
      const url = this.#links.get(link);
      if (url !== undefined) this.#handlers.follow(url);
      return;
    }
    const button = target && closest(target, 'button, input');
    if (button && isSubmitButton(button)) {
      event.preventDefault();
      this.#submit(button, button);
    }
  }

  #pressed(event: KeyboardEvent): void {
    if (this.#handlers.key(event)) return event.preventDefault();
    const target = elementOf(event);
    if (event.key !== 'Enter' || event.isComposing || target?.localName !== 'input') return;
    if (isSubmitButton(target) || /^(button|reset)$/.test(target.getAttribute('type') ?? ''))
      return;
    event.preventDefault();
    this.#submit(target, undefined);
  }

  #pointed(event: Event): void {
    const target = elementOf(event);
    const link = target && closest(target, 'a');
    this.#handlers.point((link && this.#links.get(link)) ?? '');
  }

  #submit(element: Element, button: Element | undefined): void {
    const form = closest(element, 'form') ?? this.#formNamed(element.getAttribute('form'));
    const number = form ? this.#forms.get(form) : undefined;
    if (!form || number === undefined) return;
    const isUnchecked = Element.prototype.hasAttribute.call(form, 'novalidate');
    if (!isUnchecked && !HTMLFormElement.prototype.reportValidity.call(form)) return;
    const fields = [...this.#controls].map(([one, control]) => stateOf(one, control));
    this.#handlers.submit(number, button && this.#controls.get(button), fields);
  }

  #formNamed(id: string | null): Element | undefined {
    return [...this.#forms.keys()].find((form) => id !== null && form.id === id);
  }
}

/** A form's fields stand in for its methods when they have their names: so the methods are taken from outside. */
function closest(element: Element, selector: string): Element | null {
  return Element.prototype.closest.call(element, selector);
}

function elementOf(event: Event): Element | undefined {
  const { target } = event;
  return target !== null && (target as Node).nodeType === 1 ? (target as Element) : undefined;
}

function isSubmitButton(element: Element): boolean {
  const type = element.getAttribute('type')?.toLowerCase();
  return element.localName === 'button'
    ? type !== 'button' && type !== 'reset'
    : element.localName === 'input' && (type === 'submit' || type === 'image');
}

function stateOf(element: Element, control: number): FieldState {
  if (element.localName === 'select') {
    const { options } = element as HTMLSelectElement;
    return {
      control,
      selected: [...options].flatMap((option, i) => (option.selected ? [i] : [])),
    };
  }
  const input = element as HTMLInputElement;
  if (input.type === 'checkbox' || input.type === 'radio')
    return { control, isChecked: input.checked };
  return { control, value: input.value };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
