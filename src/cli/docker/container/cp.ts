/**
 * `docker cp`.
 *
 * Real: docker/cli cli/command/container/cp.go
 */
import type { Run } from '../../cobra/command.ts'
import { notSupported } from '../unsupported.ts'

 
export const runCp: Run = function* () {
  throw notSupported('docker cp')
}
