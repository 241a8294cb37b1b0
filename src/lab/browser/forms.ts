/**
 * The forms of a page, and what submitting one sends.
 *
 * Real: the HTML standard, "form control infrastructure". Left out: files, `target`, `dialog`, checking what was filled in (the page does).
 */
import { multipart, urlencoded } from './encode.ts';
import type { FieldState, PageElement } from './types.ts';
import type { Url } from './url.ts';

export interface Form {
  readonly id: string;
  /** Undefined: the page's own address. */
  readonly action: Url | undefined;
  readonly method: 'get' | 'post';
  readonly enctype: string;
}

export interface Control {
  readonly form: number | undefined;
  /** `text`, `password`, `checkbox`, `submit`, ...; or `textarea`, `select`. */
  readonly type: string;
  readonly name: string;
  readonly value: string;
  /** What stands on a button. */
  readonly label: string;
  readonly isChecked: boolean;
  readonly isDisabled: boolean;
  readonly isMultiple: boolean;
  readonly options: readonly Option[];
  /** A button's own, in place of its form's. */
  readonly action: Url | undefined;
  readonly method: 'get' | 'post' | undefined;
}

interface Option {
  readonly value: string;
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
}

/** What a form asks the browser for. */
export interface Submission {
  readonly url: Url;
  readonly body: string | undefined;
  readonly contentType: string;
}

const BOUNDARY = '----WebKitFormBoundarySwarmLab0001';
/** Types of `input` that are known; any other is `text`. */
const INPUTS = new Set([
  'hidden',
  'password',
  'checkbox',
  'radio',
  'submit',
  'image',
  'reset',
  'button',
  'file',
  'email',
  'number',
  'search',
  'tel',
  'url',
  'date',
  'range',
  'color',
  'time',
]);

type Attributes = Readonly<Record<string, string>>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Collects forms and their controls while a document is walked through. */
export class FormReader {
  readonly #resolve: (reference: string) => Url | undefined;
  readonly #forms: Form[] = [];
  readonly #controls: Mutable<Control>[] = [];
  /** Controls that name their form by id. */
  readonly #named = new Map<number, string>();
  readonly #open: number[] = [];
  #disabledDepth = 0;
  readonly #fieldsets: boolean[] = [];
  #select: { readonly control: Mutable<Control>; readonly options: Option[] } | undefined;

  constructor(resolve: (reference: string) => Url | undefined) {
    this.#resolve = resolve;
  }

  /** An element begins: what it is to a form. */
  enter(
    tag: string,
    attributes: Attributes,
    text: () => string,
  ): Pick<PageElement, 'form' | 'control'> {
    switch (tag) {
      case 'form':
        this.#forms.push({
          id: attributes['id'] ?? '',
          action: this.#address(attributes['action']),
          method: methodOf(attributes['method']) ?? 'get',
          enctype: (attributes['enctype'] ?? '').toLowerCase(),
        });
        this.#open.push(this.#forms.length - 1);
        return { form: this.#forms.length - 1 };
      case 'fieldset':
        this.#fieldsets.push('disabled' in attributes);
        if ('disabled' in attributes) this.#disabledDepth++;
        return {};
      case 'option':
        this.#select?.options.push({
          value: attributes['value'] ?? text().replace(/\s+/g, ' ').trim(),
          isSelected: 'selected' in attributes,
          isDisabled: 'disabled' in attributes,
        });
        return {};
      case 'input':
      case 'button':
      case 'textarea':
      case 'select':
        return { control: this.#control(tag, attributes, text) };
      default:
        return {};
    }
  }

  leave(tag: string): void {
    if (tag === 'form') this.#open.pop();
    else if (tag === 'fieldset' && this.#fieldsets.pop()) this.#disabledDepth--;
    else if (tag === 'select' && this.#select) {
      this.#select.control.options = chosen(this.#select.options, this.#select.control.isMultiple);
      this.#select = undefined;
    }
  }

  finish(): { readonly forms: readonly Form[]; readonly controls: readonly Control[] } {
    for (const [number, id] of this.#named) {
      const form = this.#forms.findIndex((one) => one.id === id);
      const control = this.#controls[number];
      if (control) control.form = form < 0 ? undefined : form;
    }
    return { forms: this.#forms, controls: this.#controls };
  }

  #control(tag: string, attributes: Attributes, text: () => string): number {
    const said = (attributes['type'] ?? '').toLowerCase();
    const type =
      tag === 'button'
        ? said === 'reset' || said === 'button'
          ? said
          : 'submit'
        : tag === 'input'
          ? INPUTS.has(said)
            ? said
            : 'text'
          : tag;
    const value = tag === 'textarea' ? text().replace(/^\n/, '') : (attributes['value'] ?? '');
    const control: Mutable<Control> = {
      form: this.#open.at(-1),
      type,
      name: attributes['name'] ?? '',
      value:
        (type === 'checkbox' || type === 'radio') && value === '' && !('value' in attributes)
          ? 'on'
          : value,
      label: (tag === 'button' ? text() : value).replace(/\s+/g, ' ').trim(),
      isChecked: 'checked' in attributes,
      isDisabled: 'disabled' in attributes || this.#disabledDepth > 0,
      isMultiple: 'multiple' in attributes,
      options: [],
      action: this.#address(attributes['formaction']),
      method: methodOf(attributes['formmethod']),
    };
    this.#controls.push(control);
    const number = this.#controls.length - 1;
    if (attributes['form'] !== undefined) this.#named.set(number, attributes['form']);
    if (tag === 'select') this.#select = { control, options: [] };
    return number;
  }

  #address(reference: string | undefined): Url | undefined {
    return reference?.trim() ? this.#resolve(reference) : undefined;
  }
}

