/**
 * Makes a `Lesson` of the text of `lessons/NN-id/lesson.md`: front matter, then one `##` section a step with one
 * fenced block of `yaml` in it. Pure and synchronous; what is wrong is collected with file and line, and only a text
 * without problems gives a lesson. Nothing in a lesson can run: expressions go through `checks`, prose is a tree.
 */
import { compile, templateParts } from '../checks/index.ts';
import type { Condition } from '../checks/index.ts';
import { readActions } from './actions.ts';
import { parseInline, parseProse } from './prose.ts';
import { Reader } from './schema.ts';
import type {
  Action,
  Attempt,
  Lesson,
  LessonStep,
  LessonSummary,
  Prediction,
  Problem,
} from './types.ts';

const TEXT_MAX = 200_000;
const HINTS = 3;

const FRONT_KEYS = [
  'title',
  'topic',
  'objective',
  'commands',
  'minutes',
  'template',
  'machines',
  'start',
  'rows',
  'sources',
  'lecturer',
] as const;
const STEP_KEYS = ['predict', 'run', 'check', 'hints', 'solution', 'wrong', 'lecturer'] as const;

export interface ParsedLesson {
  readonly lesson?: Lesson;
  readonly problems: readonly Problem[];
}

export function parseLesson(path: string, text: string): ParsedLesson {
  const problems: Problem[] = [];
  if (text.length > TEXT_MAX) {
    return {
      problems: [{ file: path, line: 1, message: `longer than ${String(TEXT_MAX)} characters` }],
    };
  }
  const lesson = new LessonParser(path, text, problems).parse();
  return problems.length === 0 && lesson !== null ? { lesson, problems } : { problems };
}

interface Section {
  readonly title: string;
  /** Line of the `##`, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

class LessonParser {
  private readonly file: string;
  private readonly lines: readonly string[];
  private readonly problems: Problem[];
  private machines: readonly string[] = [];

  constructor(file: string, text: string, problems: Problem[]) {
    this.file = file;
    this.lines = text.replaceAll('\r\n', '\n').split('\n');
    this.problems = problems;
  }

  parse(): Lesson | null {
    const id = this.readId();
    const end = this.lines.indexOf('---', 1);
    if (this.lines[0] !== '---' || end < 0) {
      this.complain(1, 'front matter between two lines of --- was expected');
      return null;
    }
    const front = this.yaml(this.lines.slice(1, end), 2);
    if (front === null) return null;
    const head = this.readFront(front);
    const sections = this.sections(end + 1);
    const steps = sections
      .map((section, index) => this.readStep(section, index + 1))
      .filter((step) => step !== null);
    if (sections.length === 0) this.complain(end + 1, 'a lesson needs at least one step (## …)');
    return { id, number: Number.parseInt(id, 10), ...head, steps };
  }

  private complain(line: number, message: string): void {
    this.problems.push({ file: this.file, line, message });
  }

  private yaml(lines: readonly string[], firstLine: number): Reader | null {
    return Reader.of(lines.join('\n'), { file: this.file, firstLine, problems: this.problems });
  }

  /** The folder's name is the lesson's id: `lessons/14-swarm-init/lesson.md`. */
  private readId(): string {
    const folder = this.file.split('/').at(-2) ?? '';
    if (!/^\d{2}-[a-z0-9-]+$/.test(folder))
      this.complain(1, 'the folder must be called like 14-swarm-init');
    return folder;
  }

