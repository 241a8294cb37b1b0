/**
 * `docker build` with the classic builder.
 *
 * Real:     docker/cli cli/command/image/build.go, cmd/docker/builder.go
 * Left out: git and URL contexts, content trust, squash.
 */
import type { Run } from '../../cobra/command.ts'
import { notSupported } from '../unsupported.ts'

// eslint-disable-next-line require-yield -- a Run is a program, even one that only refuses
export const runBuild: Run = function* () {
  throw notSupported('docker build')
}
