import { describe, expect, test } from 'vitest';
import { file } from '../../src/sim/index.ts';
import { Lab, type Container } from './harness.ts';

function started(reference = 'nginx:1.27', conf?: string): { lab: Lab; web: Container } {
  const lab = new Lab();
  const web = lab.container(reference, '10.0.0.2', 'web1');
  if (conf !== undefined) web.namespace.files.writeFile('/etc/nginx/conf.d/default.conf', conf);
  web.start();
  lab.run(500);
  return { lab, web };
}

describe('start', () => {
  test('the entry point prints what its scripts do, then nginx its notices', () => {
    const { web } = started();
    const lines = web.out.split('\n');
    expect(lines.slice(0, 10)).toEqual([
      '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
      '/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/',
      '/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh',
      '10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf',
      '10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf',
      '/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh',
      '/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh',
      '/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh',
      '/docker-entrypoint.sh: Configuration complete; ready for start up',
      '',
    ]);
    expect(web.err).toMatch(/\[notice\] 1#1: nginx\/1\.27\.5\n/);
    expect(web.err.match(/start worker process \d+/g)).toHaveLength(2);
  });

  test('1.10 starts without a word', () => {
    const { lab, web } = started('nginx:1.10');
    expect(web.out + web.err).toBe('');
    expect(lab.request('10.0.0.2', '/').body).toContain('Welcome to nginx!');
  });

  test('a broken configuration ends it with exit status 1 and both lines of complaint', () => {
    const { web } = started('nginx:1.27', 'server { listen 80; nosuch on; }');
    expect(web.main?.exit?.code).toBe(1);
    expect(web.err).toMatch(
      /\[emerg\] 1#1: unknown directive "nosuch" in \/etc\/nginx\/conf\.d\/default\.conf:1\nnginx: \[emerg\] unknown directive/,
    );
  });

  test('an upstream that nobody knows keeps it from starting', () => {
    const { lab, web } = started(
      'nginx:1.27',
      'server { listen 80; location / { proxy_pass http://backend:8080; } }',
    );
    lab.run(60_000);
    expect(web.main?.exit?.code).toBe(1);
    expect(web.err).toContain(
      'host not found in upstream "backend" in /etc/nginx/conf.d/default.conf:1',
    );
  });
});

describe('static files', () => {
  test('the welcome page, with its headers, its log line and its trace', () => {
    const { lab, web } = started();
    const got = lab.request('10.0.0.2', '/', { headers: { 'user-agent': 'curl/8.5.0' } });
    expect(got.status).toBe(200);
    expect(got.body).toContain('<h1>Welcome to nginx!</h1>');
    expect(got.body).toHaveLength(615);
    expect(got.headers).toMatchObject({
      server: 'nginx/1.27.5',
      'content-type': 'text/html',
      'content-length': '615',
      'accept-ranges': 'bytes',
    });
    expect(web.out).toMatch(
      /10\.0\.0\.99 - - \[02\/Mar\/2026:00:00:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 615 "-" "curl\/8\.5\.0" "-"\n$/,
    );
    const served = lab.world.trace.findLast(({ kind }) => kind === 'http.served');
    expect(served?.data).toEqual({
      namespace: web.namespace.id,
      hostname: 'web1',
      method: 'GET',
      target: '/',
      status: 200,
    });
  });

  test('a changed page is served at once', () => {
    const { lab, web } = started();
    web.namespace.files.writeFile('/usr/share/nginx/html/index.html', 'hello\n');
    expect(lab.request('10.0.0.2', '/').body).toBe('hello\n');
  });

  test('404 with its page and its error line', () => {
    const { lab, web } = started();
    const got = lab.request('10.0.0.2', '/nope?x=1');
    expect(got.status).toBe(404);
    expect(got.body).toBe(
      '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.27.5</center>\r\n</body>\r\n</html>\r\n',
    );
    expect(web.err).toMatch(
      /\[error\] \d+#\d+: \*1 open\(\) "\/usr\/share\/nginx\/html\/nope" failed \(2: No such file or directory\), client: 10\.0\.0\.99, server: localhost, request: "GET \/nope\?x=1 HTTP\/1\.1", host: "10\.0\.0\.2"\n/,
    );
  });

  test('403 for a folder without an index and for a file that it may not read', () => {
    const { lab, web } = started();
    web.namespace.files.mkdir('/usr/share/nginx/html/empty');
    web.namespace.files.writeFile('/usr/share/nginx/html/secret', 'x', { mode: 0o600 });
    expect(lab.request('10.0.0.2', '/empty/').status).toBe(403);
    expect(web.err).toContain('directory index of "/usr/share/nginx/html/empty/" is forbidden');
    expect(lab.request('10.0.0.2', '/secret').status).toBe(403);
    expect(web.err).toContain(
      'open() "/usr/share/nginx/html/secret" failed (13: Permission denied)',
    );
  });

  test('a folder without its slash is redirected', () => {
    const { lab, web } = started();
    web.namespace.files.mkdir('/usr/share/nginx/html/docs');
    const got = lab.request('10.0.0.2', '/docs?a=1');
    expect(got.status).toBe(301);
    expect(got.headers['location']).toBe('http://10.0.0.2/docs/?a=1');
  });

  test('304 when the client has it already, 405 for POST, HEAD without a body', () => {
    const { lab } = started();
    const first = lab.request('10.0.0.2', '/');
    const again = lab.request('10.0.0.2', '/', {
      headers: { 'if-none-match': first.headers['etag'] as string },
    });
    expect(again.status).toBe(304);
    expect(again.body).toBe('');
    expect(lab.request('10.0.0.2', '/index.html', { method: 'POST', body: 'x' }).status).toBe(405);
    const head = lab.request('10.0.0.2', '/', { method: 'HEAD' });
    expect(head.headers['content-length']).toBe('615');
    expect(head.body).toBe('');
  });

  test('no way out of the root', () => {
    const { lab } = started();
    expect(lab.request('10.0.0.2', '/../../../../etc/passwd').status).toBe(404);
    expect(lab.request('10.0.0.2', '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd').status).toBe(404);
  });
});

describe('configuration', () => {
  test('locations by exact path, prefix and pattern; return with variables', () => {
    const { lab } = started(
      'nginx:1.27',
      `server {
        listen 8080; server_name a.test;
        location / { return 200 "prefix $uri $arg_q\\n"; }
        location = /exact { return 200 "exact\\n"; }
        location ~ \\.php$ { return 403; }
        location ^~ /static/ { return 200 "static\\n"; }
        location /old { return 301 /new; }
        location /who { return 200 "$hostname"; }
      }
      server { listen 8080; server_name b.test; return 418 "teapot"; }`,
    );
    const get = (
      path: string,
      host = 'a.test',
    ): { status: number; body: string; headers: Readonly<Record<string, string>> } =>
      lab.request('10.0.0.2', path, { port: 8080, headers: { host } });
    expect(get('/x?q=5').body).toBe('prefix /x 5\n');
    expect(get('/exact').body).toBe('exact\n');
    expect(get('/a.php').status).toBe(403);
    expect(get('/static/a.php').body).toBe('static\n');
    expect(get('/old').headers['location']).toBe('http://a.test:8080/new');
    expect(get('/who').body).toBe('web1');
    expect(get('/', 'b.test')).toMatchObject({ status: 418, body: 'teapot' });
  });

  test('try_files, error_page, autoindex, alias, add_header', () => {
    const { lab, web } = started(
      'nginx:1.27',
      `server {
        listen 80; root /srv; add_header X-Served-By $hostname; error_page 404 /404.html;
        location /app { try_files $uri $uri/ /app.html; }
        location /list/ { autoindex on; }
        location /pics/ { alias /data/images/; }
      }`,
    );
    const { files } = web.namespace;
    files.writeFile('/srv/404.html', 'gone');
    files.writeFile('/srv/app.html', 'app');
    files.mkdir('/srv/list');
    files.writeFile('/srv/list/a.txt', 'x');
    files.mkdir('/data/images', { parents: true });
    files.writeFile('/data/images/cat.png', 'cat');
    expect(lab.request('10.0.0.2', '/nope')).toMatchObject({ status: 404, body: 'gone' });
    expect(lab.request('10.0.0.2', '/app/deep/link').body).toBe('app');
    expect(lab.request('10.0.0.2', '/list/').body).toContain('<a href="a.txt">a.txt</a>');
    const cat = lab.request('10.0.0.2', '/pics/cat.png');
    expect(cat.body).toBe('cat');
    expect(cat.headers).toMatchObject({ 'content-type': 'image/png', 'x-served-by': 'web1' });
  });

  test('what the lab does not simulate is said', () => {
    const { web } = started('nginx:1.27', 'server { listen 80; rewrite ^/a /b; }');
    expect(web.err).toContain('이 실습실에서는 지원하지 않습니다: nginx "rewrite"');
  });

  test('-t, -v, -s reload', () => {
    const { lab, web } = started();
    web.exec('nginx', '-v');
    web.exec('nginx', '-t');
    lab.run(100);
    expect(web.err).toContain('nginx version: nginx/1.27.5\n');
    expect(web.err).toContain(
      'nginx: configuration file /etc/nginx/nginx.conf test is successful\n',
    );
    web.namespace.files.writeFile(
      '/etc/nginx/conf.d/default.conf',
      'server { listen 81; return 200 "reloaded"; }',
    );
    expect(lab.request('10.0.0.2', '/').body).toContain('Welcome');
    const reload = web.exec('nginx', '-s', 'reload');
    lab.run(100);
    expect(reload.exit?.code).toBe(0);
    expect(lab.request('10.0.0.2', '/', { port: 81 }).body).toBe('reloaded');
    expect(() => lab.request('10.0.0.2', '/')).toThrow();
  });

  test('a script that was put into /docker-entrypoint.d runs, one without its bit does not', () => {
    const lab = new Lab();
    const web = lab.container('nginx:1.27', '10.0.0.2', 'web1');
    web.namespace.files.putNode(
      '/docker-entrypoint.d/50-own.sh',
      file('#!/bin/sh\necho own script\n', 0o755),
    );
    web.namespace.files.putNode(
      '/docker-entrypoint.d/60-own.sh',
      file('#!/bin/sh\necho never\n', 0o644),
    );
    web.start();
    lab.run(500);
    expect(web.out).toContain('Launching /docker-entrypoint.d/50-own.sh\nown script\n');
    expect(web.out).toContain('Ignoring /docker-entrypoint.d/60-own.sh, not executable\n');
    expect(web.out).not.toContain('never');
  });
});

describe('proxy', () => {
  const CONF = `upstream app { server 10.0.0.3; server 10.0.0.4; }
    server { listen 80; location / { proxy_pass http://app; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; } }`;

  test('round robin over two servers; the next one when one is down', () => {
    const lab = new Lab();
    const proxy = lab.container('nginx:1.27', '10.0.0.2', 'proxy');
    proxy.namespace.files.writeFile('/etc/nginx/conf.d/default.conf', CONF);
    const apps = ['10.0.0.3', '10.0.0.4'].map((address, i) => {
      const app = lab.container('nginx:1.27', address, `app${i + 1}`);
      app.namespace.files.writeFile(
        '/etc/nginx/conf.d/default.conf',
        'server { listen 80; return 200 "$hostname $http_x_real_ip"; }',
      );
      return app.start();
    });
    proxy.start();
    lab.run(500);
    const bodies = [1, 2, 3, 4].map(() => lab.request('10.0.0.2', '/').body);
    expect(bodies).toEqual(['app1', 'app2', 'app1', 'app2'].map((name) => `${name} 10.0.0.99`));
    apps[0]?.signal('SIGTERM');
    lab.run(200);
    expect([1, 2, 3].map(() => lab.request('10.0.0.2', '/').body.slice(0, 4))).toEqual([
      'app2',
      'app2',
      'app2',
    ]);
    expect(proxy.err).toMatch(
      /connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: 10\.0\.0\.99, server: , request: "GET \/ HTTP\/1\.1", upstream: "http:\/\/10\.0\.0\.3:80\/", host: "10\.0\.0\.2"/,
    );
    apps[1]?.signal('SIGTERM');
    lab.run(200);
    const broken = lab.request('10.0.0.2', '/');
    expect(broken.status).toBe(502);
    expect(broken.body).toContain('<center><h1>502 Bad Gateway</h1></center>');
  });
});

describe('signals', () => {
  test.each(['SIGTERM', 'SIGQUIT'] as const)('%s ends the master at once with 0', (signal) => {
    const { lab, web } = started();
    web.signal(signal);
    lab.run(50);
    expect(web.main?.exit).toEqual({ code: 0, signal: undefined });
    expect(web.err).toMatch(
      signal === 'SIGQUIT' ? /gracefully shutting down/ : /signal 15 \(SIGTERM\) received, exiting/,
    );
    expect(lab.kernel.processes().filter(({ namespace }) => namespace === web.namespace)).toEqual(
      [],
    );
  });

  test('a killed worker is replaced', () => {
    const { lab, web } = started();
    const worker = lab.kernel.processes().find(({ argv }) => argv[0] === 'nginx: worker process');
    if (worker) lab.kernel.signal(worker, 'SIGKILL');
    lab.run(50);
    expect(web.err).toMatch(/\[alert\] 1#1: worker process \d+ exited on signal 9/);
    expect(
      lab.kernel.processes().filter(({ argv }) => argv[0] === 'nginx: worker process'),
    ).toHaveLength(2);
  });
});
