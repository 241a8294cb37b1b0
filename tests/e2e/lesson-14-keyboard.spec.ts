/** Lesson 14 again, without a mouse. */
import { isDone, prompts, screen, shows } from './desk.ts';
import { expect, test } from './harness.ts';
import { goOn, onStage, pressInLesson, skipUntil, tabTo, toTerminal, type } from './keyboard.ts';

test('lesson 14 with the keyboard alone', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto('./#/lessons');
  await tabTo(page, /서버 여러 대를 하나의 도커처럼/);
  await page.keyboard.press('Enter');
  await prompts(page, 'manager1');

  await pressInLesson(page, /^보이지 않아요$/);
  await pressInLesson(page, /^manager1에서 docker run/);
  await page.waitForTimeout(150);
  await prompts(page, 'manager1');
  await type(page, 'worker1', 'docker ps');

  await goOn(page, '스웜은 이미 설치되어 있어요');
  await type(page, 'manager1', 'docker info | grep Swarm');
  await type(page, 'manager1', 'docker node ls');

  await goOn(page, '첫 매니저를 만들어요');
  await pressInLesson(page, /^1개$/);
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');

  await goOn(page, 'worker1을 초대해요');
  await type(page, 'manager1', 'docker swarm join-token worker');
  // The join command, marked and copied without a mouse: the line above the prompt.
  await page.keyboard.press('Control+Shift+M');
  await page.keyboard.press('Enter');
  await toTerminal(page, 'worker1');
  await page.keyboard.press('Control+Shift+V');
  await expect.poll(() => screen(page, 'worker1')).toMatch(/docker swarm join --token SWMTKN/);
  await page.keyboard.press('Enter');
  await shows(page, 'worker1', /This node joined a swarm as a worker\./);

  await goOn(page, '나머지도 들어오고, 목록을 봐요');
  for (const machine of ['worker2', 'worker3']) {
    await toTerminal(page, machine);
    await page.keyboard.press('Control+Shift+V');
    await page.keyboard.press('Enter');
    await shows(page, machine, /This node joined a swarm as a worker\./);
  }
  await type(page, 'manager1', 'docker node ls');

  await goOn(page, '워커에게 물으면 답해 줄까요?');
  await pressInLesson(page, /^거절해요$/);
  await type(page, 'worker1', 'docker node ls');

  await goOn(page, '케이블을 뽑으면 언제 알아챌까요?');
  await pressInLesson(page, /^15초쯤$/);
  await onStage(page, 'worker3', /^네트워크 끊기$/);
  await skipUntil(page, 'Down이 되는 것을');
  await onStage(page, 'worker3', /^네트워크 잇기$/);
  await skipUntil(page, '다시 Ready');

  await goOn(page, 'docker run은 이제 어떻게 될까요?');
  await pressInLesson(page, /^worker1$/);
  await type(page, 'worker1', 'docker run -d --name alone nginx');
  await isDone(page);
});
