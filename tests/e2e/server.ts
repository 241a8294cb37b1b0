/**
 * Serves the built page as a plain host would, two folders down, where nothing may depend on being at the root.
 */
import { fileURLToPath } from 'node:url';
import { serveStatic } from '../../scripts/static-server.mjs';

export const SUB_PATH = '/some/sub/path/';
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

export interface PageServer {
  /** The address of the page, with the sub-path and the closing slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export function servePage(): Promise<PageServer> {
  return serveStatic({ folder: dist, base: SUB_PATH });
}
