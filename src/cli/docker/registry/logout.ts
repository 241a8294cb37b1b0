/**
 * `docker logout`.
 *
 * Real: docker/cli cli/command/registry/logout.go
 */
import type { Run } from '../../cobra/command.ts';
import { DOCKER_HUB, credentialsFor } from './auth.ts';
import { storeCredentials } from './login.ts';

export const runLogout: Run = function* (cli, { args }) {
  const isHub = args[0] === undefined || args[0] === '';
  const server = isHub
    ? DOCKER_HUB
    : (args[0] ?? '').replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (credentialsFor(cli, server) === undefined) {
    yield* cli.println(`Not logged in to ${server}`);
    return;
  }
  yield* cli.println(`Removing login credentials for ${server}`);
  storeCredentials(cli, server, undefined);
};
