import { expect, test } from 'vitest';
import { sqliteLoaded } from '../../../src/lab/sqlite.ts';
import { Lab, type Container } from '../harness.ts';

await sqliteLoaded;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ENV = [
  'WORDPRESS_DB_HOST=10.0.0.2',
  'WORDPRESS_DB_NAME=wp',
  'WORDPRESS_DB_USER=u',
  'WORDPRESS_DB_PASSWORD=p',
];

function site(): { readonly lab: Lab; readonly db: Container; readonly web: Container } {
  const lab = new Lab();
  const db = lab.container('mysql:8.0', '10.0.0.2');
  db.start(undefined, [
    'MYSQL_ROOT_PASSWORD=pw',
    'MYSQL_DATABASE=wp',
    'MYSQL_USER=u',
    'MYSQL_PASSWORD=p',
  ]);
  const web = lab.container('wordpress:latest', '10.0.0.3').start(undefined, ENV);
  lab.run(500);
  return { lab, db, web };
}

function post(
  lab: Lab,
  target: string,
  fields: Readonly<Record<string, string>>,
  cookie = '',
): ReturnType<Lab['request']> {
  const body = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return lab.request('10.0.0.3', target, {
    method: 'POST',
    headers: { ...FORM, 'content-length': String(body.length), cookie },
    body,
  });
}

const INSTALL = {
  weblog_title: '고래 블로그',
  user_name: 'kevin',
  admin_password: 'secret!',
  admin_password2: 'secret!',
  admin_email: 'k@example.com',
};

test('from the first page to a comment, with the database going and coming', () => {
  const { lab, db, web } = site();
  expect(web.err).toContain('WordPress not found in /var/www/html - copying now...\n');
  expect(lab.request('10.0.0.3', '/').body).toContain('Error establishing a database connection');
  lab.run(20_000);
  expect(lab.request('10.0.0.3', '/').headers['location']).toBe(
    'http://10.0.0.3/wp-admin/install.php',
  );
  expect(lab.request('10.0.0.3', '/wp-admin/install.php').body).toContain(
    'English (United States)',
  );
  expect(
    post(lab, '/wp-admin/install.php?step=2', { ...INSTALL, admin_password2: 'no' }).body,
  ).toContain('Your passwords do not match');
  expect(post(lab, '/wp-admin/install.php?step=2', INSTALL).body).toContain('Success!');
  expect(lab.request('10.0.0.3', '/').body).toMatch(/고래 블로그[^]*Hello world!/);

  expect(lab.request('10.0.0.3', '/wp-admin/').headers['location']).toContain('/wp-login.php');
  expect(post(lab, '/wp-login.php', { log: 'kevin', pwd: 'wrong' }).body).toContain('is incorrect');
  const cookie = (
    post(lab, '/wp-login.php', { log: 'kevin', pwd: 'secret!' }).headers['set-cookie'] ?? ''
  ).split(';')[0] as string;
  expect(lab.request('10.0.0.3', '/wp-admin/', { headers: { cookie } }).body).toContain('1 Post<');
  const { location = '' } = post(
    lab,
    '/wp-admin/post.php',
    { post_title: "It's {mine}", content: 'a <b>\n\n둘째', post_ID: '0' },
    cookie,
  ).headers;
  expect(location).toBe('http://10.0.0.3/?p=3');
  post(lab, '/wp-comments-post.php', {
    comment: '좋아요',
    author: 'lee',
    email: 'l@x.y',
    comment_post_ID: '3',
  });
  const page = lab.request('10.0.0.3', '/?p=3').body;
  expect(page).toContain('It&#039;s {mine}'.replace('&#039;', "'"));
  expect(page).toMatch(/<p>a &lt;b&gt;<\/p>\n<p>둘째<\/p>[^]*<cite>lee<\/cite>[^]*좋아요/);

  db.signal('SIGTERM');
  lab.run(3_000);
  expect(lab.request('10.0.0.3', '/').body).toContain('Error establishing a database connection');
  db.start();
  lab.run(5_000);
  expect(lab.request('10.0.0.3', '/?p=3').body).toContain('좋아요');
  expect(web.out).toMatch(
    /10\.0\.0\.99 - - \[02\/Mar\/2026:\d\d:\d\d:\d\d \+0000\] "GET \/ HTTP\/1\.1" 500 /,
  );
});

test('a cookie that somebody made up opens nothing', () => {
  const { lab } = site();
  lab.run(20_000);
  post(lab, '/wp-admin/install.php?step=2', INSTALL);
  const cookie = 'wordpress_logged_in=kevin|9999999999|abc';
  expect(lab.request('10.0.0.3', '/wp-admin/', { headers: { cookie } }).status).toBe(302);
});
