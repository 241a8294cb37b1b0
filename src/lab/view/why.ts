import type { TraceEntry } from '../../sim/index.ts';
import type { Lab } from '../lab.ts';
import { leaderOf } from './build.ts';
import { Names } from './names.ts';
import { endsInConsonant, plainText, sentenceOf, withSubject, withTo } from './sentences.ts';
import type { WhyView } from './types.ts';

type Subject = { readonly kind: 'task' | 'node' | 'service' | 'raft'; readonly id: string };
type Cause = WhyView['causes'][number];

/** Why something is as it is, from the trace: its causes, first cause first. */
export function why(lab: Lab, subject: Subject): WhyView | undefined {
  const names = new Names(lab);
  switch (subject.kind) {
    case 'task':
      return whyTask(lab, subject.id, names);
    case 'node':
      return whyNode(lab, subject.id, names);
    case 'service':
      return whyService(lab, subject.id, names);
    case 'raft':
      return whyLeader(lab);
  }
}

function whyTask(lab: Lab, id: string, names: Names): WhyView | undefined {
  const task = leaderOf(lab)?.engine.cluster.storeView()?.get('task', id);
  if (!task) return undefined;
  const service = names.service(task.ServiceID);
  const name = task.Slot > 0 ? `${service}.${task.Slot}` : service;
  const created = find(lab, 'orchestrator.task_created', 'taskID', id);
  const assigned = find(lab, 'task.assigned', 'taskID', id);
  const node = task.NodeID ? names.node(task.NodeID) : '';
  const causes = dedupe([
    ...rootCauses(lab, created, names),
    ...(created ? [cause(created, createdText(created, name))] : []),
    ...(assigned ? [cause(assigned, assignedText(assigned, node))] : []),
    ...(task.Status.Err
      ? [{ atMs: lab.nowMs, text: `지금 상태: ${task.Status.State}, ${task.Status.Err}` }]
      : []),
  ]);
  return {
    title: node
      ? `왜 ${name}${endsInConsonant(name) ? '이' : '가'} ${node}에 있나요?`
      : `왜 ${name}의 노드가 아직 없나요?`,
    causes,
    ...(assigned ? { candidates: candidatesOf(assigned, task.NodeID, names) } : {}),
    command: `docker service ps ${service}`,
  };
}

function createdText(entry: TraceEntry, name: string): string {
  const reason = plainText(entry.data['reason']);
  if (/restart/i.test(reason)) return `재시작 감독자가 ${name} 슬롯을 채울 새 태스크를 만들었어요`;
  if (/update/i.test(reason)) return `업데이터가 ${name} 슬롯에 새 버전의 태스크를 만들었어요`;
  if (/global/i.test(reason))
    return `글로벌 오케스트레이터가 이 노드에 ${name} 태스크를 만들었어요`;
  return `오케스트레이터가 원하는 수에 맞추려고 ${name} 태스크를 만들었어요`;
}

function assignedText(entry: TraceEntry, node: string): string {
  if (decisionOf(entry).ranking.length < 2)
    return `스케줄러가 태스크의 노드를 ${withTo(node)} 정했어요`;
  return `스케줄러가 남은 노드 가운데 이 서비스의 태스크가 가장 적고, 같으면 전체 태스크가 가장 적은 ${node}${endsInConsonant(node) ? '을' : '를'} 골랐어요`;
}

function candidatesOf(
  entry: TraceEntry,
  chosen: string,
  names: Names,
): NonNullable<WhyView['candidates']> {
  const { ranking, filteredOut } = decisionOf(entry);
  return [
    ...ranking.map(([id, own, all]) => ({
      node: names.node(id),
      text: `이 서비스 ${own}개, 모든 서비스 ${all}개`,
      isChosen: id === chosen,
      isExcluded: false,
    })),
    ...filteredOut.map(([id, reason]) => ({
      node: names.node(id),
      text: `제외: ${refusalText(reason)}`,
      isChosen: false,
      isExcluded: true,
    })),
  ];
}

interface Decision {
  /** Node ID, tasks of the service there, tasks there in all; best first. */
  readonly ranking: readonly (readonly [string, number, number])[];
  /** Node ID and the scheduler's own reason. */
  readonly filteredOut: readonly (readonly [string, string])[];
}

/** What the scheduler wrote beside `task.assigned`. */
function decisionOf(entry: TraceEntry): Decision {
  return (entry.data['why'] as Decision | undefined) ?? { ranking: [], filteredOut: [] };
}

