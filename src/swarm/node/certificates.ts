/**
 * Getting a certificate: fetch the root and compare it with the token, show the secret, wait until it is signed.
 *
 * Real: swarmkit ca/certificates.go (DownloadRootCA, RequestAndSaveNewCertificates)
 */
import type { Scheduler } from '../../sim/index.ts';
import type { Connection } from '../agent/index.ts';
import type {
  Certificate,
  IssueCertificateRequest,
  IssueCertificateResponse,
  Result,
  SwarmError,
} from '../api/index.ts';

const ATTEMPTS = 5;
const RETRY_MS = 2000;
const TIMEOUT_MS = 5000;
const STATUS_TIMEOUT_MS = 20_000;

type Failed = (message: string) => void;

export class CertificateRequester {
  readonly #world: Scheduler;
  readonly #connect: () => Connection | undefined;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(options: {
    readonly world: Scheduler;
    readonly connect: () => Connection | undefined;
  }) {
    this.#world = options.world;
    this.#connect = options.connect;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** `digest` is that of the token; '' trusts whoever answers. */
  downloadRoot(digest: string, done: () => void, failed: Failed): void {
    this.#repeat(
      'ca.root',
      {},
      (value) => {
        const { Digest: actual } = value as { readonly Digest: string };
        return digest === '' || actual === digest
          ? undefined
          : `remote CA does not match fingerprint. Expected: ${digest}`;
      },
      done,
      failed,
    );
  }

  request(
    request: IssueCertificateRequest,
    done: (certificate: Certificate) => void,
    failed: Failed,
  ): void {
    let nodeID = '';
    this.#repeat(
      'ca.issue',
      request,
      (value) => {
        nodeID = (value as IssueCertificateResponse).NodeID;
        return undefined;
      },
      () => this.#wait(nodeID, done, failed),
      failed,
    );
  }

  #wait(nodeID: string, done: (certificate: Certificate) => void, failed: Failed): void {
    const connection = this.#connect();
    if (!connection) return failed('no valid remotes found');
    this.#cancel = connection.call('ca.status', { NodeID: nodeID }, STATUS_TIMEOUT_MS, (result) => {
      if (this.#isStopped) return;
      if (result.ok) done(result.value as Certificate);
      else failed(describe(result.error));
    });
  }

  /** Five times, two seconds apart. */
  #repeat(
    method: string,
    args: unknown,
    check: (value: unknown) => string | undefined,
    done: () => void,
    failed: Failed,
  ): void {
    let left = ATTEMPTS;
    const attempt = (): void => {
      const connection = this.#connect();
      if (!connection) return failed('no valid remotes found');
      this.#cancel = connection.call(method, args, TIMEOUT_MS, (result: Result<unknown>) => {
        if (this.#isStopped) return;
        const problem = result.ok ? check(result.value) : describe(result.error);
        if (problem === undefined) return done();
        left--;
        const timer = this.#world.schedule(RETRY_MS, `${method} again`, () =>
          left > 0 ? attempt() : failed(problem),
        );
        this.#cancel = () => timer.cancel();
      });
    };
    attempt();
  }
}

function describe(error: SwarmError): string {
  return `rpc error: code = ${error.code} desc = ${error.message}`;
}
