/**
 * WordPress itself: one request, answered from the database.
 *
 * Real:     wp-includes/class-wpdb.php, wp-admin/install.php, wp-login.php, wp-comments-post.php, the query by wp-includes/class-wp-query.php.
 * Left out: themes and plugins, media, the block editor, REST and XML-RPC, cron, mail, languages other than English, roles.
 */
import { sha256, type Process, type Sys } from '../../sim/index.ts';
import { Connection } from '../mysql/connection.ts';
import { datetimeText } from '../sql/dates.ts';
import * as pages from './pages.ts';
import { FIRST_COMMENT, FIRST_PAGE, FIRST_POST, tableStatements } from './schema.ts';

export interface WebRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly form: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly host: string;
  readonly from: string;
  readonly agent: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Settings {
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly name: string;
  readonly prefix: string;
}

const COOKIE = 'wordpress_logged_in';
const SESSION_MS = 172_800_000;

/** A query failed where WordPress cannot go on. */
class DatabaseGone extends Error {}

type Row = Readonly<Record<string, string>>;

export function* answerRequest(
  process: Process,
  settings: Settings,
  request: WebRequest,
): Sys<WebAnswer> {
  const isInstaller = request.path === '/wp-admin/install.php';
  const [host = '', port = '3306'] = settings.host.split(':');
  const opened = yield* Connection.open(process, {
    host,
    port: Number(port),
    socket: '/var/run/mysqld/mysqld.sock',
    user: settings.user,
    password: settings.password,
    database: '',
    program: 'php',
    product: 'mysql',
    connectTimeoutMs: 60_000,
  });
  if ('type' in opened)
    return html(
      500,
      isInstaller ? pages.installDatabaseErrorPage(settings.host) : pages.databaseErrorPage(),
    );
  try {
    const used = yield* opened.ask({ type: 'use', database: settings.name });
    if (used.type === 'error')
      return html(
        500,
        isInstaller
          ? pages.cannotSelectPage(settings.name, settings.user)
          : pages.databaseErrorPage(),
      );
    yield* opened.query("SET NAMES 'utf8mb4'");
    yield* opened.query("SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION'");
    return yield* new WordPress(process, opened, settings, request).answer();
  } catch (error) {
    if (!(error instanceof DatabaseGone)) throw error;
    return html(500, pages.databaseErrorPage());
  } finally {
    opened.close();
  }
}

function html(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WebAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers }, body };
}

function moved(location: string, headers: Readonly<Record<string, string>> = {}): WebAnswer {
  return {
    status: 302,
    headers: {
      'x-redirect-by': 'WordPress',
      location,
      'content-type': 'text/html; charset=UTF-8',
      ...headers,
    },
    body: '',
  };
}

