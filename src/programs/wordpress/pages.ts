/** WordPress's pages as HTML. Real: wp-admin/install.php, wp-login.php, the theme twentytwentyfive; plain here, with the real names of forms and fields. */

export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

const e = escapeHtml;

/** Installer, login and errors stand in a narrow box. */
function boxPage(title: string, heading: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<meta name="robots" content="noindex,nofollow" />
<title>${title}</title>
<style>body{font-family:-apple-system,BlinkMacSystemFont,"Segoe UI",sans-serif;background:#f0f0f1;color:#3c434a}main{max-width:700px;margin:50px auto;padding:20px;background:#fff;border:1px solid #c3c4c7}label{display:block;margin-top:12px}input[type=text],input[type=password],input[type=email],textarea,select{width:25em}.button{margin-top:16px;padding:6px 14px;background:#2271b1;color:#fff;border:0;border-radius:3px}.message{border-left:4px solid #d63638;padding:8px}</style>
</head>
<body class="wp-core-ui">
<p id="logo"><a href="https://wordpress.org/">WordPress</a></p>
<main>
${heading === '' ? '' : `<h1>${heading}</h1>\n`}${body}
</main>
</body>
</html>
`;
}

export function databaseErrorPage(): string {
  return boxPage('Database Error', 'Error establishing a database connection', '');
}

/** When the installer finds no database it says more. */
export function installDatabaseErrorPage(host: string): string {
  return boxPage(
    'WordPress &rsaquo; Error',
    'Error establishing a database connection',
    `<p>This either means that the username and password information in your <code>wp-config.php</code> file is incorrect or that contact with the database server at <code>${e(host)}</code> could not be established. This could mean your host&#8217;s database server is down.</p>
<ul>
<li>Are you sure you have the correct username and password?</li>
<li>Are you sure you have typed the correct hostname?</li>
<li>Are you sure the database server is running?</li>
</ul>`,
  );
}

export function cannotSelectPage(name: string, user: string): string {
  return boxPage(
    'WordPress &rsaquo; Error',
    'Cannot select database',
    `<p>The database server could be connected to (which means your username and password is okay) but the <code>${e(name)}</code> database could not be selected.</p>
<ul><li>Are you sure it exists?</li><li>Does the user <code>${e(user)}</code> have permission to use the <code>${e(name)}</code> database?</li></ul>`,
  );
}

export function languagePage(): string {
  const languages = [
    ['', 'English (United States)'],
    ['ko_KR', '한국어'],
    ['ja', '日本語'],
    ['de_DE', 'Deutsch'],
    ['fr_FR', 'Français'],
  ];
  return boxPage(
    'WordPress &rsaquo; Installation',
    '',
    `<form id="setup" method="post" action="install.php?step=1">
<label class="screen-reader-text" for="language">Select a default language</label>
<select size="14" name="language" id="language">
${languages.map(([value, name], i) => `<option value="${value ?? ''}" lang="${(value ?? '').slice(0, 2) || 'en'}"${i === 0 ? ' selected="selected"' : ''}>${name ?? ''}</option>`).join('\n')}
</select>
<p class="step"><input id="language-continue" type="submit" class="button" value="Continue" /></p>
</form>`,
  );
}

export interface InstallForm {
  readonly title: string;
  readonly user: string;
  readonly email: string;
  readonly error: string;
  readonly suggested: string;
}

export function installPage({ title, user, email, error, suggested }: InstallForm): string {
  return boxPage(
    'WordPress &rsaquo; Installation',
    'Welcome',
    `<p>Welcome to the famous five-minute WordPress installation process! Just fill in the information below and you&#8217;ll be on your way to using the most extendable and powerful personal publishing platform in the world.</p>
<h2>Information needed</h2>
<p>Please provide the following information. Do not worry, you can always change these settings later.</p>
${error === '' ? '' : `<p class="message">${e(error)}</p>\n`}<form id="setup" method="post" action="install.php?step=2" novalidate="novalidate">
<label for="weblog_title">Site Title</label><input name="weblog_title" type="text" id="weblog_title" size="25" value="${e(title)}" />
<label for="user_login">Username</label><input name="user_name" type="text" id="user_login" size="25" value="${e(user)}" />
<p>Usernames can have only alphanumeric characters, spaces, underscores, hyphens, periods, and the @ symbol.</p>
<label for="pass1">Password</label><input type="text" name="admin_password" id="pass1" size="24" value="${e(suggested)}" autocomplete="new-password" />
<label for="pass2">Repeat Password (required)</label><input type="password" name="admin_password2" id="pass2" value="${e(suggested)}" autocomplete="new-password" />
<label><input type="checkbox" name="pw_weak" value="1" /> Confirm use of weak password</label>
<label for="admin_email">Your Email</label><input name="admin_email" type="email" id="admin_email" size="25" value="${e(email)}" />
<p>Double-check your email address before continuing.</p>
<label><input name="blog_public" type="checkbox" id="blog_public" value="0" /> Discourage search engines from indexing this site</label>
<p class="step"><input type="submit" name="Submit" id="submit" class="button" value="Install WordPress" /></p>
<input type="hidden" name="language" value="" />
</form>`,
  );
}

export function installedPage(user: string): string {
  return boxPage(
    'WordPress &rsaquo; Installation',
    'Success!',
    `<p>WordPress has been installed. Thank you, and enjoy!</p>
<table class="form-table"><tr><th>Username</th><td>${e(user)}</td></tr><tr><th>Password</th><td><p><em>Your chosen password.</em></p></td></tr></table>
<p class="step"><a href="../wp-login.php" class="button">Log In</a></p>`,
  );
}

export function alreadyInstalledPage(): string {
  return boxPage(
    'WordPress &rsaquo; Installation',
    'Already Installed',
    '<p>You appear to have already installed WordPress. To reinstall please clear your old database tables first.</p>\n<p class="step"><a href="../wp-login.php" class="button">Log In</a></p>',
  );
}

export function loginPage(site: string, error: string, user: string, redirect: string): string {
  return boxPage(
    `Log In &lsaquo; ${e(site)} &#8212; WordPress`,
    'Log In',
    `${error === '' ? '' : `<div id="login_error" class="message"><strong>Error:</strong> ${error}</div>\n`}<form name="loginform" id="loginform" action="/wp-login.php" method="post">
<label for="user_login">Username or Email Address</label><input type="text" name="log" id="user_login" value="${e(user)}" size="20" />
<label for="user_pass">Password</label><input type="password" name="pwd" id="user_pass" value="" size="20" />
<label><input name="rememberme" type="checkbox" id="rememberme" value="forever" /> Remember Me</label>
<p class="submit"><input type="submit" name="wp-submit" id="wp-submit" class="button" value="Log In" /></p>
<input type="hidden" name="redirect_to" value="${e(redirect)}" />
</form>
<p id="backtoblog"><a href="/">&larr; Go to ${e(site)}</a></p>`,
  );
}

