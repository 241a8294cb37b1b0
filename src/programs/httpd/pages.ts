/** Pages that Apache itself writes, and types by name. Real: httpd modules/http/http_protocol.c, modules/generators/mod_autoindex.c, conf/mime.types. */

const TEXTS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: [
    'Bad Request',
    'Your browser sent a request that this server could not understand.<br />\n',
  ],
  403: ['Forbidden', "You don't have permission to access this resource."],
  404: ['Not Found', 'The requested URL was not found on this server.'],
  405: ['Method Not Allowed', 'The requested method is not allowed for this URL.'],
};

export function errorPage(status: number, location = ''): string {
  const moved = status === 301 || status === 308 ? 'Moved Permanently' : 'Found';
  const [title, text] =
    location === ''
      ? (TEXTS[status] ?? ['Error', ''])
      : [moved, `The document has moved <a href="${escape(location)}">here</a>.`];
  return `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`;
}

export function listingPage(path: string, names: readonly string[]): string {
  const above =
    path === '/'
      ? ''
      : `<li><a href="${escape(path.replace(/[^/]+\/$/, ''))}"> Parent Directory</a></li>\n`;
  const items = names
    .map((name) => `<li><a href="${encodeURI(name)}"> ${escape(name)}</a></li>\n`)
    .join('');
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${escape(path)}</title>\n </head>\n <body>\n<h1>Index of ${escape(path)}</h1>\n<ul>${above}${items}</ul>\n</body></html>\n`;
}

function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  txt: 'text/plain',
  json: 'application/json',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
  pdf: 'application/pdf',
  zip: 'application/zip',
  woff2: 'font/woff2',
};

export function typeOf(path: string): string | undefined {
  return TYPES[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
}
