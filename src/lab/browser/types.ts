/**
 * What the page sees of a browser: plain data. A document is a tree of elements and text without anything that runs; the page makes elements of it
 * one by one, and only of the kinds that it knows.
 */

export type PageNode = string | PageElement;

export interface PageElement {
  /** In lower case. */
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly PageNode[];
  /** Of a link: where it leads, whole. */
  readonly href?: string;
  /** Of an image: its place in `images`. */
  readonly image?: number;
  /** Of what can be filled in or pressed: its number on this page. */
  readonly control?: number;
  /** Of a form: its number on this page. */
  readonly form?: number;
}

/** A page as it is drawn. */
export interface PageView {
  /** Another number is another page: what was filled in is gone. */
  readonly serial: number;
  readonly title: string;
  readonly language: string;
  /** Style sheets, in order. Addresses in them are gone, or data. */
  readonly styles: readonly string[];
  readonly body: PageElement;
}

/** Why there is no page, as a browser says it. */
export interface PageError {
  /** `ERR_CONNECTION_REFUSED`. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** What to look at, in this lab. */
  readonly hints: readonly string[];
}

export interface BrowserView {
  readonly window: string;
  /** The machine it runs on; `local` is the learner's own. */
  readonly machine: string;
  /** In the address bar. */
  readonly url: string;
  readonly status: number;
  readonly isLoading: boolean;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  /** Loading it again sends a form again. */
  readonly isPosted: boolean;
  readonly page: PageView | undefined;
  /** By number: a `data:` address, '' when there is no such image, undefined while it is under way. */
  readonly images: readonly (string | undefined)[];
  readonly error: PageError | undefined;
  /** A name and a password are asked for. */
  readonly login: { readonly host: string; readonly realm: string } | undefined;
  /** Grows with each navigation within the page, too: where to scroll to is in `url`. */
  readonly arrivals: number;
}

/** What one field of a form was set to by hand; the others are as the page has them. */
export interface FieldState {
  readonly control: number;
  readonly value?: string;
  readonly isChecked?: boolean;
  /** Of a list: which of its options, from 0. */
  readonly selected?: readonly number[];
}

/** What a person does with a browser. */
export type BrowseAction =
  /** From now on it runs on this machine. */
  | { readonly type: 'use'; readonly machine: string }
  /** An address was typed. */
  | { readonly type: 'go'; readonly url: string }
  /** A link of the page was clicked. */
  | { readonly type: 'follow'; readonly url: string }
  | {
      readonly type: 'submit';
      readonly form: number;
      /** The button that was pressed; undefined: Enter in a form without one. */
      readonly button: number | undefined;
      readonly fields: readonly FieldState[];
    }
  | { readonly type: 'back' | 'forward' | 'reload' | 'stop' | 'cancel-login' }
  | { readonly type: 'login'; readonly user: string; readonly password: string };
