import { it } from 'vitest';
import { Lab } from '/work/main/src/lab/lab.ts';
import { vms } from '/work/main/src/lab/templates.ts';
import { PipeRunner } from '/work/main/src/lab/play/pipes.ts';
it('speed', () => {
  for (const [m, w] of [[3,3]] as const) {
  let t = performance.now();
  const lab = new Lab({ template: vms(m, w), seed: 's' });
  const say = (what: string) => { console.log(what, (performance.now()-t).toFixed(0), 'ms', lab.nowMs, lab.world.eventsRun); t = performance.now(); };
  say('made');
  const r = new PipeRunner(lab);
  const run = (n: string, c: string) => { const x = r.run(n, c, { tty: false }, 600000); return x?.stdout ?? 'HANG'; };
  run('manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  const mt = run('manager1', 'docker swarm join-token -q manager').trim(), wt = run('manager1', 'docker swarm join-token -q worker').trim();
  for (let i = 2; i <= m; i++) run(`manager${i}`, `docker swarm join --token ${mt} 192.168.99.100:2377`);
  for (let i = 1; i <= w; i++) run(`worker${i}`, `docker swarm join --token ${wt} 192.168.99.100:2377`);
  say('joined');
  console.log(run('manager1', 'docker node ls'));
  console.log(run('manager1', 'docker service create --name web --replicas 10 -p 80:80 nginx'));
  say('service');
  lab.runUntil(lab.nowMs + 600_000); say('600 s idle');
  console.log(run('manager1', 'docker service ls'), run('manager1','docker service ps web'));
  say('ls');
  }
}, 600_000);
