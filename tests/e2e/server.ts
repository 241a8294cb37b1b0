/**
 * Serves the built page as a plain host would, two folders down, where nothing may depend on being at the root.
 */
import { dist } from '../../scripts/build.mjs';
import { serveStatic } from '../../scripts/static-server.mjs';

export const SUB_PATH = '/some/sub/path/';

export interface PageServer {
  /** The address of the page, with the sub-path and the closing slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export function servePage(): Promise<PageServer> {
  return serveStatic({ folder: dist, base: SUB_PATH });
}
