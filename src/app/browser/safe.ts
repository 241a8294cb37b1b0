/**
 * What of a page may be drawn. Pages come from programs that students write and images that strangers made: of elements and attributes only
 * those named here get into the page's frame, which in turn runs no scripts and fetches nothing.
 *
 * Left out on purpose: whatever runs (`script`, `on…`), loads (`src`, `srcset`, `background`, `href` of SVG), leads away (`href`, `action`, `target`), names things for
 * scripts (`name` shadows the document's own properties), or takes the keyboard (`autofocus`, `accesskey`).
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const HTML = words(
  `a abbr address article aside b bdi bdo big blockquote br button caption center cite code col colgroup data dd
  del details dfn dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img
  input ins kbd label legend li main mark menu meter nav ol optgroup option output p pre progress q rp rt ruby s samp
  search section select small span strike strong sub summary sup table tbody td textarea tfoot th thead time tr tt u ul
  var wbr`,
);

/** Shapes that only draw. */
const SVG = words(
  `svg g path circle ellipse line polygon polyline rect text tspan title desc defs linearGradient radialGradient stop
  clipPath mask symbol`,
);

const HTML_ATTRIBUTES = words(
  `align alt bgcolor border cellpadding cellspacing checked class clear cols color colspan datetime dir disabled face for
  form height hidden id label lang max maxlength min minlength multiple novalidate open pattern placeholder readonly required
  reversed role rows rowspan scope selected size span start step style tabindex title type valign value width wrap`,
);

const SVG_ATTRIBUTES = words(
  `class clip-path clip-rule cx cy d dx dy fill fill-opacity fill-rule font-family font-size font-weight gradientTransform
  gradientUnits height id offset opacity points preserveAspectRatio r rx ry stop-color stop-opacity stroke
  stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity stroke-width style text-anchor transform viewBox width x x1 x2
  y y1 y2`,
);

/** Kinds of `input` that a page may show; any other is a line of text. */
const INPUT_TYPES = words(
  `text password checkbox radio submit reset button email number search tel url date time month week range color
  hidden`,
);

export type Drawn =
  | { readonly space: 'html' | 'svg'; readonly tag: string }
  /** Only what is in it. */
  | { readonly space: 'none' };

/** How an element is drawn: as itself, as a plain box (a page's own kind of element), or not. */
export function drawnAs(tag: string, isInSvg: boolean): Drawn {
  if (isInSvg || tag === 'svg') return SVG.has(tag) ? { space: 'svg', tag } : { space: 'none' };
  return { space: 'html', tag: HTML.has(tag) ? tag : 'span' };
}

/** The attributes that an element keeps. */
export function keptAttributes(
  tag: string,
  space: 'html' | 'svg',
  attributes: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] {
  const known = space === 'svg' ? SVG_ATTRIBUTES : HTML_ATTRIBUTES;
  return Object.entries(attributes).flatMap(([name, value]) => {
    const isKept = known.has(name) || /^aria-[a-z]+$/.test(name);
    if (!isKept || (space === 'svg' && /url\s*\(\s*["']?(?!#)/i.test(value))) return [];
    if (tag === 'input' && name === 'type') return [[name, inputType(value)] as const];
    return [[name, value] as const];
  });
}

/** A picture that submits is drawn as a button with its words. */
function inputType(said: string): string {
  const type = said.toLowerCase();
  return type === 'image' ? 'submit' : INPUT_TYPES.has(type) ? type : 'text';
}

/** Whether a picture's address is data, and a picture. */
export function isPicture(address: string): boolean {
  return /^data:image\/[a-z0-9.+-]+[;,]/i.test(address);
}
