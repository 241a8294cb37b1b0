/**
 * Health checks: a command in the container now and then, and what its exit status says.
 *
 * Real: moby daemon/health.go.
 */
import { rfc3339Nano, type Timer } from '../../sim/index.ts';
import type { HealthConfig } from '../api/types.ts';
import type { Container, HealthRecord } from './container.ts';
import type { Containers } from './containers.ts';
import { runInContainer } from './exec.ts';

const NS = 1_000_000;
const DEFAULTS = {
  intervalMs: 30_000,
  timeoutMs: 30_000,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
  retries: 3,
};
/** Results that are kept. Real: maxLogEntries, maxOutputLen. */
const LOG_MAX = 5;
const OUTPUT_MAX = 4_096;

interface Settings {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
  readonly retries: number;
}

function settingsOf(
  config: HealthConfig | undefined,
  shell: readonly string[] | undefined,
): Settings | undefined {
  const [kind = '', ...rest] = config?.Test ?? [];
  if (!config || kind === '' || kind === 'NONE') return undefined;
  const ms = (nanos: number | undefined, otherwise: number): number =>
    nanos ? Math.floor(nanos / NS) : otherwise;
  return {
    argv: kind === 'CMD-SHELL' ? [...(shell ?? ['/bin/sh', '-c']), ...rest] : rest,
    intervalMs: ms(config.Interval, DEFAULTS.intervalMs),
    timeoutMs: ms(config.Timeout, DEFAULTS.timeoutMs),
    startPeriodMs: ms(config.StartPeriod, DEFAULTS.startPeriodMs),
    startIntervalMs: ms(config.StartInterval, DEFAULTS.startIntervalMs),
    retries: config.Retries || DEFAULTS.retries,
  };
}

export function hasHealthcheck(container: Container): boolean {
  return settingsOf(container.config.Healthcheck, undefined) !== undefined;
}

/** Begins to probe a container that has just started. */
export function startHealthchecks(containers: Containers, container: Container): void {
  const settings = settingsOf(container.config.Healthcheck, container.config.Shell);
  if (!settings) return void (container.state.health = undefined);
  const health: HealthRecord = { status: 'starting', failingStreak: 0, log: [] };
  container.state.health = health;
  const { world } = containers.context.machine;
  const startedMs = world.nowMs;
  let timer: Timer | undefined;
  let isOver = false;
  const isInStartPeriod = (): boolean =>
    health.status === 'starting' && world.nowMs - startedMs < settings.startPeriodMs;
  const plan = (): void => {
    timer = world.schedule(
      isInStartPeriod()
        ? Math.min(settings.startIntervalMs, settings.intervalMs)
        : settings.intervalMs,
      `health of ${container.name}`,
      probe,
    );
  };
  const probe = (): void => {
    if (isOver) return;
    if (container.state.isPaused) return plan();
    runProbe(containers, container, settings, (result) => {
      if (isOver) return;
      record(containers, container, health, {
        ...result,
        counts: !(isInStartPeriod() && result.exitCode !== 0),
        retries: settings.retries,
      });
      plan();
    });
  };
  plan();
  container.stopHealth = () => {
    isOver = true;
    timer?.cancel();
  };
}

interface ProbeResult {
  readonly startMs: number;
  readonly exitCode: number;
  readonly output: string;
}

function runProbe(
  containers: Containers,
  container: Container,
  settings: Settings,
  done: (result: ProbeResult) => void,
): void {
  const { world } = containers.context.machine;
  const startMs = world.unixMs;
  let isDone = false;
  const finish = (exitCode: number, output: string): void => {
    if (isDone) return;
    isDone = true;
    timer.cancel();
    done({ startMs, exitCode, output: output.slice(-OUTPUT_MAX) });
  };
  const timer = world.schedule(settings.timeoutMs, 'health timeout', () => {
    stop();
    finish(
      -1,
      `Health check exceeded timeout (${settings.timeoutMs % 1000 === 0 ? `${settings.timeoutMs / 1000}s` : `${settings.timeoutMs}ms`})`,
    );
  });
  const stop = runInContainer(containers, container, settings.argv, finish);
}

function record(
  containers: Containers,
  container: Container,
  health: HealthRecord,
  result: ProbeResult & { readonly counts: boolean; readonly retries: number },
): void {
  const { world } = containers.context.machine;
  const before = health.status;
  const entry = {
    Start: rfc3339Nano(result.startMs),
    End: rfc3339Nano(world.unixMs),
    ExitCode: result.exitCode,
    Output: result.output,
  };
  health.log = [...health.log, entry].slice(-LOG_MAX);
  if (result.exitCode === 0) {
    health.failingStreak = 0;
    health.status = 'healthy';
  } else if (result.counts) {
    health.failingStreak++;
    if (health.failingStreak >= result.retries) health.status = 'unhealthy';
  }
  container.save();
  if (health.status === before) return;
  containers.emit(container, `health_status: ${health.status}`);
  container.changed();
}
