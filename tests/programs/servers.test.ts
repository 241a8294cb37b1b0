import { describe, expect, test } from 'vitest';
import { Lab } from './harness.ts';

describe('whoami', () => {
  test('says who it is and what it was asked', () => {
    const lab = new Lab();
    lab.container('traefik/whoami:latest', '10.0.0.2', 'whoami1').start();
    lab.run(100);
    const got = lab.request('10.0.0.2', '/hello?x=1', {
      headers: { 'user-agent': 'curl/8.5.0', accept: '*/*' },
    });
    expect(got.body).toMatch(
      /^Hostname: whoami1\nIP: 127\.0\.0\.1\nIP: 10\.0\.0\.2\nRemoteAddr: 10\.0\.0\.99:\d+\nGET \/hello\?x=1 HTTP\/1\.1\nHost: 10\.0\.0\.2\nUser-Agent: curl\/8\.5\.0\nAccept: \*\/\*\n\n$/,
    );
    const api = JSON.parse(lab.request('10.0.0.2', '/api').body) as { hostname: string };
    expect(api.hostname).toBe('whoami1');
    lab.request('10.0.0.2', '/health', { method: 'POST', body: '500' });
    expect(lab.request('10.0.0.2', '/health').status).toBe(500);
  });

  test('its name and port come from options', () => {
    const lab = new Lab();
    lab.container('traefik/whoami:latest', '10.0.0.2').start(['--port', '8080', '--name', 'blue']);
    lab.run(100);
    expect(lab.request('10.0.0.2', '/', { port: 8080 }).body).toMatch(/^Name: blue\nHostname: /);
  });

  test('ends with 2 on SIGTERM, as Go programs do as PID 1', () => {
    const lab = new Lab();
    const one = lab.container('traefik/whoami:latest', '10.0.0.2').start();
    lab.run(100);
    one.signal('SIGTERM');
    lab.run(10);
    expect(one.main?.exit?.code).toBe(2);
  });
});

describe('httpd', () => {
  test('warns, starts, serves, logs', () => {
    const lab = new Lab();
    const web = lab.container('httpd:2.4', '10.0.0.2').start();
    lab.run(200);
    expect(web.err).toMatch(
      /^AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 10\.0\.0\.2\. Set the 'ServerName' directive globally to suppress this message\nAH00558/,
    );
    expect(web.err).toContain(
      "[core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n",
    );
    const got = lab.request('10.0.0.2', '/');
    expect(got).toMatchObject({
      status: 200,
      body: '<html><body><h1>It works!</h1></body></html>\n',
    });
    expect(got.headers['server']).toMatch(/^Apache\/2\.4/);
    expect(web.out).toMatch(/^10\.0\.0\.99 - - \[[^\]]+\] "GET \/ HTTP\/1\.1" 200 45\n$/);
    expect(lab.request('10.0.0.2', '/nope').body).toContain('<title>404 Not Found</title>');
    web.namespace.files.mkdir('/usr/local/apache2/htdocs/files');
    web.namespace.files.writeFile('/usr/local/apache2/htdocs/files/a.txt', 'x');
    expect(lab.request('10.0.0.2', '/files').status).toBe(301);
    expect(lab.request('10.0.0.2', '/files/').body).toContain('<a href="a.txt"> a.txt</a>');
    web.signal('SIGWINCH');
    lab.run(10);
    expect(web.err).toContain('AH00492: caught SIGWINCH, shutting down gracefully');
    expect(web.main?.exit?.code).toBe(0);
  });

  test('a broken configuration names its line', () => {
    const lab = new Lab();
    const web = lab.container('httpd:2.4', '10.0.0.2');
    web.namespace.files.writeFile('/usr/local/apache2/conf/httpd.conf', 'Listen 80\nNoSuch on\n');
    web.start();
    lab.run(200);
    expect(web.err).toContain(
      "AH00526: Syntax error on line 2 of /usr/local/apache2/conf/httpd.conf:\nInvalid command 'NoSuch'",
    );
    expect(web.main?.exit?.code).toBe(1);
  });
});

describe('hello-world', () => {
  test('says its words and ends', () => {
    const lab = new Lab();
    const hello = lab.container('hello-world:latest', '10.0.0.2').start();
    lab.run(10);
    expect(hello.out).toMatch(/^\nHello from Docker!\nThis message shows/);
    expect(hello.main?.exit?.code).toBe(0);
  });
});
