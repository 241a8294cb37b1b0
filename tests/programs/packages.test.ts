import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

/** A container's shell; what each line prints. */
function container(reference: string): { sh: (line: string) => string; one: Container } {
  const lab = new Lab();
  const one = lab.container(reference, '10.0.0.2', 'one');
  const sh = (line: string): string => {
    const [out, err] = [one.out.length, one.err.length];
    const process = one.exec('sh', '-c', line);
    for (let i = 0; i < 100 && !process.exit; i++) lab.run(100);
    return one.out.slice(out) + one.err.slice(err) + String(process.exit?.code ?? 'runs');
  };
  return { sh, one };
}

describe('apt in a container', () => {
  test('an image has no package lists: first update, then install', () => {
    const { sh } = container('nginx:latest');
    expect(sh('apt-get install -y curl procps; ps')).toContain(
      'E: Unable to locate package procps',
    );
    const update = sh('apt-get update');
    expect(update).toContain('Get:1 http://deb.debian.org/debian trixie InRelease [151 kB]\n');
    expect(update).toContain('http://deb.debian.org/debian-security trixie-security InRelease');
    expect(sh('apt-get update')).toContain('Hit:1 http://deb.debian.org/debian trixie InRelease\n');
    expect(sh('apt-get install -y procps')).toMatch(/Setting up procps .*\n0$/);
    expect(sh('ps')).toMatch(/PID TTY[\s\S]*0$/);
    expect(sh('apt-get remove -y procps; ps')).toContain('ps: not found');
  });

  test('Ubuntu asks its own archive', () => {
    const { sh } = container('ubuntu:22.04');
    expect(sh('apt update')).toContain('http://archive.ubuntu.com/ubuntu jammy InRelease');
  });

  test('what the lab has not says so', () => {
    const { sh } = container('ubuntu:22.04');
    sh('apt update');
    expect(sh('apt install -y postgresql')).toMatch(
      /E: Unable to locate package postgresql\n이 실습실에서는 지원하지 않습니다: postgresql 패키지.*\n100$/,
    );
  });

  test('without a network no list comes', () => {
    const { sh, one } = container('ubuntu:22.04');
    for (const port of one.namespace.net.interfaces) if (port.name !== 'lo') port.isUp = false;
    expect(sh('apt-get update')).toContain("Temporary failure resolving 'archive.ubuntu.com'");
    expect(sh('apt-get install -y curl')).toContain('E: Unable to locate package curl');
  });
});

describe('apk', () => {
  test('adds, shows and removes', () => {
    const { sh } = container('alpine:latest');
    expect(sh('curl')).toContain('curl: not found');
    expect(sh('apk add --no-cache curl')).toMatch(
      /^fetch https:\/\/dl-cdn\.alpinelinux\.org\/alpine\/v3\.\d+\/main\/x86_64\/APKINDEX\.tar\.gz\n[\s\S]*\(1\/1\) Installing curl \(8\.\d+\.\d+-r\d+\)\n[\s\S]*OK: \d+ MiB in 17 packages\n0$/,
    );
    expect(sh('curl --version')).toMatch(/^curl /);
    expect(sh('apk info')).toContain('curl\n');
    expect(sh('apk del curl; curl')).toContain('curl: not found');
  });

  test('an unknown package', () => {
    const { sh } = container('alpine:latest');
    expect(sh('apk add nope')).toMatch(
      /ERROR: unable to select packages:\n {2}nope \(no such package\):\n {4}required by: world\[nope\]\n이 실습실.*\n1$/,
    );
  });
});
