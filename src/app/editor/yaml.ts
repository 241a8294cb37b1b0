import { LineCounter, parseAllDocuments, type ErrorCode } from 'yaml';

export interface YamlProblem {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly isError: boolean;
  readonly message: string;
}

/** What is wrong, said for people who write stack files. A code that is not here keeps the parser's own words. */
const SAID: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_INDENT: '들여쓰기가 맞지 않아요. 같은 단계의 줄은 같은 칸에서 시작해야 해요.',
  TAB_AS_INDENT: '들여쓰기에 탭을 쓸 수 없어요. 공백으로 바꿔 주세요.',
  DUPLICATE_KEY: '같은 이름이 두 번 나와요. 하나만 남겨 주세요.',
  MISSING_CHAR: '기호가 빠졌어요. 콜론(:) 뒤의 공백이나 닫는 괄호, 따옴표를 확인해 주세요.',
  UNEXPECTED_TOKEN: '여기에 올 수 없는 글자예요. 앞줄의 콜론과 따옴표를 확인해 주세요.',
  BAD_SCALAR_START: '이 글자로는 값을 시작할 수 없어요. 따옴표로 감싸 주세요.',
  BLOCK_AS_IMPLICIT_KEY: '한 줄에 콜론이 두 번 나와요. 값에 콜론이 있으면 따옴표로 감싸 주세요.',
  MULTILINE_IMPLICIT_KEY: '이름 뒤에 콜론(:)이 빠졌어요.',
  BAD_ALIAS: '그런 이름의 앵커(&)가 없어요.',
  BAD_DQ_ESCAPE: '큰따옴표 안에서 \\ 뒤에 올 수 없는 글자예요. 작은따옴표를 쓰면 그대로 읽어요.',
  NON_STRING_KEY: '이름은 글자여야 해요.',
};

/** The problems of a YAML text, in order. */
export function yamlProblems(text: string): readonly YamlProblem[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((problem) => {
      const from = lines.linePos(problem.pos[0]);
      const to = lines.linePos(Math.max(problem.pos[1], problem.pos[0] + 1));
      return {
        line: from.line,
        column: from.col,
        endLine: to.line,
        endColumn: to.col,
        isError: problem.name === 'YAMLParseError',
        message: SAID[problem.code] ?? problem.message,
      };
    }),
  );
}
