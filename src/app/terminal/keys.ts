/** What a key means to the page while a terminal has the keyboard; undefined: it is the terminal's. */
export type TerminalKey =
  'copy' | 'browser' | 'mark' | 'to-tabs' | 'next-terminal' | 'previous-terminal';

/** `browser`: left to it and to the page, so that pasting and F6 work. */
export function meaningOf(event: KeyboardEvent, hasSelection: boolean): TerminalKey | undefined {
  // A syllable that is being composed is nobody's key.
  if (event.isComposing || event.keyCode === 229) return undefined;
  if (event.key === 'F6') return 'browser';
  const isCommand = event.ctrlKey || event.metaKey;
  if (!isCommand || event.altKey) return undefined;
  // By place, not by letter: with the Korean layout on, C is ㅊ.
  switch (event.code) {
    case 'KeyC':
      return event.shiftKey || event.metaKey || hasSelection ? 'copy' : undefined;
    case 'KeyV':
      return 'browser';
    case 'KeyM':
      return event.shiftKey ? 'mark' : undefined;
    case 'ArrowUp':
      return event.shiftKey ? 'to-tabs' : undefined;
    case 'ArrowRight':
      return event.shiftKey ? 'next-terminal' : undefined;
    case 'ArrowLeft':
      return event.shiftKey ? 'previous-terminal' : undefined;
    default:
      return undefined;
  }
}

/**
 * The letter of a control key that was pressed with the Korean layout on: the browser says ㅊ, the terminal needs Ctrl+C.
 */
export function controlOf(event: KeyboardEvent): string | undefined {
  if (!event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
  if (!/^Key[A-Z]$/.test(event.code) || /^[a-z]$/i.test(event.key)) return undefined;
  return String.fromCharCode(event.code.charCodeAt(3) - 64);
}
