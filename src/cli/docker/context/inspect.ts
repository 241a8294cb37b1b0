/**
 * `docker context inspect`.
 *
 * Real:     docker/cli cli/command/context/inspect.go
 * Left out: contexts other than the default one.
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { inspect } from '../../formatter/inspector.ts';
import { metaPath } from './resolve.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  yield* inspect(cli, args.length === 0 ? [cli.options.context] : args, {
    format: flags.string('format'),

    getRef: function* (name) {
      if (name !== 'default') {
        throw new StatusError(
          `context ${goQuote(name)}: context not found: open ${metaPath(cli.options.configDir, name)}: no such file or directory`,
        );
      }
      const json = {
        Name: name,
        Metadata: {},
        Endpoints: { docker: { Host: cli.options.host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
      };
      return { type: 'any', json, raw: JSON.stringify(json) };
    },
  });
};
