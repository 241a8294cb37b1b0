import { unsupported } from '../unsupported.ts'
export const runConfig = unsupported
