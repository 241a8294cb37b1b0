import { expect, it } from 'vitest';
import '../../../src/lab/rest.ts';
import type { LabUpdate } from '../../../src/lab/index.ts';
import { Session } from '../../../src/lab/session.ts';

/** Lets real time pass in frames; what was posted of browsers, in order. */
function frames(session: Session, realMs: number): NonNullable<LabUpdate['browsers']>[] {
  const posted: NonNullable<LabUpdate['browsers']>[] = [];
  for (let ms = 0; ms <= realMs; ms += 16) {
    const { browsers } = session.update();
    if (browsers) posted.push(browsers);
    session.advance(16);
  }
  return posted;
}

function openAndGo(): Session {
  const session = Session.open({ kind: 'free', managers: 1, workers: 1 });
  session.input({
    kind: 'browse',
    window: 'browser',
    action: { type: 'go', url: '192.168.99.101' },
  });
  return session;
}

it('a page is posted while it is under way and when it has come, and not again', () => {
  const session = openAndGo();
  const posted = frames(session, 500);
  expect(posted[0]?.[0]).toMatchObject({ window: 'browser', isLoading: true });
  expect(posted.at(-1)?.[0]).toMatchObject({
    isLoading: false,
    url: 'http://192.168.99.101/',
    error: { code: 'ERR_CONNECTION_REFUSED' },
  });
  expect(frames(session, 300)).toEqual([]);
});

it('a saved lab comes back with its browser as it was', () => {
  const session = openAndGo();
  const before = frames(session, 500).at(-1);
  const record = JSON.parse(JSON.stringify(session.save())) as ReturnType<Session['save']>;
  const again = Session.open({ kind: 'resume', record });
  expect(again.update().browsers).toEqual(before);
  expect(again.save().fingerprint).toBe(record.fingerprint);
});
