import type { DockerCli } from '../cli.ts';
import { parseJSON, segment } from '../client.ts';
import type { Query } from '../client.ts';
import type { Inspected } from '../formatter/inspector.ts';
import type { Sys } from '../process.ts';

export interface RawSource {
  /** The Go type of the answer. */
  readonly type: string;
  readonly path: string;
  readonly ref: string;
  /** What follows the name in the path. */
  readonly suffix?: string;
  readonly query?: Query;
}

/** An object with its JSON as it came, which `inspect` prints unchanged. */
export function* inspectRaw(cli: DockerCli, source: RawSource): Sys<Inspected> {
  const { type, path, ref, suffix = '', query } = source;
  const name = ref.split('/').map(segment).join('/');
  const raw = yield* cli.client.text('GET', `${path}/${name}${suffix}`, {
    ...(query === undefined ? {} : { query }),
  });
  return { type, json: parseJSON(raw), raw };
}
