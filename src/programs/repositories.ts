/**
 * What `docker search` knows: the repositories of the catalogue, most stars first.
 *
 * Real: Docker Hub.
 */
import type { CatalogueRepository } from '../engine/index.ts';

const ROWS: readonly (readonly [
  name: string,
  description: string,
  stars: number,
  isOfficial?: boolean,
])[] = [
  ['nginx', 'Official build of Nginx.', 21_120, true],
  ['ubuntu', 'Ubuntu is a Debian-based Linux operating sy…', 17_700, true],
  ['redis', 'Redis is the world’s fastest data platform f…', 13_500, true],
  ['mysql', 'MySQL is a widely used, open-source relation…', 15_900, true],
  ['wordpress', 'The WordPress rich content management system…', 5_900, true],
  ['mariadb', 'MariaDB Server is a high performing open sou…', 6_060, true],
  ['alpine', 'A minimal Docker image based on Alpine Linux…', 11_500, true],
  ['debian', "Debian is a Linux distribution that's compos…", 5_280, true],
  ['mongo', 'MongoDB document databases provide high avai…', 10_500, true],
  ['httpd', 'The Apache HTTP Server Project', 4_890, true],
  ['registry', 'Distribution implementation for storing and d…', 4_230, true],
  ['busybox', 'Busybox base image.', 3_400, true],
  ['hello-world', 'Hello World! (an example of minimal Dockeriz…', 2_450, true],
  ['google/cadvisor', 'Analyzes resource usage and performance chara…', 560],
  ['traefik/whoami', 'Tiny Go webserver that prints OS information…', 90],
];

export const repositories: readonly CatalogueRepository[] = ROWS.map(
  ([name, description, stars, isOfficial = false]) => ({ name, description, stars, isOfficial }),
);
