import { basename, dayName, monthName } from './sys.ts';
import { strftime } from './builtins/printf.ts';
import type { Shell } from './run/shell.ts';

/** The default `PS1`: as Debian's bash, dash and Alpine's ash have it. */
export function defaultPrompt(shell: Shell): string {
  if (shell.dialect === 'ash') return '\\w \\$ ';
  if (shell.dialect === 'dash') return '\\$ ';
  return '\\u@\\h:\\w\\$ ';
}

/** A prompt with its backslash escapes expanded; `\[` and `\]` enclose what takes no room. */
export function expandPrompt(shell: Shell, template: string): string {
  const home = shell.get('HOME') ?? '';
  const { cwd, process } = shell;
  const short =
    home !== '' && home !== '/' && (cwd === home || cwd.startsWith(`${home}/`))
      ? `~${cwd.slice(home.length)}`
      : cwd;
  const { unixMs } = process.kernel.world;
  return template.replace(/\\(\d{3}|[\s\S])/g, (all, escape: string) => {
    switch (escape) {
      case 'u':
        return process.user.name;
      case 'h':
        return process.namespace.hostname.split('.')[0] ?? '';
      case 'H':
        return process.namespace.hostname;
      case 'w':
        return short;
      case 'W':
        return short === '~' ? '~' : basename(cwd);
      case '$':
        return process.user.uid === 0 ? '#' : '$';
      case 'd':
        return `${dayName(shell.clock)} ${monthName(shell.clock)} ${String(shell.clock.day).padStart(2, '0')}`;
      case 't':
        return strftime('%H:%M:%S', unixMs);
      case 'A':
        return strftime('%H:%M', unixMs);
      case 'T':
        return strftime('%I:%M:%S', unixMs);
      case 's':
        return shell.dialect;
      case 'j':
        return String(shell.jobs.all.length);
      case '!':
      case '#':
        return String(shell.history.length + 1);
      case 'n':
        return '\n';
      case 'e':
        return '\u001b';
      case 'a':
        return '\u0007';
      case '\\':
        return '\\';
      case '[':
      case ']':
        return '';
      default:
        return /^\d/.test(escape) ? String.fromCharCode(parseInt(escape, 8)) : all;
    }
  });
}