function quote(text: string | number): string {
  return `'${String(text).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

/** As a password is kept: salted, and not the password. */
function hashPassword(password: string, salt: string): string {
  return `$wp$2y$10$${salt}$${sha256(`${salt} ${password}`)}`;
}

class WordPress {
  readonly #process: Process;
  readonly #database: Connection;
  readonly #prefix: string;
  readonly #request: WebRequest;

  constructor(process: Process, database: Connection, settings: Settings, request: WebRequest) {
    this.#process = process;
    this.#database = database;
    this.#prefix = settings.prefix;
    this.#request = request;
  }

  get #now(): string {
    return datetimeText(this.#process.kernel.world.unixMs);
  }

  /** Rows of a query; undefined when the server refused it (a table that is not there). */
  *#rows(sql: string): Sys<readonly Row[] | undefined> {
    const reply = yield* this.#database.query(sql.replace(/\{(\w+)\}/g, `${this.#prefix}$1`));
    if (reply.type === 'error') {
      if (reply.number === 2006 || reply.number === 2013) throw new DatabaseGone();
      return undefined;
    }
    if (reply.type === 'ok') return [{ insertId: String(reply.insertId) }];
    return reply.rows.map((row) =>
      Object.fromEntries(reply.fields.map(({ name }, i) => [name, row[i] ?? ''])),
    );
  }

  *#option(name: string): Sys<string | undefined> {
    const rows = yield* this.#rows(
      `SELECT option_value FROM {options} WHERE option_name = ${quote(name)} LIMIT 1`,
    );
    return rows?.[0]?.['option_value'];
  }

  *answer(): Sys<WebAnswer> {
    const { path, query } = this.#request;
    const home = yield* this.#option('siteurl');
    if (path === '/wp-admin/install.php') return yield* this.#install(home !== undefined);
    if (home === undefined) return moved(`http://${this.#request.host}/wp-admin/install.php`);
    const user = yield* this.#user();
    const site = yield* this.#site(user?.['display_name']);
    if (path === '/wp-login.php') return yield* this.#login(site);
    if (path === '/wp-comments-post.php') return yield* this.#comment(user);
    if (path === '/wp-admin' || path.startsWith('/wp-admin/'))
      return user
        ? yield* this.#admin(site, user)
        : moved(
            `http://${this.#request.host}/wp-login.php?redirect_to=${encodeURIComponent(`http://${this.#request.host}${path}`)}&reauth=1`,
          );
    if (path !== '/' && path !== '/index.php') return html(404, pages.notFoundPage(site));
    const id = query.get('p') ?? query.get('page_id');
    if (id === undefined)
      return html(200, pages.homePage(site, yield* this.#posts("post_type = 'post'")));
    const [post] = yield* this.#posts(`ID = ${quote(id)}`);
    if (!post) return html(404, pages.notFoundPage(site));
    const comments =
      (yield* this.#rows(
        `SELECT comment_author, comment_date, comment_content FROM {comments} WHERE comment_post_ID = ${post.id} AND comment_approved = '1' ORDER BY comment_date_gmt, comment_ID`,
      )) ?? [];
    return html(
      200,
      pages.postPage(
        site,
        post,
        comments.map((row) => ({
          author: row['comment_author'] ?? '',
          date: row['comment_date'] ?? '',
          content: row['comment_content'] ?? '',
        })),
      ),
    );
  }

  *#site(user: string | undefined): Sys<pages.Site> {
    const rows =
      (yield* this.#rows(
        "SELECT option_name, option_value FROM {options} WHERE option_name IN ('blogname', 'blogdescription')",
      )) ?? [];
    const value = (name: string): string =>
      rows.find((row) => row['option_name'] === name)?.['option_value'] ?? '';
    return {
      name: value('blogname'),
      tagline: value('blogdescription'),
      user,
      pages: yield* this.#posts("post_type = 'page'"),
    };
  }

  *#posts(where: string): Sys<readonly pages.Post[]> {
    const rows =
      (yield* this.#rows(
        `SELECT p.ID, p.post_title, p.post_content, p.post_date, p.post_type, p.comment_count, u.display_name FROM {posts} p LEFT JOIN {users} u ON u.ID = p.post_author WHERE p.post_status = 'publish' AND p.${where} ORDER BY p.post_date DESC, p.ID DESC LIMIT 10`,
      )) ?? [];
    return rows.map((row) => ({
      id: Number(row['ID']),
      title: row['post_title'] ?? '',
      content: row['post_content'] ?? '',
      date: longDate(row['post_date'] ?? ''),
      author: row['display_name'] ?? '',
      comments: Number(row['comment_count']),
      type: row['post_type'] ?? 'post',
    }));
  }

  *#install(isInstalled: boolean): Sys<WebAnswer> {
    if (isInstalled) return html(200, pages.alreadyInstalledPage());
    const { form, query } = this.#request;
    const step = query.get('step') ?? '0';
    if (step === '0') return html(200, pages.languagePage());
    const filled = {
      title: form.get('weblog_title') ?? '',
      user: form.get('user_name') ?? '',
      email: form.get('admin_email') ?? '',
      suggested: step === '1' ? this.#password() : '',
      error: '',
    };
    if (step !== '2') return html(200, pages.installPage(filled));
    const error = this.#wrong(filled);
    if (error !== '') return html(200, pages.installPage({ ...filled, error }));
    yield* this.#create(
      filled.title,
      filled.user.trim(),
      form.get('admin_password') ?? '',
      filled.email,
    );
    return html(200, pages.installedPage(filled.user));
  }

  #wrong({ user, email }: { readonly user: string; readonly email: string }): string {
    const { form } = this.#request;
    if (user === '') return 'Please provide a valid username.';
    if (!/^[a-zA-Z0-9 _.\-@]+$/.test(user))
      return 'The username you provided has invalid characters.';
    if ((form.get('admin_password') ?? '') !== (form.get('admin_password2') ?? ''))
      return 'Your passwords do not match. Please try again.';
    if (email === '') return 'You must provide an email address.';
    return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)
      ? ''
      : 'Sorry, that is not a valid email address. Email addresses look like username@example.com.';
  }

  #password(): string {
    const random = this.#process.kernel.world.random('wordpress password');
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*()';
    return Array.from({ length: 18 }, () => letters[random.below(letters.length)] as string).join(
      '',
    );
  }

  *#create(title: string, user: string, password: string, email: string): Sys<void> {
    for (const sql of tableStatements(this.#prefix))
      if ((yield* this.#database.query(sql)).type === 'error') throw new DatabaseGone();
    const url = `http://${this.#request.host}`;
    const now = quote(this.#now);
    const salt = sha256(this.#password()).slice(0, 22);
    const options: readonly (readonly [string, string])[] = [
      ['siteurl', url],
      ['home', url],
      ['blogname', title],
      ['blogdescription', ''],
      ['users_can_register', '0'],
      ['admin_email', email],
      ['start_of_week', '1'],
      ['posts_per_page', '10'],
      ['date_format', 'F j, Y'],
      ['time_format', 'g:i a'],
      ['permalink_structure', ''],
      ['template', 'twentytwentyfive'],
      ['stylesheet', 'twentytwentyfive'],
      ['default_comment_status', 'open'],
      ['auth_salt', sha256(this.#password())],
      ['db_version', '60717'],
      ['blog_public', '1'],
      ['active_plugins', 'a:0:{}'],
      ['WPLANG', ''],
    ];
    yield* this.#rows(
      `INSERT INTO {options} (option_name, option_value, autoload) VALUES ${options.map(([name, value]) => `(${quote(name)}, ${quote(value)}, 'on')`).join(', ')}`,
    );
    yield* this.#rows(
      `INSERT INTO {users} (user_login, user_pass, user_nicename, user_email, user_registered, display_name) VALUES (${quote(user)}, ${quote(hashPassword(password, salt))}, ${quote(user.toLowerCase())}, ${quote(email)}, ${now}, ${quote(user)})`,
    );
    yield* this.#rows(
      `INSERT INTO {usermeta} (user_id, meta_key, meta_value) VALUES (1, 'nickname', ${quote(user)}), (1, '{user_level}', '10')`,
    );
    yield* this.#rows(
      "INSERT INTO {terms} (name, slug, term_group) VALUES ('Uncategorized', 'uncategorized', 0)",
    );
    yield* this.#rows(
      "INSERT INTO {term_taxonomy} (term_id, taxonomy, description, parent, count) VALUES (1, 'category', '', 0, 1)",
    );
    yield* this.#insertPost('Hello world!', FIRST_POST, 'post', '1');
    yield* this.#insertPost('Sample Page', FIRST_PAGE, 'page', '1');
    yield* this.#rows(
      'INSERT INTO {term_relationships} (term_taxonomy_id, object_id) VALUES (1, 1)',
    );
    yield* this.#insertComment(
      '1',
      'A WordPress Commenter',
      'wapuu@wordpress.example',
      FIRST_COMMENT,
      '0',
    );
  }

  *#insertPost(title: string, content: string, type: string, author: string): Sys<string> {
    const now = quote(this.#now);
    const name = quote(
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-|-$/g, ''),
    );
    const rows = yield* this.#insert('posts', {
      post_author: author,
      post_date: now,
      post_date_gmt: now,
      post_content: quote(content),
      post_title: quote(title),
      post_excerpt: "''",
      post_status: "'publish'",
      comment_status: type === 'post' ? "'open'" : "'closed'",
      post_name: name,
      to_ping: "''",
      pinged: "''",
      post_modified: now,
      post_modified_gmt: now,
      post_content_filtered: "''",
      post_type: quote(type),
    });
    const id = rows?.[0]?.['insertId'] ?? '';
    yield* this.#rows(
      `UPDATE {posts} SET guid = ${quote(`http://${this.#request.host}/?p=${id}`)} WHERE ID = ${quote(id)}`,
    );
    return id;
  }

  *#insertComment(
    post: string,
    author: string,
    email: string,
    content: string,
    user: string,
  ): Sys<void> {
    const now = quote(this.#now);
    yield* this.#insert('comments', {
      comment_post_ID: quote(post),
      comment_author: quote(author),
      comment_author_email: quote(email),
      comment_author_IP: quote(this.#request.from),
      comment_date: now,
      comment_date_gmt: now,
      comment_content: quote(content),
      comment_agent: quote(this.#request.agent),
      user_id: user,
    });
    yield* this.#rows(
      `UPDATE {posts} SET comment_count = (SELECT COUNT(*) FROM {comments} WHERE comment_post_ID = ${quote(post)} AND comment_approved = '1') WHERE ID = ${quote(post)}`,
    );
  }

  /** Values may hold braces; they stay. */
  *#insert(
    table: string,
    values: Readonly<Record<string, string>>,
  ): Sys<readonly Row[] | undefined> {
    const reply = yield* this.#database.query(
      `INSERT INTO ${this.#prefix}${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`,
    );
    if (reply.type === 'error') throw new DatabaseGone();
    return reply.type === 'ok' ? [{ insertId: String(reply.insertId) }] : [];
  }

  /** The user of the session cookie. */
  *#user(): Sys<Row | undefined> {
    const [name = '', until = '0', proof = ''] = (this.#request.cookies.get(COOKIE) ?? '')
      .split('|')
      .map(decode);
    if (name === '' || Number(until) < this.#process.kernel.world.unixMs / 1000) return undefined;
    const [user] =
      (yield* this.#rows(`SELECT * FROM {users} WHERE user_login = ${quote(name)}`)) ?? [];
    return user && proof === (yield* this.#proof(user, until)) ? user : undefined;
  }

  *#proof(user: Row, until: string): Sys<string> {
    return sha256(
      `${user['user_login'] ?? ''}|${until}|${(user['user_pass'] ?? '').slice(8, 12)}|${(yield* this.#option('auth_salt')) ?? ''}`,
    );
  }

  *#login(site: pages.Site): Sys<WebAnswer> {
    const { method, form, query, host } = this.#request;
    if (query.get('action') === 'logout')
      return moved(`http://${host}/wp-login.php?loggedout=true`, {
        'set-cookie': `${COOKIE}=+; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; path=/`,
      });
    const redirect =
      form.get('redirect_to') ?? query.get('redirect_to') ?? `http://${host}/wp-admin/`;
    if (method !== 'POST') return html(200, pages.loginPage(site.name, '', '', redirect));
    const name = form.get('log') ?? '';
    const password = form.get('pwd') ?? '';
    const shown = pages.escapeHtml(name);
    if (name === '')
      return html(200, pages.loginPage(site.name, 'The username field is empty.', '', redirect));
    if (password === '')
      return html(200, pages.loginPage(site.name, 'The password field is empty.', name, redirect));
    const [user] =
      (yield* this.#rows(
        `SELECT * FROM {users} WHERE user_login = ${quote(name)} OR user_email = ${quote(name)}`,
      )) ?? [];
    if (!user)
      return html(
        200,
        pages.loginPage(
          site.name,
          `The username <strong>${shown}</strong> is not registered on this site. If you are unsure of your username, try your email address instead.`,
          '',
          redirect,
        ),
      );
    const salt = (user['user_pass'] ?? '').split('$')[4] ?? '';
    if (user['user_pass'] !== hashPassword(password, salt))
      return html(
        200,
        pages.loginPage(
          site.name,
          `The password you entered for the username <strong>${shown}</strong> is incorrect.`,
          name,
          redirect,
        ),
      );
    const until = String(Math.floor((this.#process.kernel.world.unixMs + SESSION_MS) / 1000));
    const value = [user['user_login'] ?? '', until, yield* this.#proof(user, until)]
      .map(encodeURIComponent)
      .join('|');
    return moved(redirect, { 'set-cookie': `${COOKIE}=${value}; path=/; HttpOnly` });
  }

  *#comment(user: Row | undefined): Sys<WebAnswer> {
    const { form, method, host } = this.#request;
    if (method !== 'POST')
      return { status: 405, headers: { allow: 'POST', 'content-type': 'text/plain' }, body: '' };
    const post = form.get('comment_post_ID') ?? '';
    const author = user?.['display_name'] ?? form.get('author') ?? '';
    const email = user?.['user_email'] ?? form.get('email') ?? '';
    if (author === '' || email === '')
      return html(200, pages.commentErrorPage('Please fill the required fields (name, email).'));
    if ((form.get('comment') ?? '').trim() === '')
      return html(200, pages.commentErrorPage('Please type your comment text.'));
    yield* this.#insertComment(post, author, email, form.get('comment') ?? '', user?.['ID'] ?? '0');
    return moved(`http://${host}/?p=${post}#comments`);
  }

  *#admin(site: pages.Site, user: Row): Sys<WebAnswer> {
    const { path, query, form, method, host } = this.#request;
    if (path === '/wp-admin/post-new.php') return html(200, pages.editorPage(site, undefined));
    if (path === '/wp-admin/edit.php')
      return html(200, pages.postsPage(site, yield* this.#posts("post_type = 'post'")));
    if (path === '/wp-admin/post.php' && method === 'POST') {
      const [title, content, id] = [
        form.get('post_title') ?? '',
        form.get('content') ?? '',
        form.get('post_ID') ?? '0',
      ];
      const saved =
        id === '0' ? yield* this.#insertPost(title, content, 'post', user['ID'] ?? '1') : id;
      if (id !== '0') {
        const reply = yield* this.#database.query(
          `UPDATE ${this.#prefix}posts SET post_title = ${quote(title)}, post_content = ${quote(content)}, post_modified = ${quote(this.#now)} WHERE ID = ${quote(id)}`,
        );
        if (reply.type === 'error') throw new DatabaseGone();
      }
      return moved(`http://${host}/?p=${saved}`);
    }
    if (path === '/wp-admin/post.php') {
      const id = query.get('post') ?? '0';
      if (query.get('action') === 'trash') {
        yield* this.#rows(`UPDATE {posts} SET post_status = 'trash' WHERE ID = ${quote(id)}`);
        return moved(`http://${host}/wp-admin/edit.php`);
      }
      const [post] = yield* this.#posts(`ID = ${quote(id)}`);
      return post ? html(200, pages.editorPage(site, post)) : html(404, pages.notFoundPage(site));
    }
    if (path !== '/wp-admin' && path !== '/wp-admin/' && path !== '/wp-admin/index.php')
      return html(404, pages.notFoundPage(site));
    const [counts] =
      (yield* this.#rows(
        "SELECT SUM(post_type = 'post') AS posts, SUM(post_type = 'page') AS pages, (SELECT COUNT(*) FROM {comments}) AS comments FROM {posts} WHERE post_status = 'publish'",
      )) ?? [];
    return html(
      200,
      pages.dashboardPage(site, {
        posts: Number(counts?.['posts'] ?? 0),
        pages: Number(counts?.['pages'] ?? 0),
        comments: Number(counts?.['comments'] ?? 0),
      }),
    );
  }
}

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** `March 2, 2026`. */
function longDate(text: string): string {
  const [year = '', month = '1', day = '1'] = text.slice(0, 10).split('-');
  return `${MONTHS[Number(month) - 1] ?? ''} ${Number(day)}, ${year}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
