/**
 * cAdvisor's pages: the machine, Docker's containers, one container.
 *
 * Real:     google/cadvisor cmd/internal/pages/{containers,docker,templates}.go.
 * Left out: the charts that the real pages draw by script: the numbers stand in tables.
 */
import { coresOf, type Docker, type MachineInfo, type Sample, type Watched } from './docker.ts';

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `8.00 GB`: units of 1024 under the names of those of 1000, as the real pages have them. */
export function human(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)} ${UNITS[unit]}`;
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html>
<head><title>cAdvisor - ${escape(title)}</title></head>
<body>
<div class="container">
<a href="/"><img src="/static/cadvisor.png" alt="cAdvisor"></a>
${body}
</div>
</body>
</html>
`;
}

function rows(list: readonly (readonly [string, string])[]): string {
  return `<table>${list.map(([name, value]) => `<tr><td>${escape(name)}</td><td>${escape(value)}</td></tr>`).join('')}</table>`;
}

function isolation(shares: number, cores: string, limit: string): string {
  return `<h2>Isolation</h2>
<h3>CPU</h3>
<ul><li>Shares ${shares} <i>shares</i></li><li>Allowed Cores ${escape(cores)}</li></ul>
<h3>Memory</h3>
<ul><li>Reservation unlimited</li><li>Limit ${escape(limit)}</li><li>Swap Limit unlimited</li></ul>`;
}

/** Cores as the pages list them: `0 1 2 3`. */
function coreList(set: string, count: number): string {
  return set === '' ? Array.from({ length: count }, (_, i) => String(i)).join(' ') : set;
}

function usage(samples: readonly Sample[], machine: MachineInfo, memoryLimit: number): string {
  const last = samples[samples.length - 1];
  const cores = coresOf(samples);
  const limit = memoryLimit > 0 ? memoryLimit : machine.MemTotal;
  const percent = (part: number, whole: number): string =>
    `${Math.round(whole === 0 ? 0 : (part * 100) / whole)}%`;
  return `<h2>Usage</h2>
<h3>Overview</h3>
${rows([
  ['CPU', percent(cores, machine.NCPU)],
  ['Memory', percent(last?.memoryBytes ?? 0, limit)],
])}
<h3>CPU</h3>
${rows([
  ['Total Usage', `${cores.toFixed(3)} cores`],
  ['Total CPU time', `${((last?.cpuNs ?? 0) / 1e9).toFixed(3)} s`],
])}
<h3>Memory</h3>
${rows([
  ['Total Usage', human(last?.memoryBytes ?? 0)],
  [
    'Usage Breakdown',
    `${human(last?.memoryBytes ?? 0)} / ${human(limit)} (${percent(last?.memoryBytes ?? 0, limit)})`,
  ],
])}
<h3>Network</h3>
${rows([
  ['Received', human(last?.receivedBytes ?? 0)],
  ['Sent', human(last?.sentBytes ?? 0)],
])}
<h3>Filesystem</h3>
${rows([
  ['Read', human(last?.readBytes ?? 0)],
  ['Written', human(last?.writtenBytes ?? 0)],
])}
<h3>Processes</h3>
${rows([['Count', String(last?.pids ?? 0)]])}`;
}

const links = (list: readonly (readonly [string, string])[]): string =>
  `<div class="list-group">${list.map(([text, href]) => `<a href="${escape(href)}" class="list-group-item">${escape(text)}</a>`).join('\n')}</div>`;

/** `/containers/`: the root of the tree, which is the machine. Its numbers are the sums of its containers'. */
export function rootPage(docker: Docker): string {
  const { machine } = docker;
  if (!machine)
    return page('/', '<h1>root</h1><p>failed to get container "/": docker is not reachable</p>');
  const all = docker.containers;
  return page(
    '/',
    `<h1>root</h1>
${links([['Docker Containers', '/docker/']])}
<h2>Subcontainers</h2>
${links(all.length > 0 ? [['/docker', '/containers/docker']] : [])}
${isolation(1024, coreList('', machine.NCPU), human(machine.MemTotal))}
${usage(total(all), machine, 0)}`,
  );
}

/** Samples of all containers added up: those of the same look. */
function total(all: readonly Watched[]): readonly Sample[] {
  const sums = new Map<number, Sample>();
  for (const { samples } of all)
    for (const one of samples) {
      const there = sums.get(one.atMs);
      sums.set(one.atMs, there ? added(there, one) : one);
    }
  return [...sums.values()].sort((a, b) => a.atMs - b.atMs);
}

function added(a: Sample, b: Sample): Sample {
  return {
    atMs: a.atMs,
    cpuNs: a.cpuNs + b.cpuNs,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    pids: a.pids + b.pids,
    receivedBytes: a.receivedBytes + b.receivedBytes,
    sentBytes: a.sentBytes + b.sentBytes,
    readBytes: a.readBytes + b.readBytes,
    writtenBytes: a.writtenBytes + b.writtenBytes,
  };
}

/** `/docker/`: Docker's containers by name. */
export function dockerPage(docker: Docker): string {
  const { machine } = docker;
  if (!machine)
    return page(
      'Docker Containers',
      '<h1>Docker Containers</h1><p>failed to get docker info: docker is not reachable</p>',
    );
  return page(
    'Docker Containers',
    `<h1>Docker Containers</h1>
${links([['root', '/containers/']])}
<h2>Subcontainers</h2>
${links(docker.containers.map(({ id, name }) => [`${name} (/docker/${id})`, `/docker/${name}`] as const))}
<h2>Driver Status</h2>
${rows([
  ['Docker Version', machine.ServerVersion],
  ['Kernel Version', machine.KernelVersion],
  ['OS Version', machine.OperatingSystem],
  ['Host Name', machine.Name],
  ['Docker Root Directory', '/var/lib/docker'],
  ['Number of Images', String(machine.Images)],
  ['Number of Containers', String(machine.ContainersRunning)],
])}
<h2>Storage</h2>
${rows([['Driver', machine.Driver]])}`,
  );
}

/** `/docker/web`: one container. */
export function containerPage(docker: Docker, one: Watched): string {
  const machine = docker.machine as MachineInfo;
  return page(
    `${one.name} (/docker/${one.id})`,
    `<h1>${escape(one.name)} (/docker/${one.id})</h1>
${links([
  ['Docker Containers', '/docker/'],
  [`${one.name} (/docker/${one.id})`, `/docker/${one.name}`],
])}
${isolation(one.cpuShares, coreList(one.cpuset, machine.NCPU), one.memoryLimit > 0 ? human(one.memoryLimit) : human(machine.MemTotal))}
${usage(one.samples, machine, one.memoryLimit)}`,
  );
}
