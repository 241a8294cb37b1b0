import { prompts, shows, type } from './desk.ts';
import { expect, test } from './harness.ts';

test('after the first visit the page works without its server', async ({ page, context }) => {
  await page.goto('./');
  // The parts are put by once the page itself has come.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await context.setOffline(true);
  await page.goto('./#/free/1/1');
  await page.reload();
  await prompts(page, 'manager1');
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  await shows(page, 'manager1', /Swarm initialized/);
  // What comes later comes from there, too: tools, images, lessons.
  await type(page, 'manager1', 'docker run --rm hello-world | grep Hello');
  await shows(page, 'manager1', /Hello from Docker!/);
  await page.goto('./#/lesson/14-swarm-init');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('서버 여러 대');
});
