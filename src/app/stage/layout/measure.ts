/** Sizes of type on the stage, and how wide a text will be: estimated, so that layout needs no browser. */

export interface Metrics {
  readonly name: number;
  readonly text: number;
  readonly mono: number;
  readonly line: number;
  readonly pad: number;
  /** A task's block. */
  readonly row: number;
  readonly rowGap: number;
  readonly cardMin: number;
  readonly cardMax: number;
  readonly hasAddress: boolean;
}

const NORMAL: Metrics = {
  name: 16,
  text: 13,
  mono: 14,
  line: 18,
  pad: 14,
  row: 28,
  rowGap: 6,
  cardMin: 170,
  cardMax: 244,
  hasAddress: true,
};

/** For projectors: no label below 20 px; addresses are in the inspector. */
const LARGE: Metrics = {
  name: 24,
  text: 20,
  mono: 20,
  line: 27,
  pad: 16,
  row: 38,
  rowGap: 7,
  cardMin: 236,
  cardMax: 330,
  hasAddress: false,
};

export function metricsOf(isLarge: boolean): Metrics {
  return isLarge ? LARGE : NORMAL;
}

const WIDE = /[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]/;
const NARROW = /[\s.,:;!'|()[\]iljtfr·]/;

/** Estimated width in px: on the safe side of the page's two fonts. */
export function textWidth(text: string, size: number, isMono = false): number {
  let em = 0;
  for (const char of text) {
    if (WIDE.test(char)) em += isMono ? 1 : 0.9;
    else if (isMono) em += 0.52;
    else em += NARROW.test(char) ? 0.34 : 0.6;
  }
  return em * size;
}

/** The text, cut with an ellipsis where it would be wider than `width`. */
export function fit(text: string, width: number, size: number, isMono = false): string {
  if (textWidth(text, size, isMono) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, size, isMono) > width) cut = cut.slice(0, -1);
  return `${cut}…`;
}
