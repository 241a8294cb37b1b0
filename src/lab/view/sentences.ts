import type { TraceEntry } from '../../sim/index.ts';
import type { Names } from './names.ts';
import type { TimelineEvent } from './types.ts';

type Sentence = {
  readonly lane: TimelineEvent['lane'];
  readonly text: string;
  readonly machine?: string;
};

const FAULTS: Readonly<Record<string, string>> = {
  crash: '전원을 껐어요',
  stop: 'Docker를 멈췄어요',
  restart: '다시 켰어요',
  partition: '네트워크 케이블을 뽑았어요',
  heal: '네트워크 케이블을 다시 꽂았어요',
  cut: '사이의 연결을 끊었어요',
  mend: '사이의 연결을 되돌렸어요',
  slow: '사이의 연결을 느리게 했어요',
};

const NODE_STATES: Readonly<Record<string, string>> = {
  ready: 'Ready',
  down: 'Down',
  unknown: 'Unknown',
  disconnected: 'Disconnected',
};

/** What a trace entry says to a person, in Korean; undefined for what is not worth a sentence. */
export function sentenceOf(entry: TraceEntry, names: Names): Sentence | undefined {
  const data = entry.data;
  const text = (key: string): string => plainText(data[key]);
  const machine =
    text('machine') || text('hostname') || (text('nodeID') && names.node(text('nodeID')));
  const service = text('serviceID') ? names.service(text('serviceID')) : text('service');
  const slot = Number(data['slot'] ?? 0);
  const named = slot > 0 ? `${service}.${slot}` : service;
  const task = slot === 0 && text('taskID') ? names.task(text('taskID')) : named;
  switch (entry.kind) {
    case 'shell.command':
      return { lane: 'command', machine, text: text('line') };
    case 'browser.page':
      return { lane: 'command', text: `브라우저 ${text('url')}` };
    case 'input.fault':
      return { lane: 'fault', machine, text: faultText(machine, text('type'), text('other')) };
    case 'raft.leader':
      return {
        lane: 'raft',
        machine,
        text: `${withSubject(machine)} 임기 ${text('term')}의 리더가 됐어요`,
      };
    case 'raft.candidate':
      return {
        lane: 'raft',
        machine,
        text: `${withSubject(machine)} 임기 ${text('term')} 선거를 시작했어요`,
      };
    case 'raft.stepdown':
      return { lane: 'raft', machine, text: `${withSubject(machine)} 리더에서 물러났어요` };
    case 'node.state':
      return {
        lane: 'node',
        machine,
        text: `${machine} 노드가 ${NODE_STATES[text('state')] ?? text('state')} 상태가 됐어요`,
      };
    case 'task.state':
      return taskSentence(task, text('state'), machine, text('error'));
    case 'orchestrator.task_created':
      return { lane: 'task', text: `오케스트레이터가 ${task}의 새 태스크를 만들었어요` };
    case 'task.assigned':
      return {
        lane: 'task',
        machine,
        text: `스케줄러가 ${task} 태스크의 노드를 ${withTo(machine)} 정했어요`,
      };
    case 'update.started':
      return { lane: 'task', text: `${service} 서비스의 롤링 업데이트를 시작했어요` };
    case 'update.paused':
      return { lane: 'task', text: `${service} 서비스의 업데이트가 멈췄어요` };
    case 'update.completed':
      return { lane: 'task', text: `${service} 서비스의 업데이트가 끝났어요` };
    case 'update.rolled_back':
      return { lane: 'task', text: `${service} 서비스를 이전 버전으로 되돌리기 시작했어요` };
    default:
      return undefined;
  }
}

function faultText(machine: string, type: string, other: string): string {
  const what = FAULTS[type] ?? type;
  return other
    ? `${machine}와 ${other} ${what}`
    : `${machine}의 ${what}`.replace(/의 다시 켰어요$/, '의 전원을 다시 켰어요');
}

function taskSentence(
  name: string,
  state: string,
  machine: string,
  error: string,
): Sentence | undefined {
  if (state === 'running')
    return { lane: 'task', machine, text: `${name} 태스크가 Running이 됐어요` };
  if (state === 'failed' || state === 'rejected')
    return {
      lane: 'task',
      machine,
      text: `${name} 태스크가 실패했어요${error ? `: ${error}` : ''}`,
    };
  if (state === 'shutdown' || state === 'complete')
    return { lane: 'task', machine, text: `${name} 태스크가 끝났어요` };
  return undefined;
}

/** The particle 이 or 가. Latin names and digits go by how they are read. */
export function withSubject(word: string): string {
  return `${word}${endsInConsonant(word) ? '이' : '가'}`;
}

/** The particle 로 or 으로. */
export function withTo(word: string): string {
  return `${word}${endsInConsonant(word) && !endsInL(word) ? '으로' : '로'}`;
}

/** Whether a word's last sound, read in Korean, has a final consonant. */
export function endsInConsonant(word: string): boolean {
  const last = word.at(-1) ?? '';
  const code = last.charCodeAt(0);
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28 > 0;
  if (/\d/.test(last)) return '013678'.includes(last);
  return /[lmnLMN]/.test(last);
}

function endsInL(word: string): boolean {
  const last = word.at(-1) ?? '';
  const code = last.charCodeAt(0);
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28 === 8;
  return '178lL'.includes(last);
}

/** What the diary holds as text or number; '' for anything else. */
export function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