function methodOf(text: string | undefined): 'get' | 'post' | undefined {
  if (text === undefined) return undefined;
  return text.toLowerCase() === 'post' ? 'post' : 'get';
}

/** A list of one line always shows one of its options. */
function chosen(options: readonly Option[], isMultiple: boolean): readonly Option[] {
  if (isMultiple) return options;
  const last = options.findLastIndex((option) => option.isSelected);
  const at = last >= 0 ? last : options.findIndex((option) => !option.isDisabled);
  return options.map((option, i) => ({ ...option, isSelected: i === at }));
}

/** The button that Enter presses: the first one of the form. */
export function defaultButton(controls: readonly Control[], form: number): number | undefined {
  const at = controls.findIndex((one) => one.form === form && isSubmit(one));
  return at < 0 ? undefined : at;
}

export function isSubmit({ type }: Control): boolean {
  return type === 'submit' || type === 'image';
}

/** What submitting a form sends. */
export function submission(
  page: {
    readonly url: Url;
    readonly forms: readonly Form[];
    readonly controls: readonly Control[];
  },
  number: number,
  button: number | undefined,
  fields: readonly FieldState[],
): Submission | undefined {
  const form = page.forms[number];
  if (!form) return undefined;
  const pressed = button === undefined ? undefined : page.controls[button];
  const states = new Map(fields.map((field) => [field.control, field]));
  const entries = page.controls.flatMap((control, i) =>
    control.form === number ? entriesOf(control, states.get(i), i === button) : [],
  );
  const url = { ...(pressed?.action ?? form.action ?? page.url), fragment: '' };
  if ((pressed?.method ?? form.method) === 'get') {
    const query = urlencoded(entries);
    return { url: { ...url, query: query && `?${query}` }, body: undefined, contentType: '' };
  }
  if (form.enctype === 'multipart/form-data')
    return {
      url,
      body: multipart(entries, BOUNDARY),
      contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    };
  return { url, body: urlencoded(entries), contentType: 'application/x-www-form-urlencoded' };
}

function entriesOf(
  control: Control,
  state: FieldState | undefined,
  isPressed: boolean,
): readonly (readonly [string, string])[] {
  const { name, type } = control;
  if (control.isDisabled) return [];
  if (isSubmit(control) || type === 'reset' || type === 'button') {
    if (!isPressed) return [];
    if (type !== 'image') return name === '' ? [] : [[name, control.value]];
    const prefix = name && `${name}.`;
    return [
      [`${prefix}x`, '0'],
      [`${prefix}y`, '0'],
    ];
  }
  if (name === '' || type === 'file') return [];
  if (type === 'checkbox' || type === 'radio')
    return (state?.isChecked ?? control.isChecked) ? [[name, control.value]] : [];
  if (type === 'select')
    return control.options
      .filter(
        (option, i) => !option.isDisabled && (state?.selected?.includes(i) ?? option.isSelected),
      )
      .map((option) => [name, option.value]);
  return [[name, state?.value ?? control.value]];
}

/** For a script that fills in by name: the states that give these fields these values. Names that the page has not are left out. */
export function filled(
  controls: readonly Control[],
  values: Readonly<Record<string, string>>,
): readonly FieldState[] {
  return controls.flatMap((one, control): readonly FieldState[] => {
    const value = values[one.name];
    if (one.name === '' || value === undefined || isSubmit(one)) return [];
    if (one.type === 'radio') return [{ control, isChecked: one.value === value }];
    if (one.type === 'checkbox')
      return [{ control, isChecked: !['', 'false', 'off'].includes(value) }];
    if (one.type !== 'select') return [{ control, value }];
    const at = one.options.findIndex((option) => option.value === value);
    return at < 0 ? [] : [{ control, selected: [at] }];
  });
}
