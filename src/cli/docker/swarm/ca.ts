/**
 * `docker swarm ca`.
 *
 * Real: docker/cli cli/command/swarm/ca.go, swarm/progress/root_rotation.go
 */
import type { Node, Swarm } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { sleep } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { ProgressDisplay } from '../../progress.ts';
import { sha256 } from '../../process.ts';
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
  const cert = flags.string('ca-cert');
  const key = flags.string('ca-key');
  mergeCAConfig(swarm.Spec, flags, cert);
  const ForceRotate = (swarm.Spec.CAConfig?.ForceRotate ?? 0) + (cert === '' && key === '' ? 1 : 0);
  swarm.Spec.CAConfig = {
    ...swarm.Spec.CAConfig,
    SigningCACert: cert,
    SigningCAKey: key,
    ForceRotate,
  };
  yield* updateSwarm(cli, swarm);
  if (flags.bool('detach')) return;
  yield* watchRotation(cli, flags.bool('quiet'));
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
  const certs = '  rotated TLS certificates';
  const roots = '  rotated CA certificates';
  yield* display.show({ id: 'desired root digest', status: '', progressDetail: {} });
  yield* display.show({ id: certs, status: '', progressDetail: {} });
  yield* display.show({ id: roots, status: ' ', progressDetail: {} });
  for (let isDone = false; ;) {
    const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
    if (isDone) return;
    const nodes = yield* cli.client.json<readonly Node[]>('GET', '/nodes');
    const root = swarm.TLSInfo?.TrustRoot ?? '';
    const total = nodes.length;
    const rotated = nodes.filter(
      (node) =>
        node.Description.TLSInfo?.CertIssuerPublicKey === swarm.TLSInfo?.CertIssuerPublicKey &&
        node.Description.TLSInfo?.CertIssuerSubject === swarm.TLSInfo?.CertIssuerSubject,
    ).length;
    const isIssued = rotated === total && swarm.RootRotationInProgress !== true;
    const trusted = nodes.filter((node) => node.Description.TLSInfo?.TrustRoot === root).length;
    const current = isIssued ? trusted : 0;
    yield* display.show({
      id: 'desired root digest',
      status: `sha256:${sha256(root)}`,
      progressDetail: {},
    });
    yield* display.show({
      id: certs,
      status: '',
      progressDetail: { current: rotated, total, units: 'nodes' },
    });
    yield* display.show({
      id: roots,
      status: ' ',
      progressDetail: { current, total, units: 'nodes' },
    });
    isDone = isIssued && trusted === total;
    yield* sleep(POLL_MS);
  }
}

function* displayTrustRoot(cli: DockerCli, swarm: Swarm): Sys<void> {
  const root = (swarm.TLSInfo?.TrustRoot ?? '').trim();
  if (root === '') throw new StatusError('No CA information available');
  yield* cli.println(root);
}
