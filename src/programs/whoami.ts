/**
 * traefik/whoami: a web server that says who answered and what was asked. The best witness of load balancing.
 *
 * Real: traefik/whoami app.go.
 */
import { PATH_ENV, BUILDKIT, type Recipe } from './image.ts'

export const whoamiRecipe: Recipe = {
  repository: 'traefik/whoami', tags: ['v1.11.0', 'v1.11', 'latest'], built: '2025-04-24',
  instructions: [
    { by: 'COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit', comment: BUILDKIT, bytes: 1_430_000 },
    { by: 'COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit', comment: BUILDKIT, bytes: 230_000 },
    { by: 'COPY /go/whoami/whoami . # buildkit', comment: BUILDKIT, bytes: 5_200_000 },
    { by: 'ENTRYPOINT ["/whoami"]', comment: BUILDKIT },
    { by: 'EXPOSE map[80/tcp:{}]', comment: BUILDKIT },
  ],
  config: { ExposedPorts: { '80/tcp': {} }, Env: [PATH_ENV], Cmd: null, Entrypoint: ['/whoami'], WorkingDir: '/', Labels: null },
  build: (tree) => void tree.tools('/', 'whoami=traefik-whoami', 5_200_000),
}
