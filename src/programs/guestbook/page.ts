/**
 * The guestbook's page.
 *
 * Real: nodejs-guestbook views/home.pug, new.pug, list.pug; written afresh, without styles from other hosts.
 */
export interface Entry {
  readonly name: string;
  readonly body: string;
  readonly timeAgo: string;
}

export function guestbookPage(entries: readonly Entry[]): string {
  const list =
    entries.length === 0
      ? '<p class="empty">No messages are logged to the guestbook yet.</p>'
      : entries
          .map(
            ({ name, body, timeAgo }) =>
              `<div class="card"><h5>${escaped(name)} <small>${escaped(timeAgo)}</small></h5><p>${escaped(body)}</p></div>`,
          )
          .join('\n');
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>Guestbook</title>
<link rel="stylesheet" href="css/style.css">
</head>
<body>
<div class="header"><h1><a href="/">My Guestbook</a></h1></div>
<div class="posts">
<form action="/post" method="POST">
<label for="name">Your Name</label>
<input id="name" name="name" type="text" placeholder="Your Name" required>
<label for="message">Message</label>
<textarea id="message" name="message" placeholder="Message" required></textarea>
<button type="submit">Post to Guestbook</button>
</form>
${list}
</div>
</body>
</html>
`;
}

export const STYLE = `body { font-family: Roboto, sans-serif; margin: 0; background: #f5f5f5; }
.header { background: #4285f4; padding: 12px 24px; }
.header a { color: #fff; text-decoration: none; }
.posts { max-width: 640px; margin: 24px auto; padding: 0 16px; }
.posts form { display: grid; gap: 8px; margin-bottom: 24px; }
.posts input, .posts textarea { padding: 8px; border: 1px solid #ccc; border-radius: 4px; font: inherit; }
.posts button { padding: 8px 16px; border: 0; border-radius: 4px; background: #4285f4; color: #fff; font: inherit; justify-self: start; }
.card { background: #fff; border: 1px solid #ddd; border-radius: 4px; padding: 12px 16px; margin-bottom: 12px; }
.card h5 { margin: 0 0 6px; font-size: 15px; }
.card small { color: #777; font-weight: normal; }
.card p { margin: 0; }
`;

export function escaped(words: string): string {
  return words
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** `a few seconds ago`, as moment.js says it. */
export function timeAgo(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  const hours = Math.round(minutes / 60);
  const days = Math.round(hours / 24);
  if (seconds < 45) return 'a few seconds ago';
  if (seconds < 90) return 'a minute ago';
  if (minutes < 45) return `${minutes} minutes ago`;
  if (minutes < 90) return 'an hour ago';
  if (hours < 22) return `${hours} hours ago`;
  if (hours < 36) return 'a day ago';
  return `${days} days ago`;
}
