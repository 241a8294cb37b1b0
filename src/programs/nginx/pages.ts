/**
 * What nginx itself writes: error pages, listings, headers.
 *
 * Real: nginx src/http/ngx_http_special_response.c, modules/ngx_http_autoindex_module.c.
 */
import { civil, type FileSystem } from '../../sim/index.ts';
import { month } from '../net/dates.ts';
import { isAtLeast } from './files.ts';

const TITLES: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  416: 'Requested Range Not Satisfiable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

export interface PageOptions {
  readonly version: string;
  readonly showsVersion: boolean;
}

/** The page of a status, or '' when nginx has none. */
export function specialPage(status: number, { version, showsVersion }: PageOptions): string {
  const title = TITLES[status];
  if (title === undefined) return '';
  const body = isAtLeast(version, 1, 15) ? '<body>' : '<body bgcolor="white">';
  const name = showsVersion ? `nginx/${version}` : 'nginx';
  return `<html>\r\n<head><title>${status} ${title}</title></head>\r\n${body}\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>${name}</center>\r\n</body>\r\n</html>\r\n`;
}

/** `autoindex on`. */
export function listing(
  files: FileSystem,
  folder: string,
  uri: string,
  unixMsOf: (modifiedAtMs: number) => number,
): string {
  const entries = files
    .list(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, node: files.lookup(`${folder}/${name}`) }));
  const sorted = [
    ...entries.filter(({ node }) => node?.type === 'directory'),
    ...entries.filter(({ node }) => node?.type === 'file'),
  ];
  const lines = sorted.map(({ name, node }) => {
    const shown = node?.type === 'directory' ? `${name}/` : name;
    const size =
      node?.type === 'file'
        ? String(typeof node.content === 'string' ? node.content.length : node.content.bytes)
        : '-';
    const text = shown.length > 50 ? `${shown.slice(0, 47)}..>` : shown;
    return `<a href="${encodeURI(shown)}">${escapeHtml(text)}</a>${' '.repeat(Math.max(0, 50 - text.length))} ${listingDate(unixMsOf(node?.modifiedAtMs ?? 0))} ${size.padStart(19)}\r\n`;
  });
  const title = `Index of ${escapeHtml(uri)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${lines.join('')}</pre><hr></body>\r\n</html>\r\n`;
}

function listingDate(unixMs: number): string {
  const c = civil(unixMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(c.day)}-${month(unixMs)}-${c.year} ${two(c.hour)}:${two(c.minute)}`;
}

export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