export interface Post {
  readonly id: number;
  readonly title: string;
  readonly content: string;
  readonly date: string;
  readonly author: string;
  readonly comments: number;
  readonly type: string;
}

export interface Comment {
  readonly author: string;
  readonly date: string;
  readonly content: string;
}

export interface Site {
  readonly name: string;
  readonly tagline: string;
  readonly user: string | undefined;
  readonly pages: readonly Post[];
}

function sitePage(site: Site, title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="generator" content="WordPress 6.9.1" />
<title>${e(title)}</title>
<style>body{font-family:Manrope,sans-serif;max-width:760px;margin:0 auto;padding:16px;color:#111}header{display:flex;justify-content:space-between}h1,h2{font-weight:400}footer{margin-top:60px;color:#555}#wpadminbar{background:#1d2327;color:#fff;padding:6px}#wpadminbar a{color:#fff;margin-right:12px}</style>
</head>
<body class="wp-theme-twentytwentyfive">
${site.user === undefined ? '' : `<div id="wpadminbar"><a href="/wp-admin/">${e(site.name)}</a><a href="/wp-admin/post-new.php">+ New</a><a href="/wp-login.php?action=logout">Log Out</a> Howdy, ${e(site.user)}</div>\n`}<header class="wp-block-template-part">
<p class="wp-block-site-title"><a href="/">${e(site.name)}</a></p>
<nav>${site.pages.map((page) => `<a href="/?page_id=${page.id}">${e(page.title)}</a>`).join(' ')}</nav>
</header>
<main>
${body}
</main>
<footer>${site.tagline === '' ? '' : `<p>${e(site.tagline)}</p>\n`}<p>Designed with <a href="https://wordpress.org" rel="nofollow">WordPress</a></p></footer>
</body>
</html>
`;
}

function paragraphs(content: string): string {
  return content
    .replace(/<!--[^]*?-->/g, '')
    .split(/\r?\n\r?\n/)
    .filter((one) => one.trim() !== '')
    .map((one) =>
      one.trim().startsWith('<') ? one : `<p>${e(one).replace(/\r?\n/g, '<br />\n')}</p>`,
    )
    .join('\n');
}

export function homePage(site: Site, posts: readonly Post[]): string {
  const list = posts
    .map(
      (post) =>
        `<article class="post-${post.id}">\n<h2><a href="/?p=${post.id}">${e(post.title)}</a></h2>\n<div class="entry-content">${paragraphs(post.content)}</div>\n<p><time>${e(post.date)}</time></p>\n</article>`,
    )
    .join('\n');
  return sitePage(
    site,
    site.tagline === '' ? site.name : `${site.name} – ${site.tagline}`,
    `<h1>Blog</h1>\n${list === '' ? '<p>Sorry, but nothing was found. Please try a search with different keywords.</p>' : list}`,
  );
}

export function postPage(site: Site, post: Post, comments: readonly Comment[]): string {
  const list = comments
    .map(
      ({ author, date, content }) =>
        `<li><p><cite>${e(author)}</cite> <time>${e(date)}</time></p>\n${paragraphs(content)}</li>`,
    )
    .join('\n');
  const fields =
    site.user === undefined
      ? '<label for="author">Name</label> <input id="author" name="author" type="text" /><br />\n<label for="email">Email</label> <input id="email" name="email" type="email" /><br />\n'
      : `<p>Logged in as ${e(site.user)}.</p>\n`;
  const discussion =
    post.type !== 'post'
      ? ''
      : `<section id="comments"><h2>Comments</h2>\n<ol>${list}</ol>\n<h3>Leave a Reply</h3>
<form action="/wp-comments-post.php" method="post" id="commentform">
<label for="comment">Comment</label><br /><textarea id="comment" name="comment" cols="45" rows="8"></textarea><br />
${fields}<input name="submit" type="submit" id="submit" value="Post Comment" />
<input type="hidden" name="comment_post_ID" value="${post.id}" />
</form></section>`;
  return sitePage(
    site,
    `${post.title} – ${site.name}`,
    `<article>\n<h1>${e(post.title)}</h1>\n<p>Written by ${e(post.author)} <time>${e(post.date)}</time></p>\n<div class="entry-content">${paragraphs(post.content)}</div>\n</article>\n${discussion}`,
  );
}

export function notFoundPage(site: Site): string {
  return sitePage(
    site,
    `Page not found – ${site.name}`,
    '<h1>Page not found</h1>\n<p>The page you are looking for doesn’t exist, or it has been moved. Please try searching using the form below.</p>',
  );
}

export function commentErrorPage(text: string): string {
  return boxPage(
    'Comment Submission Failure',
    '',
    `<p><strong>Error:</strong> ${e(text)}</p>\n<p><a href="javascript:history.back()">&laquo; Back</a></p>`,
  );
}

function adminPage(site: Site, title: string, body: string): string {
  return boxPage(
    `${e(title)} &lsaquo; ${e(site.name)} &#8212; WordPress`,
    e(title),
    `<nav><a href="/wp-admin/">Dashboard</a> | <a href="/wp-admin/edit.php">Posts</a> | <a href="/wp-admin/post-new.php">Add Post</a> | <a href="/">Visit Site</a> | <a href="/wp-login.php?action=logout">Log Out</a></nav>\n${body}`,
  );
}

