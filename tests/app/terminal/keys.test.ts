import { expect, test } from 'vitest';
import { controlOf, meaningOf } from '../../../src/app/terminal/keys.ts';

function key(change: Partial<KeyboardEvent>): KeyboardEvent {
  const plain = { key: '', code: '', ctrlKey: false, metaKey: false, altKey: false };
  return { ...plain, shiftKey: false, isComposing: false, keyCode: 0, ...change } as KeyboardEvent;
}

test.each([
  ['Ctrl+C with a selection copies', { code: 'KeyC', ctrlKey: true }, true, 'copy'],
  ['Ctrl+C without one is the terminal’s', { code: 'KeyC', ctrlKey: true }, false, undefined],
  ['Ctrl+Shift+C copies', { code: 'KeyC', ctrlKey: true, shiftKey: true }, false, 'copy'],
  ['Cmd+C copies', { code: 'KeyC', metaKey: true }, false, 'copy'],
  ['Ctrl+V is the browser’s, which pastes', { code: 'KeyV', ctrlKey: true }, false, 'browser'],
  ['F6 leads out', { key: 'F6' }, false, 'browser'],
  [
    'Ctrl+Shift+Up goes to the tabs',
    { code: 'ArrowUp', ctrlKey: true, shiftKey: true },
    false,
    'to-tabs',
  ],
  ['a letter is the terminal’s', { key: 'c', code: 'KeyC' }, true, undefined],
  [
    'a composed syllable is nobody’s',
    { code: 'KeyC', ctrlKey: true, isComposing: true },
    true,
    undefined,
  ],
] as const)('%s', (_name, change, hasSelection, wanted) => {
  expect(meaningOf(key(change), hasSelection)).toBe(wanted);
});

test('a control key means its letter with the Korean layout on, too', () => {
  expect(controlOf(key({ key: 'ㅊ', code: 'KeyC', ctrlKey: true }))).toBe('\x03');
  expect(controlOf(key({ key: 'c', code: 'KeyC', ctrlKey: true }))).toBe(undefined);
  expect(controlOf(key({ key: 'ㅊ', code: 'KeyC' }))).toBe(undefined);
});