  private readFront(front: Reader): Omit<Lesson, 'id' | 'number' | 'steps'> {
    const required = ['title', 'topic', 'objective', 'template', 'machines', 'sources'] as const;
    const fields = front.fields(FRONT_KEYS, required);
    this.machines = fields.machines.textList();
    return {
      title: fields.title.text(),
      topic: fields.topic.text(),
      objective: fields.objective.text(),
      commands: fields.commands.textList(),
      minutes: fields.minutes.integer(15),
      template: this.readTemplate(fields.template),
      machines: this.machines,
      start: readActions(fields.start, this.machines),
      rows: fields.rows.textList(),
      sources: fields.sources.list((item) => {
        const source = item.fields(['title', 'url'], ['title']);
        const url = source.url.text();
        if (url !== '' && !/^https?:\/\//.test(url))
          source.url.complain('an http(s) address was expected');
        return { title: source.title.text(), url };
      }),
      lecturer: parseProse(fields.lecturer.text()),
    };
  }

  /** `local` is one machine, the learner's own; `vms` has the machines that are named. */
  private readTemplate(field: Reader): string {
    const template = field.oneOf(['vms', 'local'], 'vms');
    if (template === 'local' && this.machines.join() !== 'local')
      field.complain('the template local has one machine: local');
    return template;
  }

  private sections(from: number): Section[] {
    const sections: { title: string; line: number; lines: string[] }[] = [];
    let fenced = false;
    for (const [index, line] of this.lines.entries()) {
      if (index < from) continue;
      if (line.startsWith('```')) fenced = !fenced;
      if (!fenced && line.startsWith('## ')) {
        sections.push({ title: line.slice(3).trim(), line: index + 1, lines: [] });
        continue;
      }
      const open = sections[sections.length - 1];
      if (open !== undefined) open.lines.push(line);
      else if (line.trim() !== '') this.complain(index + 1, 'text before the first step (## …)');
    }
    return sections;
  }

  private readStep(section: Section, number: number): LessonStep | null {
    const open = section.lines.findIndex((line) => line.trim() === '```yaml');
    const close = section.lines.indexOf('```', open + 1);
    if (open < 0 || close < 0) {
      this.complain(section.line, 'a step needs one block ```yaml … ```');
      return null;
    }
    const after = section.lines.slice(close + 1);
    if (after.some((line) => line.trim() === '```yaml'))
      this.complain(section.line, 'a step has one yaml block');
    const prose = parseProse(section.lines.slice(0, open).join('\n'));
    if (prose.length === 0) this.complain(section.line, 'a step needs prose before its yaml block');
    const block = this.yaml(section.lines.slice(open + 1, close), section.line + open + 2);
    if (block === null) return null;
    const why = parseProse(after.join('\n'));
    return { number, title: section.title, prose, why, ...this.readBlock(block) };
  }

  private readBlock(block: Reader): Omit<LessonStep, 'number' | 'title' | 'prose' | 'why'> {
    const fields = block.fields(STEP_KEYS, ['run', 'check', 'hints', 'solution', 'wrong']);
    const hints = fields.hints.list((item) => parseInline(item.text()));
    if (hints.length !== HINTS)
      fields.hints.complain('three hints were expected, each saying more');
    const solution = this.actions(fields.solution);
    if (solution.some((action) => action.kind === 'typed')) {
      fields.solution.complain('a solution cannot hold "type": nobody fills the gap');
    }
    const wrong = fields.wrong.list((item) => this.readAttempt(item));
    if (wrong.length === 0) fields.wrong.complain('at least one wrong attempt was expected');
    return {
      predict: fields.predict.isAbsent ? null : this.readPrediction(fields.predict),
      run: this.actions(fields.run),
      check: this.readConditions(fields.check),
      hints,
      solution,
      wrong,
      lecturer: parseProse(fields.lecturer.text()),
    };
  }

  private actions(reader: Reader): Action[] {
    return readActions(reader, this.machines);
  }

  private readAttempt(reader: Reader): Attempt {
    const fields = reader.fields(['say', 'do'], ['say', 'do']);
    return { say: fields.say.text(), actions: this.actions(fields.do) };
  }

  private readPrediction(reader: Reader): Prediction {
    const known = ['question', 'choices', 'answer', 'answerIs', 'because'] as const;
    const fields = reader.fields(known, ['question', 'choices', 'answer', 'because']);
    const choices = fields.choices.textList();
    const answer = fields.answer.text();
    if (choices.length < 2) fields.choices.complain('at least two choices were expected');
    if (!choices.includes(answer))
      fields.answer.complain('the answer must be one of the choices, letter by letter');
    const answerIs = fields.answerIs.text();
    if (answerIs !== '') compileHere(fields.answerIs, answerIs);
    const question = parseInline(fields.question.text());
    return { question, choices, answer, answerIs, because: parseInline(fields.because.text()) };
  }

  private readConditions(reader: Reader): Condition[] {
    const conditions = reader.list((item) => {
      const fields = item.fields(['that', 'say', 'wanted', 'is'], ['that', 'say']);
      const that = fields.that.text();
      compileHere(fields.that, that);
      return {
        that,
        say: readTemplate(fields.say),
        wanted: readTemplate(fields.wanted),
        is: readTemplate(fields.is),
      };
    });
    if (conditions.length === 0) reader.complain('at least one condition was expected');
    return conditions;
  }
}

function readTemplate(reader: Reader): string {
  const template = reader.text();
  for (const part of templateParts(template)) {
    if ('expression' in part) compileHere(reader, part.expression);
  }
  return template;
}

function compileHere(reader: Reader, expression: string): void {
  const compiled = compile(expression);
  if ('error' in compiled) reader.complain(`${expression}: ${compiled.error}`);
}

export function summarise(lesson: Lesson): LessonSummary {
  const { id, number, title, topic, objective, commands, minutes, template, machines } = lesson;
  const steps = lesson.steps.map((step) => step.title);
  return { id, number, title, topic, objective, commands, minutes, template, machines, steps };
}
