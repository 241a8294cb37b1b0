/** A bridge in a process of its own, as users start it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Bridge {
  readonly socket: (node: string) => string;
  readonly stop: () => Promise<void>;
}

export function startBridge(
  nodes: readonly string[],
  more: readonly string[] = [],
): Promise<Bridge> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  const args = ['scripts/run.mjs', 'bridge', '--nodes', nodes.join(), '--sockets', folder, ...more];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  let told = '';
  return new Promise((ready, failed) => {
    const bridge: Bridge = {
      socket: (node) => join(folder, `${node}.sock`),
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
        rmSync(folder, { recursive: true, force: true });
      },
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (nodes.every((node) => told.includes(`${node}: docker -H `))) ready(bridge);
    });
    void ended.then(() => failed(new Error(`the bridge ended: ${told}`)));
  });
}
