/** `!!`, `!$`, `!n`, `!-n`, `!text`, `!?text?`, `!^`, `!*`, `^old^new^`: history expansion. */
export function expandHistory(
  line: string,
  history: readonly string[],
): { readonly line: string; readonly isChanged: boolean } | { readonly error: string } {
  const quick = /^\^([^^]*)\^([^^]*)\^?$/.exec(line);
  if (quick) {
    const last = history.at(-1);
    if (last === undefined || !last.includes(quick[1] as string))
      return { error: ':s' + line + ': substitution failed' };
    return { line: last.replace(quick[1] as string, () => quick[2] as string), isChanged: true };
  }
  if (!line.includes('!')) return { line, isChanged: false };
  let out = '';
  let isChanged = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '\\') {
      out += c + (line[++i] ?? '');
      continue;
    }
    if (c === "'") {
      const end = line.indexOf("'", i + 1);
      const stop = end < 0 ? line.length : end + 1;
      out += line.slice(i, stop);
      i = stop - 1;
      continue;
    }
    const found =
      c === '!'
        ? /^!(?:(!)|([$^*])|(-?\d+)|\?([^?]*)\??|([A-Za-z0-9_./-][^\s:;&|<>()!"']*))(?::([$^*]|\d+))?/.exec(
            line.slice(i),
          )
        : null;
    if (!found || line[i - 1] === '[') {
      out += c;
      continue;
    }
    const event = eventOf(found, history);
    if (event === undefined) return { error: `${found[0]}: event not found` };
    const word = found[2] ?? found[6];
    out += word === undefined ? event : wordsOf(event, word);
    isChanged = true;
    i += found[0].length - 1;
  }
  return { line: out, isChanged };
}

function eventOf(found: RegExpExecArray, history: readonly string[]): string | undefined {
  const [, bang, word, number, containing, beginning] = found;
  if (bang !== undefined || word !== undefined) return history.at(-1);
  if (number !== undefined)
    return Number(number) < 0 ? history.at(Number(number)) : history[Number(number) - 1];
  for (let i = history.length - 1; i >= 0; i--) {
    const line = history[i] as string;
    if (containing !== undefined ? line.includes(containing) : line.startsWith(beginning as string))
      return line;
  }
  return undefined;
}

function wordsOf(event: string, which: string): string {
  const words = event.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  if (which === '$') return words.at(-1) ?? '';
  if (which === '^') return words[1] ?? '';
  if (which === '*') return words.slice(1).join(' ');
  return words[Number(which)] ?? '';
}
