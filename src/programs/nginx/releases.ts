/** Which binary an image has. */
import type { Program } from '../../sim/index.ts';
import { nginxProgram } from './nginx.ts';

/** What the notice at the start says that the binary was built by. */
const COMPILERS: Readonly<Record<string, string>> = {
  jessie: 'gcc 4.9.2 (Debian 4.9.2-10) ',
  stretch: 'gcc 6.3.0 20170516 (Debian 6.3.0-18+deb9u1) ',
  buster: 'gcc 8.3.0 (Debian 8.3.0-6) ',
  bullseye: 'gcc 10.2.1 20210110 (Debian 10.2.1-6) ',
  bookworm: 'gcc 12.2.0 (Debian 12.2.0-14+deb12u1) ',
  trixie: 'gcc 14.2.0 (Debian 14.2.0-19) ',
  '3.16': 'gcc 11.2.1 20220219 (Alpine 11.2.1_git20220219) ',
  '3.17': 'gcc 12.2.1 20220924 (Alpine 12.2.1_git20220924-r4) ',
  '3.19': 'gcc 13.2.1 20231014 (Alpine 13.2.1_git20231014) ',
  '3.21': 'gcc 14.2.0 (Alpine 14.2.0) ',
  '3.23': 'gcc 15.2.0 (Alpine 15.2.0) ',
};

/** The name of the program in executable files: `nginx/1.27.5/bookworm`. */
export function programName(version: string, system: string): string {
  return `nginx/${version}/${system}`;
}

export function nginxPrograms(
  releases: readonly { readonly version: string; readonly system: readonly [string, string] }[],
): readonly (readonly [string, Program])[] {
  return releases.map(
    ({ version, system }) =>
      [
        programName(version, system[1]),
        nginxProgram({ version, builtBy: COMPILERS[system[1]] ?? 'gcc' }),
      ] as const,
  );
}
