/**
 * `docker swarm ca`.
 *
 * Real:     docker/cli cli/command/swarm/ca.go, swarm/progress/root_rotation.go
 * Left out: roots of the user's own and external CAs: the lab signs nothing.
 */
import type { Node, Swarm } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { SystemError, sha256, sleep } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { ProgressDisplay } from '../../progress.ts';
import { notSupported } from '../unsupported.ts';
import { mergeCAConfig } from './opts.ts';
import { updateSwarm } from './swarm_update.ts';

const POLL_MS = 200;

export const runCa: Run = function* (cli, { flags }) {
  const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
  if (!flags.bool('rotate')) {
    for (const name of ['ca-cert', 'ca-key', 'cert-expiry', 'external-ca']) {
      if (flags.changed(name)) {
        throw new StatusError(`\`--${name}\` flag requires the \`--rotate\` flag to update the CA`);
      }
    }
    yield* displayTrustRoot(cli, swarm);
    return;
  }
  checkFlags(flags);
  for (const name of ['ca-cert', 'ca-key', 'external-ca'])
    if (flags.changed(name)) throw notSupported(`docker swarm ca --rotate --${name}`);
  mergeCAConfig(swarm.Spec, flags, '');
  const ForceRotate = (swarm.Spec.CAConfig?.ForceRotate ?? 0) + 1;
  swarm.Spec.CAConfig = {
    ...swarm.Spec.CAConfig,
    SigningCACert: '',
    SigningCAKey: '',
    ForceRotate,
  };
  yield* updateSwarm(cli, swarm);
  if (flags.bool('detach')) return;
  yield* watchRotation(cli, flags.bool('quiet'));
  if (flags.bool('quiet')) return;
  yield* displayTrustRoot(cli, yield* cli.client.json<Swarm>('GET', '/swarm'));
};

function checkFlags(flags: FlagSet): void {
  const hasExternal = flags.list('external-ca').length > 0;
  if (hasExternal && !flags.changed('ca-cert')) {
    throw new StatusError(
      "rotating to an external CA requires the `--ca-cert` flag to specify the external CA's cert - to add an external CA with the current root CA certificate, use the `update` command instead",
    );
  }
  if (flags.changed('ca-cert') && !hasExternal && !flags.changed('ca-key')) {
    throw new StatusError(
      'the --ca-cert flag requires that a --ca-key flag and/or --external-ca flag be provided as well',
    );
  }
}

/** Two bars: nodes with the new certificate, and nodes that trust only the new root. */
function* watchRotation(cli: DockerCli, isQuiet: boolean): Sys<void> {
  const write = isQuiet
    ? function* (): Sys<void> {
        yield* cli.out('');
      }
    : (text: string): Sys<void> => cli.out(text);
  const display = new ProgressDisplay(write, cli.outTerminal);
  yield* display.show({ id: 'desired root digest', status: '', progressDetail: {} });
  yield* display.show({ id: CERTS, status: '', progressDetail: {} });
  yield* display.show({ id: ROOTS, status: ' ', progressDetail: {} });
  const progress: Progress = { display, isDone: false };
  cli.process.trap('SIGINT', () => 'interrupt');
  try {
    while (yield* poll(cli, progress)) yield* sleep(POLL_MS);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
    if (progress.isDone) return;
    yield* display.show({ status: 'Operation continuing in background.' });
    yield* display.show({
      status: 'Use `swarmctl cluster inspect default` to check progress.',
    });
  } finally {
    cli.process.trap('SIGINT', undefined);
  }
}

interface Progress {
  readonly display: ProgressDisplay;
  isDone: boolean;
}

const CERTS = '  rotated TLS certificates';
const ROOTS = '  rotated CA certificates';

/** One look; false when the one before has seen the end. */
function* poll(cli: DockerCli, progress: Progress): Sys<boolean> {
  const { display } = progress;
  const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
  if (progress.isDone) return false;
  const nodes = yield* cli.client.json<readonly Node[]>('GET', '/nodes');
  const wanted = swarm.TLSInfo;
  const root = wanted?.TrustRoot ?? '';
  const total = nodes.length;
  const rotated = nodes.filter(
    ({ Description: { TLSInfo: own } }) =>
      own?.CertIssuerPublicKey === wanted?.CertIssuerPublicKey &&
      own?.CertIssuerSubject === wanted?.CertIssuerSubject,
  ).length;
  const isIssued = rotated === total && swarm.RootRotationInProgress !== true;
  const trusted = nodes.filter((node) => node.Description.TLSInfo?.TrustRoot === root).length;
  yield* display.show({
    id: 'desired root digest',
    status: `sha256:${sha256(root)}`,
    progressDetail: {},
  });
  yield* display.show({
    id: CERTS,
    status: '',
    progressDetail: { current: rotated, total, units: 'nodes' },
  });
  // While certificates are still to be renewed, no root counts as rotated.
  const current = isIssued ? trusted : 0;
  yield* display.show({
    id: ROOTS,
    status: ' ',
    progressDetail: { current, total, units: 'nodes' },
  });
  progress.isDone = isIssued && trusted === total;
  return true;
}

function* displayTrustRoot(cli: DockerCli, swarm: Swarm): Sys<void> {
  const root = (swarm.TLSInfo?.TrustRoot ?? '').trim();
  if (root === '') throw new StatusError('No CA information available');
  yield* cli.println(root);
}
