/** Sentences of the lab with commands in `backticks`: cut into what is read and what is code. */

export interface Piece {
  readonly text: string;
  readonly isCode: boolean;
}

export function piecesOf(sentence: string): readonly Piece[] {
  return sentence
    .split('`')
    .map((text, index) => ({
      text: index % 2 === 1 ? shortened(text) : text,
      isCode: index % 2 === 1,
    }))
    .filter(({ text }) => text !== '');
}

/** A join token says nothing here but that it is one. */
function shortened(command: string): string {
  return command.replace(/(SWMTKN-1-\w{4})\S+/g, '$1…');
}
