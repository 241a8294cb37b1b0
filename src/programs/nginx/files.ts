/**
 * What nginx's packages put on the disk: configuration, pages, types.
 *
 * Real: nginx pkg-oss (debian/nginx.conf, default.conf), docs/html/index.html.
 */
import type { TreeBuilder } from '../tree.ts';

export interface NginxFiles {
  /** `1.27.5`. */
  readonly version: string;
  /** The line of `user` in nginx.conf belongs to uid 101 (Debian, Alpine) or 104 (jessie). */
  readonly uid: number;
}

/** `[1, 27, 5]` compared with `[1, 21]`. */
export function isAtLeast(version: string, major: number, minor: number, patch = 0): boolean {
  const [a = 0, b = 0, c = 0] = version.split('.').map(Number);
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
}

export function nginxFiles(tree: TreeBuilder, { version, uid }: NginxFiles): void {
  const workers = isAtLeast(version, 1, 19, 10) ? 'auto' : '1';
  const level = isAtLeast(version, 1, 21) ? 'notice' : 'warn';
  const isRunFolder = isAtLeast(version, 1, 21);
  tree.put(
    '/etc/nginx/nginx.conf',
    mainConf(workers, level, isRunFolder ? '/run/nginx.pid' : '/var/run/nginx.pid'),
  );
  tree.put('/etc/nginx/conf.d/default.conf', defaultConf(isAtLeast(version, 1, 19)));
  tree.put('/etc/nginx/mime.types', mimeTypes());
  for (const name of ['fastcgi_params', 'scgi_params', 'uwsgi_params'])
    tree.put(`/etc/nginx/${name}`, '');
  tree.link('/etc/nginx/modules', '/usr/lib/nginx/modules');
  const isModern = isAtLeast(version, 1, 19);
  tree.put('/usr/share/nginx/html/index.html', page('Welcome to nginx!', WELCOME, isModern));
  tree.put('/usr/share/nginx/html/50x.html', page('Error', SORRY, isModern));
  tree.folder('/var/cache/nginx', { uid, gid: 0 });
  tree
    .link('/var/log/nginx/access.log', '/dev/stdout')
    .link('/var/log/nginx/error.log', '/dev/stderr');
}

function mainConf(workers: string, level: string, pid: string): string {
  return `
user  nginx;
worker_processes  ${workers};

error_log  /var/log/nginx/error.log ${level};
pid        ${pid};


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;
}

function defaultConf(isModern: boolean): string {
  return `server {
    listen       80;
    server_name  localhost;

    #${isModern ? '' : 'charset koi8-r;\n    #'}access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }

    # proxy the PHP scripts to Apache listening on 127.0.0.1:80
    #
    #location ~ \\.php$ {
    #    proxy_pass   http://127.0.0.1;
    #}

    # deny access to .htaccess files, if Apache's document root
    # concurs with nginx's one
    #
    #location ~ /\\.ht {
    #    deny  all;
    #}
}

`;
}

const OLD_STYLE = `    body {
        width: 35em;
        margin: 0 auto;
        font-family: Tahoma, Verdana, Arial, sans-serif;
    }
`;
const NEW_STYLE = `html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
`;

const WELCOME = `<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
`;

const SORRY = `<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
<p>If you are the system administrator of this resource then you should check
the error log for details.</p>
<p><em>Faithfully yours, nginx.</em></p>
`;

function page(title: string, body: string, isModern: boolean): string {
  return `<!DOCTYPE html>\n<html>\n<head>\n<title>${title}</title>\n<style>\n${isModern ? NEW_STYLE : OLD_STYLE}</style>\n</head>\n<body>\n${body}</body>\n</html>\n`;
}

const TYPES: readonly (readonly [string, string])[] = [
  ['text/html', 'html htm shtml'],
  ['text/css', 'css'],
  ['text/xml', 'xml'],
  ['image/gif', 'gif'],
  ['image/jpeg', 'jpeg jpg'],
  ['application/javascript', 'js'],
  ['application/atom+xml', 'atom'],
  ['application/rss+xml', 'rss'],
  ['text/plain', 'txt'],
  ['image/png', 'png'],
  ['image/svg+xml', 'svg svgz'],
  ['image/x-icon', 'ico'],
  ['image/webp', 'webp'],
  ['font/woff', 'woff'],
  ['font/woff2', 'woff2'],
  ['application/json', 'json'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['application/octet-stream', 'bin exe dll'],
  ['video/mp4', 'mp4'],
];

function mimeTypes(): string {
  return `\ntypes {\n${TYPES.map(([type, names]) => `    ${type.padEnd(48)} ${names};\n`).join('')}}\n`;
}
