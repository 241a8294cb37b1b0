/**
 * `/metrics`: what Prometheus reads.
 *
 * Real:     google/cadvisor metrics/prometheus.go (names, help texts, labels).
 * Left out: the metrics of what the lab does not simulate (page faults, inodes, TCP states, ...).
 */
import type { Docker, Sample, Watched } from './docker.ts';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: (one: Watched, last: Sample) => number;
  readonly labels?: string;
}

const METRICS: readonly Metric[] = [
  {
    name: 'container_cpu_usage_seconds_total',
    help: 'Cumulative cpu time consumed in seconds.',
    type: 'counter',
    value: (_, { cpuNs }) => cpuNs / 1e9,
    labels: 'cpu="total"',
  },
  {
    name: 'container_fs_reads_bytes_total',
    help: 'Cumulative count of bytes read',
    type: 'counter',
    value: (_, { readBytes }) => readBytes,
    labels: 'device="/dev/sda"',
  },
  {
    name: 'container_fs_writes_bytes_total',
    help: 'Cumulative count of bytes written',
    type: 'counter',
    value: (_, { writtenBytes }) => writtenBytes,
    labels: 'device="/dev/sda"',
  },
  {
    name: 'container_memory_usage_bytes',
    help: 'Current memory usage in bytes, including all memory regardless of when it was accessed',
    type: 'gauge',
    value: (_, { memoryBytes }) => memoryBytes,
  },
  {
    name: 'container_network_receive_bytes_total',
    help: 'Cumulative count of bytes received',
    type: 'counter',
    value: (_, { receivedBytes }) => receivedBytes,
    labels: 'interface="eth0"',
  },
  {
    name: 'container_network_transmit_bytes_total',
    help: 'Cumulative count of bytes transmitted',
    type: 'counter',
    value: (_, { sentBytes }) => sentBytes,
    labels: 'interface="eth0"',
  },
  {
    name: 'container_processes',
    help: 'Number of processes running inside the container.',
    type: 'gauge',
    value: (_, { pids }) => pids,
  },
  {
    name: 'container_spec_cpu_shares',
    help: 'CPU share of the container.',
    type: 'gauge',
    value: ({ cpuShares }) => cpuShares,
  },
  {
    name: 'container_spec_memory_limit_bytes',
    help: 'Memory limit for the container.',
    type: 'gauge',
    value: ({ memoryLimit }) => memoryLimit,
  },
  {
    name: 'container_start_time_seconds',
    help: 'Start time of the container since unix epoch in seconds.',
    type: 'gauge',
    value: ({ createdUnix }) => createdUnix,
  },
];

export function metricsText(docker: Docker, version: string): string {
  const { machine } = docker;
  const out = [
    "# HELP cadvisor_version_info A metric with a constant '1' value labeled by kernel version, OS version, docker version, cadvisor version & cadvisor revision.",
    '# TYPE cadvisor_version_info gauge',
    `cadvisor_version_info{cadvisorVersion="${version}",dockerVersion="${machine?.ServerVersion ?? ''}",kernelVersion="${machine?.KernelVersion ?? ''}",osVersion="${machine?.OperatingSystem ?? ''}"} 1`,
  ];
  for (const { name, help, type, value, labels } of METRICS) {
    out.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const one of docker.containers) {
      const last = one.samples[one.samples.length - 1];
      if (last) out.push(`${name}{${labelsOf(one, labels)}} ${numberText(value(one, last))}`);
    }
  }
  if (machine)
    out.push(
      '# HELP machine_cpu_cores Number of logical CPU cores.',
      '# TYPE machine_cpu_cores gauge',
      `machine_cpu_cores ${machine.NCPU}`,
      '# HELP machine_memory_bytes Amount of memory installed on the machine.',
      '# TYPE machine_memory_bytes gauge',
      `machine_memory_bytes ${numberText(machine.MemTotal)}`,
    );
  return `${out.join('\n')}\n`;
}

function labelsOf(one: Watched, more: string | undefined): string {
  const own = Object.entries(one.labels).map(
    ([name, value]) =>
      `container_label_${name.replace(/\W/g, '_')}="${value.replace(/["\\]/g, '\\$&')}"`,
  );
  return [
    ...own,
    ...(more ? [more] : []),
    `id="/docker/${one.id}"`,
    `image="${one.image}"`,
    `name="${one.name}"`,
  ]
    .sort((a, b) => (a < b ? -1 : 1))
    .join(',');
}

/** As Go's `%g` writes large numbers: `8.3e+09`. */
function numberText(value: number): string {
  if (value < 1e6 || !Number.isInteger(value)) return String(value);
  const digits = String(value);
  const mantissa = `${digits[0]}.${digits.slice(1)}`.replace(/\.?0+$/, '');
  return `${mantissa}e+${String(digits.length - 1).padStart(2, '0')}`;
}
