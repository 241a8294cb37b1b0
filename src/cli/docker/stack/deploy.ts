import { unsupported } from '../unsupported.ts'
export const runDeploy = unsupported
