/** What flows both ways between the real docker CLI and the lab. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBridge, type Bridge } from './bridge.ts';
import { hasCli, NO_CLI, run } from './cli.ts';

describe.skipIf(!hasCli)(
  `the real docker CLI's streams${hasCli ? '' : ` (${NO_CLI})`}`,
  { timeout: 60_000 },
  () => {
    let bridge: Bridge;
    let socket: string;
    const folder = mkdtempSync(join(tmpdir(), 'streams-'));

    beforeAll(async () => {
      bridge = await startBridge(['manager1'], ['--images', 'nginx', '--speed', '5']);
      socket = bridge.socket('manager1');
      await run(socket, 'docker run -d --name c1 nginx');
    }, 120_000);
    afterAll(() => bridge?.stop());

    it('input, output, errors and the exit status of a command', async () => {
      const ran = await run(socket, "docker exec -i c1 sh -c 'cat; echo 오류 >&2; exit 3'", {
        input: '안녕\n',
      });
      expect(ran).toEqual({ stdout: '안녕\n', stderr: '오류\n', exit: 3 });
    });

    it('a terminal has the size of the real one', async () => {
      const ran = await run(socket, "docker exec -it c1 sh -c 'sleep 1; stty size'", { tty: true });
      expect(ran.stdout).toContain('40 120');
    });

    it('builds from a context with a binary in it', async () => {
      writeFileSync(join(folder, 'Dockerfile'), 'FROM nginx\nCOPY . /context\n');
      writeFileSync(join(folder, 'text'), '안녕\n');
      writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0, 1, 0x80]));
      const built = await run(socket, `DOCKER_BUILDKIT=0 docker build -t mine ${folder}`);
      expect(built.stdout).toContain('Successfully tagged mine:latest');
      const ran = await run(
        socket,
        "docker run --rm mine sh -c 'cat /context/text; wc -c < /context/binary'",
      );
      expect(ran.stdout).toBe('안녕\n5\n');
    });

    it('copies there and back', async () => {
      writeFileSync(join(folder, 'note'), '여기\n');
      await run(
        socket,
        `docker cp ${folder}/note c1:/tmp/note; docker exec c1 sh -c 'echo 저기 >> /tmp/note'; docker cp c1:/tmp/note ${folder}/back`,
      );
      expect(readFileSync(join(folder, 'back'), 'utf8')).toBe('여기\n저기\n');
    });

    it('saves and loads', async () => {
      const ran = await run(
        socket,
        `docker tag nginx kept; docker save -o ${folder}/kept.tar kept; docker rmi kept; docker load -i ${folder}/kept.tar`,
      );
      expect(ran.stdout).toContain('Loaded image: kept:latest');
    });

    // The client reckons `--until` in whole seconds.
    it('events of the last minute', async () => {
      const ran = await run(
        socket,
        'docker restart c1; sleep 1.1; docker events --since 1m --until 0s --filter container=c1 --format {{.Action}}',
      );
      expect(ran.stdout.split('\n')).toEqual(expect.arrayContaining(['start', 'die', 'restart']));
    });

    it('follows a log until the client goes', async () => {
      const ran = await run(
        socket,
        'timeout -s INT 2 docker -H unix://' + socket + ' logs -f c1; docker ps -q',
      );
      expect(ran.stdout).toContain('ready for start up');
    });

    it('tells what went wrong', async () => {
      const ran = await run(
        socket,
        'docker pause c1; docker attach c1; docker unpause c1; docker exec nosuch true',
      );
      expect(ran.stderr).toContain('You cannot attach to a paused container, unpause it first');
      expect(ran.stderr).toContain('Error response from daemon: No such container: nosuch');
    });
  },
);
