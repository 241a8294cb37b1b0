/**
 * Restart policies: whether a container that has ended starts again, and after how long.
 *
 * Real: moby restartmanager/restartmanager.go: 100 ms, doubled each time up to a minute; a run of ten seconds begins anew.
 */
import type { Container } from './container.ts';

const DELAY_MS_MIN = 100;
const DELAY_MS_MAX = 60_000;
const GOOD_RUN_MS = 10_000;

export function shouldRestart(container: Container, exitCode: number): boolean {
  const { record } = container;
  const policy = record.hostConfig.RestartPolicy;
  if (record.isManaged || record.hasBeenManuallyStopped) return false;
  switch (policy?.Name) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return (
        exitCode !== 0 &&
        (policy.MaximumRetryCount === 0 || record.restartCount < policy.MaximumRetryCount)
      );
    default:
      return false;
  }
}

export function nextDelayMs(lastDelayMs: number, ranMs: number): number {
  if (lastDelayMs === 0 || ranMs >= GOOD_RUN_MS) return DELAY_MS_MIN;
  return Math.min(DELAY_MS_MAX, 2 * lastDelayMs);
}
