import type { FileSystem, User } from './sys.ts';

/** `/etc/passwd` and `/etc/group`, as the C library reads them. */

interface PasswordEntry extends User {
  readonly shell: string;
}

function lines(files: FileSystem, path: string): string[][] {
  const node = files.lookup(path);
  if (node?.type !== 'file') return [];
  return files
    .readFile(path)
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));
}

/** A user by name or number, with the groups that name him. */
export function lookupUser(files: FileSystem, wanted: string): PasswordEntry | undefined {
  const found = lines(files, '/etc/passwd').find(
    ([name, , uid]) => name === wanted || uid === wanted,
  );
  if (!found) return undefined;
  const [name = '', , uid = '', gid = '', , home = '/', shell = '/bin/sh'] = found;
  const groups = lines(files, '/etc/group')
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([group = '']) => group);
  const own = groupName(files, Number(gid));
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
    groups: own === undefined ? groups : [own, ...groups],
  };
}

export function userName(files: FileSystem, uid: number): string | undefined {
  return lines(files, '/etc/passwd').find(([, , id]) => id === String(uid))?.[0];
}

export function groupName(files: FileSystem, gid: number): string | undefined {
  return lines(files, '/etc/group').find(([, , id]) => id === String(gid))?.[0];
}

export function groupId(files: FileSystem, wanted: string): number | undefined {
  const found = lines(files, '/etc/group').find(([name, , id]) => name === wanted || id === wanted);
  return found && Number(found[2]);
}

/** All users, for `getent passwd` and completion of `~name`. */
export function userNames(files: FileSystem): string[] {
  return lines(files, '/etc/passwd').map(([name = '']) => name);
}
