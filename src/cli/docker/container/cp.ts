/**
 * `docker cp`.
 *
 * Real: docker/cli cli/command/container/cp.go
 */
import type { Run } from '../../cobra/command.ts'
import { notSupported } from '../unsupported.ts'

// eslint-disable-next-line require-yield -- a Run is a program, even one that only refuses
export const runCp: Run = function* () {
  throw notSupported('docker cp')
}
