/** Why there is no page, in a browser's words. Real: Chrome's error pages in Korean. */
import type { PageError } from './types.ts';
import type { Url } from './url.ts';

export type ErrorCode =
  | 'ERR_ADDRESS_UNREACHABLE'
  | 'ERR_CONNECTION_REFUSED'
  | 'ERR_CONNECTION_RESET'
  | 'ERR_CONNECTION_TIMED_OUT'
  | 'ERR_EMPTY_RESPONSE'
  | 'ERR_INTERNET_DISCONNECTED'
  | 'ERR_INVALID_HTTP_RESPONSE'
  | 'ERR_INVALID_URL'
  | 'ERR_NAME_NOT_RESOLVED'
  | 'ERR_SSL_PROTOCOL_ERROR'
  | 'ERR_TIMED_OUT'
  | 'ERR_TOO_MANY_REDIRECTS'
  | 'ERR_UNKNOWN_URL_SCHEME'
  | 'ERR_UNSAFE_PORT'
  | 'NOT_SUPPORTED';

type Words = readonly [title: string, text: (host: string) => string, ...hints: string[]];

const NO_SITE = '사이트에 연결할 수 없음';
const BROKEN = '페이지가 작동하지 않습니다';
const PORT_HINT = '주소의 포트가 공개한 포트와 같은지 보기 (docker ps의 PORTS)';
const RUNNING_HINT = '컨테이너와 그 안의 프로그램이 실행 중인지 보기 (docker ps, docker logs)';

const WORDS: Readonly<Record<ErrorCode, Words>> = {
  ERR_CONNECTION_REFUSED: [
    NO_SITE,
    (host) => `${host}에서 연결을 거부했습니다.`,
    PORT_HINT,
    RUNNING_HINT,
  ],
  ERR_CONNECTION_TIMED_OUT: [
    NO_SITE,
    (host) => `${host}에서 응답하는 데 시간이 너무 오래 걸립니다.`,
    '그 서버가 켜져 있고 네트워크가 이어져 있는지 보기',
    PORT_HINT,
  ],
  ERR_TIMED_OUT: [
    NO_SITE,
    (host) => `${host}에서 응답하는 데 시간이 너무 오래 걸립니다.`,
    RUNNING_HINT,
  ],
  ERR_ADDRESS_UNREACHABLE: [
    NO_SITE,
    (host) => `${host}에 접속할 수 없습니다.`,
    '주소에 잘못 쓴 숫자가 없는지 보기',
    '이 브라우저가 있는 서버에서 그 주소로 가는 길이 있는지 보기 (ip route)',
  ],
  ERR_NAME_NOT_RESOLVED: [
    NO_SITE,
    (host) => `${host}의 서버 IP 주소를 찾을 수 없습니다.`,
    '이름에 잘못 쓴 글자가 없는지 보기',
    '컨테이너와 서비스의 이름은 그 네트워크 안에서만 통해요. 밖에서는 서버의 주소를 쓰기',
  ],
  ERR_CONNECTION_RESET: [NO_SITE, () => '연결이 재설정되었습니다.', RUNNING_HINT],
  ERR_EMPTY_RESPONSE: [BROKEN, (host) => `${host}에서 전송한 데이터가 없습니다.`, RUNNING_HINT],
  ERR_INVALID_HTTP_RESPONSE: [
    BROKEN,
    (host) => `${host}에서 잘못된 응답을 전송했습니다.`,
    '그 포트에서 웹 서버가 듣고 있는지 보기',
  ],
  ERR_TOO_MANY_REDIRECTS: [BROKEN, (host) => `${host}에서 리디렉션한 횟수가 너무 많습니다.`],
  ERR_SSL_PROTOCOL_ERROR: [
    '이 사이트는 보안 연결을 제공할 수 없음',
    (host) => `${host}에서 잘못된 응답을 전송했습니다.`,
    '이 실습실에서는 지원하지 않습니다: https. 주소를 http://로 시작하기',
  ],
  ERR_INTERNET_DISCONNECTED: [
    '인터넷에 연결되어 있지 않음',
    () => '이 브라우저가 있는 서버의 전원이 꺼져 있습니다.',
    '서버의 전원을 켜거나 다른 서버에서 열기',
  ],
  ERR_UNSAFE_PORT: [
    NO_SITE,
    (host) =>
      `${host}의 웹페이지가 일시적으로 다운되었거나 새 웹 주소로 완전히 이동했을 수 있습니다.`,
    '이 포트는 웹이 아닌 서비스의 것이라 브라우저가 열지 않아요',
  ],
  ERR_INVALID_URL: [NO_SITE, () => '주소를 이해할 수 없습니다.', 'http://서버:포트/ 처럼 쓰기'],
  ERR_UNKNOWN_URL_SCHEME: [
    NO_SITE,
    () => '이 브라우저는 http 주소만 엽니다.',
    'http://서버:포트/ 처럼 쓰기',
  ],
  NOT_SUPPORTED: [
    '화면에 보일 수 없는 파일',
    (host) => `${host}에서 받은 것은 웹페이지가 아닙니다.`,
    '이 실습실에서는 지원하지 않습니다: 브라우저로 파일 내려받기. 터미널의 curl -O로 받기',
  ],
};

export function errorPage(code: ErrorCode, url: Url | undefined): PageError {
  const [title, text, ...hints] = WORDS[code];
  return { code, title, text: text(url?.host ?? ''), hints };
}
