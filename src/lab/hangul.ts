/**
 * What a line typed with the Korean two-set keyboard still on would have been in Latin letters.
 *
 * Each jamo has its key; composed syllables are taken apart first. `애찯ㄱ ㅜㅐㅇㄷ ㅣㄴ` is `docker node ls`.
 */
const KEYS_OF_JAMO: Readonly<Record<string, string>> = {
  ㄱ: 'r',
  ㄲ: 'R',
  ㄳ: 'rt',
  ㄴ: 's',
  ㄵ: 'sw',
  ㄶ: 'sg',
  ㄷ: 'e',
  ㄸ: 'E',
  ㄹ: 'f',
  ㄺ: 'fr',
  ㄻ: 'fa',
  ㄼ: 'fq',
  ㄽ: 'ft',
  ㄾ: 'fx',
  ㄿ: 'fv',
  ㅀ: 'fg',
  ㅁ: 'a',
  ㅂ: 'q',
  ㅃ: 'Q',
  ㅄ: 'qt',
  ㅅ: 't',
  ㅆ: 'T',
  ㅇ: 'd',
  ㅈ: 'w',
  ㅉ: 'W',
  ㅊ: 'c',
  ㅋ: 'z',
  ㅌ: 'x',
  ㅍ: 'v',
  ㅎ: 'g',
  ㅏ: 'k',
  ㅐ: 'o',
  ㅑ: 'i',
  ㅒ: 'O',
  ㅓ: 'j',
  ㅔ: 'p',
  ㅕ: 'u',
  ㅖ: 'P',
  ㅗ: 'h',
  ㅘ: 'hk',
  ㅙ: 'ho',
  ㅚ: 'hl',
  ㅛ: 'y',
  ㅜ: 'n',
  ㅝ: 'nj',
  ㅞ: 'np',
  ㅟ: 'nl',
  ㅠ: 'b',
  ㅡ: 'm',
  ㅢ: 'ml',
  ㅣ: 'l',
};
const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const VOWELS = [...'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'];
const FINALS = ['', ...'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'];
const HANGUL_BASE = 0xac00;
const HANGUL_LAST = 0xd7a3;

/** Commands whose first word makes a line worth offering. */
const KNOWN =
  /^(docker|docker-compose|curl|ls|cd|cat|clear|echo|ping|watch|grep|ip|hostname|date|exit|sudo|vi|nano|mkdir|rm|cp|mv|ssh)\b/;

/** The keys that were pressed for `text`. */
export function keysOfHangul(text: string): string {
  let keys = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= HANGUL_BASE && code <= HANGUL_LAST) {
      const index = code - HANGUL_BASE;
      const jamo = [
        INITIALS[Math.floor(index / 588)],
        VOWELS[Math.floor((index % 588) / 28)],
        FINALS[index % 28],
      ];
      for (const one of jamo) if (one) keys += KEYS_OF_JAMO[one] ?? one;
    } else keys += KEYS_OF_JAMO[character] ?? character;
  }
  return keys;
}

/** The command that `line` spells on the two-set keyboard; undefined when it has no Hangul or spells none. */
export function commandOfHangul(line: string): string | undefined {
  if (!/[\u3131-\u318e\uac00-\ud7a3]/.test(line)) return undefined;
  const keys = keysOfHangul(line.trim());
  return KNOWN.test(keys) ? keys : undefined;
}
