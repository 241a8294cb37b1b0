/**
 * Issues certificates on the leader: creates the node object of a node that shows the right secret, signs what is pending, and tells
 * who asks when it is signed.
 *
 * Real:     swarmkit ca/server.go (IssueNodeCertificate, NodeCertificateStatus, signNodeCert)
 * Reads:    cluster (tokens, expiry), nodes.   Writes: node objects, node.Certificate.
 * Left out: external CAs, the certificate signing request, the blacklist of certificates.
 */
import type { Random, Scheduler } from '../../sim/index.ts';
import {
  no,
  ok,
  type Certificate,
  type Cluster,
  type IssueCertificateRequest,
  type IssueCertificateResponse,
  type Node,
  type Result,
} from '../api/index.ts';
import { newID, type Store } from '../store/index.ts';
import { BACKDATE_MS } from './renewal.ts';

const INVALID_TOKEN = 'A valid join token is necessary to join this cluster';

export class CAServer {
  readonly #world: Scheduler;
  readonly #store: Store;
  readonly #random: Random;
  readonly #waiting = new Map<string, ((result: Result<Certificate>) => void)[]>();
  #stopWatch: (() => void) | undefined;

  constructor(options: {
    readonly world: Scheduler;
    readonly store: Store;
    readonly random: Random;
  }) {
    this.#world = options.world;
    this.#store = options.store;
    this.#random = options.random;
  }

  start(): void {
    this.#stopWatch = this.#store.watch('ca', (events) => {
      for (const event of events)
        if (event.table === 'node' && event.action !== 'remove') this.#evaluate(event.object);
    });
    for (const node of this.#store.list('node')) this.#evaluate(node);
  }

  stop(): void {
    this.#stopWatch?.();
    this.#stopWatch = undefined;
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const done of waiting) done(no('Unavailable', 'CA server is stopped'));
  }

  /** The digest is compared by the node that asks. */
  rootCertificate(): Result<{ readonly Cert: string; readonly Digest: string }> {
    const cluster = this.#cluster();
    return cluster
      ? ok({ Cert: cluster.RootCA.CACert, Digest: cluster.RootCA.CACertHash })
      : no('Unavailable', 'CA is not ready');
  }

  issue(
    request: IssueCertificateRequest,
    done: (result: Result<IssueCertificateResponse>) => void,
  ): void {
    if (request.NodeID !== undefined) return this.#renew(request.NodeID, done);
    const role = this.#roleOf(request.Secret ?? '');
    if (role === undefined) return done(no('InvalidArgument', INVALID_TOKEN));
    const id = newID(this.#random);
    const certificate = { Role: role, Status: 'pending' as const, CN: id };
    this.#store.update(
      'node joins',
      (tx) => {
        tx.create('node', {
          ID: id,
          Spec: { Labels: {}, Role: role, Availability: request.Availability ?? 'active' },
          Description: undefined,
          Status: { State: 'unknown', Addr: '' },
          Role: role,
          Attachments: [],
          Certificate: certificate,
        });
      },
      (result) => done(result.ok ? ok({ NodeID: id }) : result),
    );
  }

  /** Answers when the certificate of the node is issued. */
  status(nodeID: string, done: (result: Result<Certificate>) => void): void {
    const node = this.#store.get('node', nodeID);
    if (!node) return done(no('NotFound', `node ${nodeID} not found`));
    if (node.Certificate.Status !== 'pending') return done(this.#certificate(node));
    const waiting = this.#waiting.get(nodeID);
    if (waiting) waiting.push(done);
    else this.#waiting.set(nodeID, [done]);
  }

  #cluster(): Cluster | undefined {
    return this.#store.list('cluster')[0];
  }

  #roleOf(secret: string): 'worker' | 'manager' | undefined {
    const tokens = this.#cluster()?.RootCA.JoinTokens;
    if (!tokens || secret === '') return undefined;
    if (tokens.Worker.endsWith(`-${secret}`)) return 'worker';
    return tokens.Manager.endsWith(`-${secret}`) ? 'manager' : undefined;
  }

  #renew(nodeID: string, done: (result: Result<IssueCertificateResponse>) => void): void {
    if (!this.#store.get('node', nodeID))
      return done(
        no('PermissionDenied', `Permission denied: node ${nodeID} was removed from swarm`),
      );
    this.#store.update(
      'certificate renewal',
      (tx) => {
        const node = tx.get('node', nodeID);
        if (node)
          tx.update('node', {
            ...node,
            Certificate: { Role: node.Role, Status: 'pending', CN: nodeID },
          });
      },
      (result) => done(result.ok ? ok({ NodeID: nodeID }) : result),
    );
  }

  #evaluate(node: Node): void {
    if (node.Certificate.Status === 'pending')
      return this.#store.update('certificate signed', (tx) => {
        const current = tx.get('node', node.ID);
        if (current?.Certificate.Status === 'pending')
          tx.update('node', {
            ...current,
            Certificate: { ...current.Certificate, Role: current.Role, Status: 'issued' },
          });
      });
    if (node.Certificate.Status !== 'issued') return;
    const waiting = this.#waiting.get(node.ID) ?? [];
    this.#waiting.delete(node.ID);
    for (const done of waiting) done(this.#certificate(node));
  }

  #certificate(node: Node): Result<Certificate> {
    const cluster = this.#cluster();
    if (!cluster) return no('Unavailable', 'CA is not ready');
    return ok({
      NodeID: node.ID,
      Role: node.Certificate.Role,
      ClusterID: cluster.ID,
      RootDigest: cluster.RootCA.CACertHash,
      RootCACert: cluster.RootCA.CACert,
      IssuerPublicKey: cluster.RootCA.TLSInfo.CertIssuerPublicKey,
      NotBeforeMs: this.#world.unixMs - BACKDATE_MS,
      NotAfterMs: this.#world.unixMs + Math.floor(cluster.Spec.CAConfig.NodeCertExpiry / 1_000_000),
    });
  }
}
