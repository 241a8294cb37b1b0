/** Lesson 19 as a student takes it: a container, a worker, the leader and the quorum are lost, and come back. */
import { expect, test } from './harness.ts';
import {
  goOn,
  isDone,
  isMet,
  onStage,
  pick,
  predict,
  press,
  prompts,
  shows,
  skipUntil,
  type,
} from './desk.ts';

test.use({ actionTimeout: 20_000 });

test('lesson 19, from a lost container to a lost quorum and back', async ({ page }) => {
  test.setTimeout(400_000);
  await page.goto('./#/lesson/19-failure-recovery/1');

  await test.step('1: a container is killed, a new task takes its slot', async () => {
    await prompts(page, 'worker1');
    await predict(page, '같은 슬롯에 새 태스크가 생겨요');
    await press(page, 0);
    await skipUntil(page, () => isMet(page, '새 태스크가 실행 중'));
    await isDone(page);
  });

  await test.step('2: worker2 loses power; its task is born elsewhere', async () => {
    await goOn(page, 'worker2의 전원을 꺼 봐요');
    await pick(page, 'worker2');
    await expect(page.getByRole('button', { name: '전원 끄기', exact: true })).toBeDisabled();
    await page.keyboard.press('Escape');
    await predict(page, 'worker3');
    await onStage(page, 'worker2', '전원 끄기');
    await expect(page.getByText(/약 \d+초 뒤/)).toBeVisible();
    await skipUntil(page, () => isMet(page, '`web` 태스크 3개'.replaceAll('`', '')));
    await isDone(page);
    await type(page, 'manager1', 'docker node ls');
    await shows(page, 'manager1', /worker2 +Down/);
  });

  await test.step('3: it comes back; nothing moves', async () => {
    await goOn(page, 'worker2가 돌아왔어요');
    await predict(page, '그대로 있어요');
    await onStage(page, 'worker2', '전원 켜기');
    await skipUntil(page, () => isMet(page, '옛 태스크의 끝을'));
    await isDone(page);
  });

  await test.step('4: spread again by force', async () => {
    await goOn(page, '다시 고르게 나눠요');
    await predict(page, '2개');
    await page.getByRole('radio', { name: '10배' }).click();
    await press(page, 0);
    await page.getByRole('radio', { name: '1배', exact: true }).click();
    await isDone(page);
  });

  await test.step('5: the leader is lost, another is elected', async () => {
    await goOn(page, '리더를 잃어요');
    await predict(page, '10초에서 20초쯤');
    await onStage(page, 'manager1', '전원 끄기');
    await skipUntil(page, () => isMet(page, '새 리더가 뽑혔어요'));
    await type(page, 'manager2', 'docker node ls');
    await shows(page, 'manager2', /Leader/);
    await isDone(page);
  });

  await test.step('6: the quorum is lost: Docker says so, the service answers on', async () => {
    await goOn(page, '과반을 잃어요');
    await predict(page, 'web은 계속 대답하고 명령만 안 돼요');
    await onStage(page, 'manager2', '전원 끄기');
    await page.getByRole('radio', { name: '10배' }).click();
    for (let n = 0; n < 6 && !(await isMet(page, '오류를 봤어요')); n++) {
      await type(page, 'manager3', 'docker node ls');
      await prompts(page, 'manager3');
    }
    await shows(page, 'manager3', /The swarm does not have a leader/);
    await type(page, 'worker1', 'curl -s http://192.168.99.103 | grep title');
    await shows(page, 'worker1', /Welcome to nginx/);
    await isDone(page);
  });

  await test.step('7: brought back', async () => {
    await goOn(page, '되살려요');
    await predict(page, '그대로 있어요');
    await onStage(page, 'manager1', '전원 켜기');
    await onStage(page, 'manager2', '전원 켜기');
    await page.getByRole('radio', { name: '100배' }).click();
    await isDone(page);
  });
});
