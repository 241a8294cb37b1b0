/**
 * What runs inside containers, and the images that bring it.
 *
 * - `catalogue`: Docker Hub's content as far as the lab has it. Repositories that are not here fail as unknown ones do on the hub.
 * - `programs`: what runs in images, by the name that executable files carry. The shell's table has the Unix tools.
 */
import type { Program } from '../sim/index.ts';
import { alpineRecipes } from './bases/alpine.ts';
import { busyboxHttpd } from './bases/busyboxhttpd.ts';
import { debianRecipes } from './bases/debian.ts';
import { cadvisorProgram } from './cadvisor/cadvisor.ts';
import { cadvisorRecipes, cadvisorReleases } from './cadvisor/images.ts';
import { catalogueFrom } from './catalogue.ts';
import { guestbookBackend } from './guestbook/backend.ts';
import { guestbookFrontend } from './guestbook/frontend.ts';
import { guestbookRecipes } from './guestbook/images.ts';
import { hello, helloRecipe } from './hello.ts';
import { httpdForeground, httpdProgram } from './httpd/httpd.ts';
import { HTTPD_VERSION, httpdRecipes } from './httpd/images.ts';
import { imagesOf } from './image.ts';
import { mongoRecipes, mongoReleases } from './mongo/images.ts';
import { mongodProgram, mongoEntrypoint } from './mongo/server.ts';
import { mongoShell } from './mongo/shell.ts';
import { mysqlPrograms, mysqlRecipes } from './mysql/images.ts';
import { nginxEntrypoint, nginxStartScript } from './nginx/entrypoint.ts';
import { nginxRecipes, nginxReleases } from './nginx/images.ts';
import { nginxPrograms } from './nginx/releases.ts';
import { pip3, python3 } from './python/python.ts';
import { redisCli } from './redis/cli.ts';
import { redisRecipes, redisVersions } from './redis/images.ts';
import { redisEntrypoint, redisProgram } from './redis/server.ts';
import { registryRecipes, registryReleases } from './registry/images.ts';
import { registryEntrypoint, registryProgram } from './registry/registry.ts';
import { repositories } from './repositories.ts';
import { stress, stressRecipe } from './stress/stress.ts';
import { whoami, whoamiRecipe } from './whoami.ts';
import { apacheForeground } from './wordpress/apache.ts';
import { wordpressEntrypoint, wordpressRecipe } from './wordpress/images.ts';

export { lookupHost } from './net/resolve.ts';
export { provideSqlite, type SqliteEngine } from './sql/sqlite.ts';

const recipes = [
  ...debianRecipes,
  ...alpineRecipes,
  ...nginxRecipes,
  ...redisRecipes,
  ...httpdRecipes,
  ...registryRecipes,
  ...mongoRecipes,
  ...guestbookRecipes,
  helloRecipe,
  whoamiRecipe,
  stressRecipe,
  ...cadvisorRecipes,
  ...mysqlRecipes,
  wordpressRecipe,
];

export const catalogue = catalogueFrom(recipes.flatMap(imagesOf), repositories);

export { standInCatalogue } from './standins/images.ts';

export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['hello-world', hello],
  ...mysqlPrograms,
  ['wordpress-entrypoint', wordpressEntrypoint],
  ['wordpress-apache', apacheForeground],
  ['nginx-entrypoint', nginxEntrypoint],
  ['nginx-start-script', nginxStartScript],
  ...nginxPrograms(nginxReleases),
  ['httpd-foreground', httpdForeground],
  [`httpd/${HTTPD_VERSION}`, httpdProgram(HTTPD_VERSION)],
  ['redis-entrypoint', redisEntrypoint],
  ...redisVersions.flatMap(
    (version) =>
      [
        [`redis-server/${version}`, redisProgram(version)],
        [`redis-cli/${version}`, redisCli(version)],
      ] as const,
  ),
  ['mongo-entrypoint', mongoEntrypoint],
  ...mongoReleases.flatMap(
    (release) =>
      [
        [`mongod/${release.version}`, mongodProgram(release.version)],
        [`mongo-shell/${release.version}`, mongoShell(release)],
      ] as const,
  ),
  ['guestbook-backend', guestbookBackend],
  ['guestbook-frontend', guestbookFrontend],
  ['traefik-whoami', whoami],
  ['stress', stress],
  ['busybox-httpd', busyboxHttpd],
  ['python3', python3],
  ['pip3', pip3],
  ...cadvisorReleases.map(
    ({ version }) => [`cadvisor/${version}`, cadvisorProgram(version)] as const,
  ),
  ['registry-entrypoint', registryEntrypoint],
  ...registryReleases.map(
    ({ version }) => [`registry/${version}`, registryProgram(version)] as const,
  ),
]);