const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/not available/, 'Ready와 Active가 아니에요'],
  [/insufficient resources/, '예약할 자원이 모자라요'],
  [/missing plugin/, '필요한 플러그인이 없어요'],
  [/constraints/, '배치 제약에 맞지 않아요'],
  [/unsupported platform/, '이미지가 지원하지 않는 플랫폼이에요'],
  [/host-mode port/, '호스트 포트를 이미 쓰고 있어요'],
  [/max replicas/, '노드당 최대 레플리카 수를 채웠어요'],
];

function refusalText(reason: string): string {
  return REFUSALS.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}

function whyNode(lab: Lab, id: string, names: Names): WhyView | undefined {
  const node = leaderOf(lab)?.engine.cluster.storeView()?.get('node', id);
  if (!node) return undefined;
  const changed = find(lab, 'node.state', 'nodeID', id);
  const name = names.node(id);
  const reason = /heartbeat failure/.test(node.Status.Message ?? '')
    ? '하트비트가 끊긴 채 세 주기(약 15초)가 지나서 디스패처가 Down으로 표시했어요'
    : node.Status.State === 'ready'
      ? '노드의 에이전트가 디스패처와 세션을 맺고 5초마다 하트비트를 보내요'
      : node.Status.Message || '';
  return {
    title: `왜 ${withSubject(name)} ${capital(node.Status.State)}인가요?`,
    causes: dedupe([
      ...(changed ? rootCauses(lab, changed, names) : []),
      { atMs: changed?.atMs ?? lab.nowMs, text: reason },
    ]),
    command: 'docker node ls',
  };
}

function whyService(lab: Lab, id: string, names: Names): WhyView | undefined {
  const name = names.service(id);
  const last = lab.world.trace.findLast((entry) => entry.data['serviceID'] === id);
  return {
    title: `${name} 서비스에 무슨 일이 있었나요?`,
    causes: last ? rootCauses(lab, last, names) : [],
    command: `docker service inspect --pretty ${name}`,
  };
}

function whyLeader(lab: Lab): WhyView | undefined {
  const leader = leaderOf(lab);
  const entry = lab.world.trace.findLast((one) => one.kind === 'raft.leader');
  if (!leader || !entry) return undefined;
  const term = plainText(entry.data['term']);
  const votes = lab.world.trace.findLast(
    (one) => one.kind === 'raft.candidate' && one.data['term'] === entry.data['term'],
  );
  return {
    title: `왜 ${withSubject(leader.machine.name)} 리더인가요?`,
    causes: [
      ...(votes ? [cause(votes, `선거 타이머가 먼저 끝나서 임기 ${term}의 후보로 나섰어요`)] : []),
      cause(entry, `매니저 과반의 표를 얻어 임기 ${term}의 리더가 됐어요`),
    ],
    command: 'docker node ls',
  };
}

/** The chain behind an entry, as far as it can be told: the command that was typed, the fault, the node's state. */
function rootCauses(lab: Lab, entry: TraceEntry | undefined, names: Names): readonly Cause[] {
  if (!entry) return [];
  const chain = [...lab.world.trace.causes(entry.id)].reverse();
  const out: Cause[] = [];
  for (const one of chain) {
    if (one.kind.startsWith('input.')) {
      const command = lab.world.trace
        .since(one.id)
        .find((next) => next.kind === 'shell.command' && next.cause === one.id);
      if (command)
        out.push(
          cause(
            command,
            `${String(command.data['machine'])}에서 \`${String(command.data['line'])}\` 명령을 실행했어요`,
          ),
        );
    }
    if (one.id === entry.id && one.kind === 'orchestrator.task_created') continue;
    const sentence = one.kind === 'shell.command' ? undefined : sentenceOf(one, names);
    if (sentence) out.push(cause(one, sentence.text));
  }
  return out.slice(-5);
}

function find(lab: Lab, kind: string, key: string, id: string): TraceEntry | undefined {
  return lab.world.trace.findLast((entry) => entry.kind === kind && entry.data[key] === id);
}

function cause(entry: TraceEntry, text: string): Cause {
  return { atMs: entry.atMs, text };
}

function dedupe(causes: readonly Cause[]): readonly Cause[] {
  return causes.filter((one, i) => causes.findIndex((other) => other.text === one.text) === i);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
