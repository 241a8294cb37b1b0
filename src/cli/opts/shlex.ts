/**
 * Splits words as a shell would: quotes, backslashes, comments.
 *
 * Real: google/shlex
 */
export function shlex(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (quote === "'") {
      if (char === "'") quote = '';
      else word = (word ?? '') + char;
    } else if (char === '\\') {
      i += 1;
      if (i >= text.length) throw new Error('EOF found after escape character');
      word = (word ?? '') + (text[i] ?? '');
    } else if (quote === '"') {
      if (char === '"') quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) {
      const newline = text.indexOf('\n', i);
      if (newline < 0) break;
      i = newline;
    } else word = (word ?? '') + char;
  }
  if (quote !== '') throw new Error('EOF found when expecting closing quote');
  if (word !== undefined) words.push(word);
  return words;
}
