/**
 * `docker build` with the classic builder.
 *
 * Real:     docker/cli cli/command/image/build.go, cmd/docker/builder.go
 * Left out: git and URL contexts, content trust, squash.
 */
import type { Run } from '../../cobra/command.ts'
import { notSupported } from '../unsupported.ts'

 
export const runBuild: Run = function* () {
  throw notSupported('docker build')
}
