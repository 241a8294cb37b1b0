import { it } from 'vitest';
import { runSeed } from './seeds.ts';
import type { Lab } from '../../src/lab/lab.ts';
it('dbg', { timeout: 600000 }, () => {
  for (const seed of (process.env['SEED'] ?? '').split(',')) {
  let lab: Lab | undefined;
  const out = runSeed(seed, { plant: (l) => { lab = l; } });
  console.log(seed, out.violations.slice(0, 3));
  if (process.env['FROM']) for (const e of lab!.world.trace.since(Number(process.env['FROM'])) ) console.log(e.atMs, e.kind, JSON.stringify(e.data).slice(0, 200));
  for (const h of lab!.hosts) {
    const c = h.engine.cluster;
    console.log(h.machine.name, c.localState, c.nodeID, c.isManager, h.engine.isRunning, JSON.stringify(c.runner?.exit), c.runner?.node?.lastError, JSON.stringify(c.runner?.node?.remotes), c.runner?.node?.certificate?.Role, c.runner?.isReady);
  }
  for (const h of lab!.hosts) { const r = h.engine.cluster.runner?.node?.manager?.raft; if (r) console.log(h.machine.name, JSON.stringify(r.status()), JSON.stringify(r.peers.members)); }
  const leader = lab!.hosts.find((h) => h.engine.cluster.runner?.node?.manager?.isLeader);
  for (const n of leader?.engine.cluster.storeView()?.list('node') ?? []) console.log(n.ID, n.Description?.Hostname, n.Role, n.Spec.Role, n.Status, n.Certificate);
  if (process.env['TASKS']) for (const n of leader?.engine.cluster.storeView()?.list('task') ?? []) console.log(n.ID, n.ServiceID, n.Slot, n.NodeID, n.DesiredState, JSON.stringify(n.Status), n.SpecVersion);
  if (process.env['TASKS']) for (const n of leader?.engine.cluster.storeView()?.list('service') ?? []) console.log(n.ID, n.Spec.Name, JSON.stringify(n.Spec), n.UpdateStatus, n.SpecVersion);
  }
});
