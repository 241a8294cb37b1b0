/**
 * Credentials for a registry, as the API wants them in its header.
 *
 * Real:     docker/cli cli/command/registry.go
 * Left out: credential helpers, identity tokens.
 */
import type { DockerCli } from '../../cli.ts';
import { parseReference } from '../../formatter/reference.ts';
import { configFile } from '../configfile.ts';
import { base64Decode, base64Encode } from './base64.ts';

export const DOCKER_HUB = 'https://index.docker.io/v1/';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** What `docker login` kept for a server, if anything. */
export function credentialsFor(cli: DockerCli, server: string): Credentials | undefined {
  const entry = configFile(cli).auths?.[server];
  if (entry?.auth === undefined) return undefined;
  const text = base64Decode(entry.auth);
  const colon = text.indexOf(':');
  return {
    username: text.slice(0, colon),
    password: text.slice(colon + 1),
    serveraddress: server,
  };
}

/** All that `docker login` kept: a build may pull from any of them. */
export function allCredentials(cli: DockerCli): Readonly<Record<string, Credentials>> {
  const servers = Object.keys(configFile(cli).auths ?? {});
  return Object.fromEntries(
    servers.flatMap((server) => {
      const known = credentialsFor(cli, server);
      return known === undefined ? [] : [[server, known] as const];
    }),
  );
}

export function encodeAuth(credentials: Partial<Credentials>): string {
  return base64Encode(JSON.stringify(credentials), 'url');
}

/** The header for an image's registry; `{}` encoded where nobody is logged in. */
export function authForImage(cli: DockerCli, image: string): string {
  const reference = parseReference(image);
  const domain = reference?.domain ?? 'docker.io';
  return encodeAuth(credentialsFor(cli, domain === 'docker.io' ? DOCKER_HUB : domain) ?? {});
}