export function dashboardPage(
  site: Site,
  counts: { readonly posts: number; readonly pages: number; readonly comments: number },
): string {
  return adminPage(
    site,
    'Dashboard',
    `<h2>Welcome to WordPress!</h2>\n<h3>At a Glance</h3>\n<ul><li>${counts.posts} Post${counts.posts === 1 ? '' : 's'}</li><li>${counts.pages} Page${counts.pages === 1 ? '' : 's'}</li><li>${counts.comments} Comment${counts.comments === 1 ? '' : 's'}</li></ul>\n<p>WordPress 6.9.1 running Twenty Twenty-Five theme.</p>`,
  );
}

export function postsPage(site: Site, posts: readonly Post[]): string {
  const rows = posts
    .map(
      (post) =>
        `<tr><td><a href="/wp-admin/post.php?post=${post.id}&amp;action=edit">${e(post.title)}</a></td><td>${e(post.author)}</td><td>${post.comments}</td><td>Published<br />${e(post.date)}</td><td><a href="/wp-admin/post.php?post=${post.id}&amp;action=trash">Trash</a></td></tr>`,
    )
    .join('\n');
  return adminPage(
    site,
    'Posts',
    `<table><tr><th>Title</th><th>Author</th><th>Comments</th><th>Date</th><th></th></tr>\n${rows}\n</table>`,
  );
}

export function editorPage(site: Site, post: Post | undefined): string {
  return adminPage(
    site,
    post ? 'Edit Post' : 'Add Post',
    `<form name="post" action="/wp-admin/post.php" method="post" id="post">
<label for="title">Add title</label><input type="text" name="post_title" id="title" size="30" value="${e(post?.title ?? '')}" />
<label for="content">Content</label><textarea name="content" id="content" rows="12" cols="60">${e(post?.content ?? '')}</textarea>
<p><input type="submit" name="publish" id="publish" class="button" value="${post ? 'Update' : 'Publish'}" /></p>
<input type="hidden" name="post_ID" value="${post?.id ?? 0}" />
<input type="hidden" name="action" value="editpost" />
</form>`,
  );
}
