/** What the picture of one machine says. */
export const HOST = {
  label: (machine: string) => `${machine} 안의 컨테이너와 네트워크`,
  machine: (machine: string) => `${machine} 자세히 보기`,
  outside: '서버 주소',
  containers: '컨테이너',
  networks: '네트워크',
  files: '저장소',
  noContainers: '아직 컨테이너가 없어요.',
  volume: '볼륨',
  anonymous: '이름 없는 볼륨',
  unused: '볼륨 · 쓰는 컨테이너 없음',
  folder: '서버의 폴더',
  memory: '메모리',
  open: (url: string) => `브라우저로 ${url} 열기`,
  container: (
    name: string,
    image: string,
    state: string,
    networks: readonly string[],
    files: readonly string[],
  ) =>
    [
      name,
      image,
      state,
      networks.length > 0 ? `네트워크 ${networks.join(', ')}` : '네트워크 없음',
      ...(files.length > 0 ? [`저장소 ${files.join(', ')}`] : []),
    ].join(', '),
  run: (command: string, machine: string) => `${machine}에서 ${command} 실행`,
} as const;
