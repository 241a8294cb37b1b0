import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

const PORT = 'PORT=8000';

function tiers(): { lab: Lab; mongo: Container; backend: Container; frontend: Container } {
  const lab = new Lab();
  const mongo = lab.container('mongo:4', '10.0.0.2', 'mongodb').start();
  const backend = lab
    .container('leecloudo/guestbook:backend_1.0', '10.0.0.3', 'backend')
    .start(undefined, [PORT, 'GUESTBOOK_DB_ADDR=10.0.0.2:27017']);
  const frontend = lab
    .container('leecloudo/guestbook:frontend_1.0', '10.0.0.4', 'frontend')
    .start(undefined, [PORT, 'GUESTBOOK_API_ADDR=10.0.0.3:8000']);
  lab.run(3_000);
  return { lab, mongo, backend, frontend };
}

const page = (lab: Lab): string => lab.request('10.0.0.4', '/', { port: 8000 }).body;
const post = (lab: Lab, body: string): { status: number; body: string } =>
  lab.request('10.0.0.4', '/post', {
    port: 8000,
    method: 'POST',
    body,
    headers: { 'content-length': String(body.length) },
  });

describe('three tiers', () => {
  test('an entry goes through the backend into the database and comes back', () => {
    const { lab, backend } = tiers();
    expect(backend.out).toContain('Connected to mongodb://10.0.0.2:27017/guestbook\n');
    expect(page(lab)).toContain('No messages are logged to the guestbook yet.');
    expect(post(lab, 'name=kevin&message=hello+from+the+lab')).toMatchObject({
      status: 302,
      body: 'Found. Redirecting to /',
    });
    const shown = page(lab);
    expect(shown).toContain('kevin');
    expect(shown).toContain('hello from the lab');
  });

  test('what visitors write is no markup', () => {
    const { lab } = tiers();
    post(lab, 'name=x&message=%3Cscript%3Ealert(1)%3C%2Fscript%3E');
    expect(page(lab)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('a field that is missing is refused', () => {
    const { lab } = tiers();
    expect(post(lab, 'name=&message=x')).toMatchObject({
      status: 400,
      body: 'name is not specified',
    });
    expect(post(lab, 'name=x')).toMatchObject({ status: 400, body: 'message is not specified' });
  });

  test('the database goes and comes: the entries are there, the backend says so', () => {
    const { lab, mongo, backend } = tiers();
    post(lab, 'name=kevin&message=still+here');
    lab.run(500);
    mongo.signal('SIGTERM');
    lab.run(500);
    expect(backend.err).toContain(
      'Disconnected: unable to reconnect to mongodb://10.0.0.2:27017/guestbook',
    );
    mongo.start();
    lab.run(1_000);
    expect(page(lab)).toContain('still here');
  });

  test('without its database for half a minute a request is the backend’s death', () => {
    const { lab, mongo, backend } = tiers();
    mongo.signal('SIGKILL');
    lab.run(500);
    expect(() => page(lab)).toThrow('no answer');
    lab.run(30_000);
    expect(backend.err).toContain("TypeError: Cannot read property 'length' of undefined");
    expect(backend.main?.exit?.code).toBe(1);
  });
});

test('curl -m does not wait longer for a frontend that cannot answer', () => {
  const { lab, mongo } = tiers();
  mongo.signal('SIGKILL');
  lab.run(500);
  const box = lab.container('alpine:latest', '10.0.0.9', 'box');
  box.exec('apk', 'add', 'curl');
  lab.run(5_000);
  const curl = box.exec('curl', '-m', '3', 'http://10.0.0.4:8000/');
  lab.run(4_000);
  expect(curl.exit?.code).toBe(28);
  expect(box.err).toContain('curl: (28) Operation timed out after 3');
});

test.each([
  ['leecloudo/guestbook:backend_1.0', [], 'PORT environment variable is not defined'],
  [
    'leecloudo/guestbook:backend_1.0',
    [PORT],
    'GUESTBOOK_DB_ADDR environment variable is not defined',
  ],
  [
    'leecloudo/guestbook:frontend_1.0',
    [PORT],
    'GUESTBOOK_API_ADDR environment variable is not defined',
  ],
])('%s without %s', (reference, env, words) => {
  const lab = new Lab();
  const one = lab.container(reference, '10.0.0.3', 'one').start(undefined, env);
  lab.run(2_000);
  expect(one.err).toContain(words);
  expect(one.main?.exit?.code).toBe(1);
});
