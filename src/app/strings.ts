/**
 * Everything the page says, in one place. 해요체; what is the case, then what to do. What Docker prints stays as it is.
 */

/** `14과`: lessons are called by the number of the curriculum. */
function lessonNumber(id: string): string {
  return `${Number.parseInt(id, 10)}과`;
}

/** `0:00:09` of virtual time, with tenths. */
export function clock(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const two = (n: number): string => String(n).padStart(2, '0');
  const seconds = Math.floor(tenths / 10);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${tenths % 10}`;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}초`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)}분${rest > 0 ? ` ${rest}초` : ''}`;
}

export const strings = {
  brand: '스웜 실습실',
  toContent: '본문으로 건너뛰기',
  nav: {
    label: '실습실',
    lessons: '레슨',
    free: '자유 실습',
    bigger: '큰 글씨',
    smaller: '보통 글씨',
    toDark: '어둡게',
    toLight: '밝게',
    help: '단축키',
    where: '지금 있는 곳',
  },
  front: {
    title: '서버가 꺼져도 서비스는 계속돼요',
    lead: '이 페이지 안에서 서버 세 대의 Docker Swarm이 진짜처럼 돌고 있어요. 한 대를 꺼 보세요.',
    crash: 'worker1의 전원을 꺼 보기',
    preparing: '클러스터를 준비하고 있어요',
    story: {
      running: (n: number) => `지금 web 서비스의 태스크 ${n}개가 실행 중이에요.`,
      off: 'worker1의 전원이 나갔어요. 매니저는 아직 몰라요. 하트비트가 끊긴 걸 알아채기까지 15초쯤 걸려요.',
      down: '매니저가 worker1을 Down으로 표시했어요. 잃어버린 태스크를 다른 서버에 새로 만드는 중이에요.',
      healed: (n: number) =>
        `다시 ${n}개가 모두 실행 중이에요. 아무도 시키지 않았는데 스웜이 고쳤어요.`,
      what: '방금 일어난 일',
      faster: '빨리 보기',
      again: '다시 해 보기',
    },
    invite: '직접 만들어 볼까요?',
    inviteAction: (id: string, title: string) => `${lessonNumber(id)}: ${title}`,
    goOn: (id: string, step: number) => `이어서 하기: ${lessonNumber(id)} ${step + 1}단계`,
    links: '다른 곳으로',
    lessons: '레슨 목록',
    free: '자유 실습',
  },
  lessons: {
    title: '레슨 목록',
    lead: '컨테이너 하나에서 시작해, 스스로 고치는 클러스터까지 차례로 만들어 봐요. 어느 레슨이든 준비된 상태에서 시작하니 골라서 해도 괜찮아요.',
    minutes: (n: number) => `${n}분쯤`,
    steps: (n: number) => `${n}단계`,
    done: (n: number, of: number) =>
      n === of ? '모두 마쳤어요' : `${of}단계 중 ${n}단계를 마쳤어요`,
    notBegun: '아직 시작하지 않았어요',
    commands: '배우는 명령',
    start: '시작하기',
    goOn: (step: number) => `${step + 1}단계부터 이어서 하기`,
    again: '처음부터 다시 하기',
  },
  free: {
    title: '자유 실습',
    lead: '서버 수를 고르면 아무것도 설정하지 않은 새 서버들이 켜져요. 스웜을 만드는 것부터 마음대로 해 봐요.',
    managers: '매니저로 쓸 서버',
    managersHint: '장애를 견디려면 홀수가 좋아요. 3대는 1대, 5대는 2대까지 잃어도 괜찮아요.',
    workers: '워커로 쓸 서버',
    count: (n: number) => `${n}대`,
    start: (managers: number, workers: number) => `서버 ${managers + workers}대로 시작하기`,
    goOn: (managers: number, workers: number) =>
      `하던 실습: 매니저 ${managers}대, 워커 ${workers}대`,
    crumb: (managers: number, workers: number) => `매니저 ${managers}대, 워커 ${workers}대`,
    saved: '하던 실습 이어서 하기',
    fresh: '새로 시작하기',
  },
  unknown: {
    title: '여기에는 아무것도 없어요',
    lead: (address: string) =>
      `${address} 주소에는 레슨도 실습도 없어요. 주소를 다시 확인하거나 목록에서 골라 주세요.`,
    missingLesson: '그런 레슨이나 단계는 없어요. 목록에서 골라 주세요.',
  },
  lesson: {
    label: '레슨',
    eyebrow: (topic: string, step: number, of: number) => `${topic} · ${step}/${of}단계`,
    stepOf: (step: number) => `${step}단계`,
    stepDone: '마친 단계',
    stepNext: '다음 단계',
    stepCurrent: '지금 단계',
    others: '다른 단계',
    goThere: '이 단계에서 다시 시작하기',
    predictTitle: '먼저 예상해 봐요.',
    mine: (choice: string) => `내 예상: ${choice}`,
    skipPrediction: '예상은 건너뛸게요',
    skipped: '예상은 건너뛰었어요.',
    locked: '예상을 고르면 실행할 수 있어요.',
    asExpected: '예상대로예요.',
    otherwise: (answer: string) => `예상과 달라요. ‘${answer}’였어요.`,
    answerWas: (answer: string) => `답은 ‘${answer}’였어요.`,
    runOn: (machine: string) => `${machine}에서 실행`,
    typeOn: (machine: string) => `${machine}에서 입력`,
    runLabel: (command: string, machine: string) => `${machine}에서 ${command} 실행`,
    ran: '실행했어요',
    gap: '직접 채울 곳',
    write: (path: string, machine: string) => `${machine}에 ${path} 저장`,
    waitFor: (text: string) => `${text} 기다리기`,
    copy: '복사',
    copied: '복사했어요',
    why: '왜 그럴까요?',
    hint: '힌트',
    hintOf: (n: number) => `힌트 ${n}/3`,
    moreHint: '조금 더 알려 주세요',
    solution: '풀이 실행하기',
    solutionLead: '풀이를 그대로 실행해서 보여 줄 수도 있어요.',
    playing: '풀이를 실행하고 있어요…',
    undo: '되돌리기',
    undoTitle: '마지막 명령 되돌리기',
    restart: '이 단계 처음부터',
    restartShort: '처음부터',
    next: '다음',
    nextTitle: '다음 단계로',
    finish: '레슨 마치기',
    nextLesson: (id: string) => `${lessonNumber(id)}로 가기`,
    conditions: (ok: number, of: number) => `조건 ${of}개 중 ${ok}개를 채웠어요`,
    allDone: '이 단계를 마쳤어요',
    lessonDone: '레슨을 마쳤어요',
    wasDone: '이 단계는 전에 마쳤어요',
    wanted: '필요한 것',
    more: '모두 자세히',
    less: '간단히',
    met: '채웠어요',
    unmet: '아직이에요',
    faults: {
      crash: (machine: string) => `${machine}의 전원 끄기`,
      restart: (machine: string) => `${machine}의 전원 켜기`,
      partition: (machine: string) => `${machine}의 네트워크 끊기`,
      heal: (machine: string) => `${machine}의 네트워크 잇기`,
    },
    sources: '더 읽을거리',
  },
  stage: {
    label: '클러스터 그림',
  },
  links: {
    title: '서버 하나와의 연결',
    lead: (machine: string) => `${machine}에서 그 서버로 가는 길만, 양쪽 방향 모두 바뀌어요.`,
    changed: (n: number) => `${n}개 바뀜`,
    between: (a: string, b: string) => `${a} ↔ ${b} 연결`,
    choice: { well: '정상', slow: '느리게', cut: '끊기' },
    slowTitle: (ms: number) => `한쪽으로 가는 데 ${ms / 1000}초가 걸려요`,
    isCut: '끊김',
    isSlow: (ms: number) => `${ms / 1000}초 지연`,
    isLossy: (perMille: number) => `${perMille / 10}% 손실`,
    mendAll: '모두 정상으로',
  },
  terminal: {
    label: '터미널',
    tabs: '서버, 편집기, 브라우저',
    of: (machine: string) => `${machine} 터미널`,
    hint: '입력은 모두 이 서버로 가요. F6을 누르면 다음 영역으로, Ctrl+Shift+위쪽 화살표를 누르면 탭으로 나가요.',
    loading: '터미널을 준비하고 있어요…',
    state: {
      on: '켜짐',
      off: '꺼짐',
      noDocker: 'Docker 멈춤',
      cut: '네트워크 끊김',
    },
    running: (text: string) => `${text}째 실행 중`,
    stop: 'Ctrl+C로 멈추기',
    off: (machine: string) => `${machine}의 전원이 꺼져 있어요. 전원을 켜면 다시 로그인돼요.`,
    switchOn: '전원 켜기',
    queued: '앞의 명령이 끝나면 이어서 실행돼요.',
    hangul: '혹시',
    hangulIs: '인가요?',
    hangulRun: '바꿔서 실행',
    dismiss: '닫기',
    mark: '복사할 줄을 골라요: ↑↓ 줄, ←→ 낱말, Shift로 넓히기, Enter 복사, Esc 그만두기',
    copied: '복사했어요.',
    notCopied: '브라우저가 복사를 막았어요. 마우스로 선택해 복사해 주세요.',
  },
  editor: {
    label: '편집기',
    machine: '서버',
    path: '파일',
    open: '열기',
    save: '저장',
    saved: '저장했어요.',
    isNew: '새 파일이에요. 저장하면 만들어져요.',
    unsaved: '저장하지 않은 내용이 있어요.',
    loading: '편집기를 불러오고 있어요…',
    failed: '편집기를 불러오지 못했어요. 연결을 확인하고 다시 열어 주세요.',
    problems: (n: number) => `YAML에서 고칠 곳 ${n}군데`,
    fine: 'YAML 문법에 맞아요.',
    line: (line: number) => `${line}번째 줄`,
    leave: 'Ctrl+M을 누르면 Tab으로 나갈 수 있어요. F6은 다음 영역이에요.',
  },
  browser: {
    label: '브라우저',
    loading: '브라우저를 불러오고 있어요…',
    failed: '브라우저를 불러오지 못했어요. 연결을 확인하고 다시 열어 주세요.',
  },
  time: {
    label: '시간',
    play: '시간 흐르게 하기',
    pause: '시간 멈추기',
    step: '다음 변화에서 멈추기',
    speed: '빠르기',
    speedOf: (speed: number) => `${speed}배`,
    skip: '다음 변화까지 건너뛰기',
    soon: (ms: number, text: string) => `약 ${duration(ms)} 뒤 ${text}`,
    clock: '가상 시간',
    paused: '멈춰 있어요',
    line: '시간 줄',
    lanes: { command: '명령', raft: 'Raft', task: '태스크' },
    events: (n: number) => `시간 줄에 일 ${n}가지가 있어요.`,
  },
  panes: {
    resizeLesson: '레슨과 실습 사이 너비',
    resizeStage: '그림과 터미널 사이 높이',
    hide: (pane: string) => `${pane} 숨기기`,
    show: (pane: string) => `${pane} 보이기`,
    grow: (pane: string) => `${pane} 크게 보기`,
    shrink: (pane: string) => `${pane} 원래 크기로`,
  },
  desk: {
    opening: '실습을 준비하고 있어요',
    openingStep: (step: number) => `${step}단계가 시작되는 상태를 만들고 있어요`,
    elsewhereTitle: '이 실습은 다른 탭에 열려 있어요',
    elsewhere: '두 탭에서 같은 실습을 하면 한쪽이 지워져요. 하던 내용은 그 탭에 그대로 있어요.',
    takeOver: '여기로 가져와서 이어 하기',
    copy: '새 실습으로 열기',
    copyNotice: '이 탭의 실습은 저장되지 않아요. 하던 실습은 다른 탭에 있어요.',
    failureTitle: '실습실이 멈췄어요',
    failure:
      '실습실 안에서 오류가 나서 클러스터가 멈췄어요. 지금까지 한 일은 기록에 남아 있으니 그대로 이어서 할 수 있어요.',
    goOn: '이어서 하기',
    saveLog: '기록 파일로 저장',
    details: '오류 내용',
    putBy: (step: number | undefined) =>
      step === undefined
        ? '하던 실습은 따로 두었어요.'
        : `${step + 1}단계에서 하던 실습은 따로 두었어요.`,
    swap: '하던 실습으로 돌아가기',
    otherVersion:
      '실습실이 바뀌어서 저장된 실습이 예전과 조금 다르게 이어져요. 이상하면 이 단계를 처음부터 해 주세요.',
  },
  storage: {
    full: '브라우저의 저장 공간이 가득 차서 지금부터의 진도는 저장되지 않아요. 이 탭을 닫지 않으면 그대로 이어서 할 수 있어요.',
    forbidden:
      '브라우저가 저장을 막아서 진도가 남지 않아요. 이 탭을 닫지 않으면 그대로 이어서 할 수 있어요.',
    damaged:
      '저장된 내용의 일부가 망가져서 읽지 못했어요. 읽지 못한 것은 따로 두고 새로 시작했어요.',
  },
  help: {
    title: '키보드로 쓰기',
    close: '닫기',
    keys: [
      ['F6 · Shift+F6', '다음 영역, 앞 영역으로 가기'],
      ['Ctrl+Shift+← →', '앞 서버, 다음 서버의 터미널'],
      ['Ctrl+Shift+↑', '터미널에서 탭으로 나가기'],
      ['Ctrl+C', '선택한 글이 있으면 복사, 없으면 명령 멈추기'],
      ['Ctrl+Shift+C · V', '터미널에서 복사, 붙여 넣기'],
      ['Ctrl+Shift+M', '터미널의 글을 키보드로 골라 복사하기'],
      ['Ctrl+S', '편집기에서 저장하기'],
      ['F5 · Alt+← →', '브라우저 탭에서 새로고침, 뒤로, 앞으로'],
      ['+ · -', '큰 글씨, 보통 글씨'],
      ['?', '이 도움말'],
    ],
    terminal: '터미널과 편집기 안에서는 글자 키가 그대로 입력돼요. 먼저 F6으로 나와 주세요.',
  },
  notice: {
    close: '알림 닫기',
  },
} as const;
