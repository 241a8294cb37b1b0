/** Lesson 14 as a student takes it, with the mouse and the keyboard. */
import { expect, test } from './harness.ts';
import {
  copyLine,
  goOn,
  isDone,
  isMet,
  offers,
  onStage,
  openTerminal,
  predict,
  press,
  prompts,
  shows,
  skipUntil,
  terminal,
  type,
} from './desk.ts';

test.use({ actionTimeout: 20_000 });

test('lesson 14, from docker run to a swarm of four', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto('./#/lessons');
  await page.getByRole('link', { name: '서버 여러 대를 하나의 도커처럼 쓸 수 있을까요?' }).click();

  await test.step('1: a prediction unlocks the commands, running them ticks the step', async () => {
    await prompts(page, 'manager1');
    await expect(offers(page).first()).toBeDisabled();
    await predict(page, '보이지 않아요');
    await press(page, 0);
    expect(await isMet(page, '컨테이너 목록을 봤어요')).toBe(false);
    await expect(page.getByRole('button', { name: '다음', exact: true })).toBeDisabled();
    await type(page, 'worker1', 'docker ps');
    await isDone(page);
    await expect(page.getByText('예상대로예요.')).toBeVisible();
  });

  await test.step('2: reading an error', async () => {
    await goOn(page, '스웜은 이미 설치되어 있어요');
    expect(page.url()).toMatch(/14-swarm-init\/2$/);
    await press(page, 0);
    await press(page, 1);
    await shows(page, 'manager1', /This node is not a swarm manager/);
    await isDone(page);
  });

  await test.step('3: the first manager, typed by hand, after a wrong prediction', async () => {
    await goOn(page, '첫 매니저를 만들어요');
    await predict(page, '4개');
    await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
    await isDone(page);
    await expect(page.getByText('예상과 달라요.')).toBeVisible();
    await expect(page.getByText('틀렸')).toHaveCount(0);
  });

  await test.step('4: the join command, copied from one terminal to another', async () => {
    await goOn(page, 'worker1을 초대해요');
    await press(page, 0);
    await copyLine(page, 'manager1', 'docker swarm join --token');
    await openTerminal(page, 'worker1');
    await page.keyboard.press('Control+V');
    await page.keyboard.press('Enter');
    await shows(page, 'worker1', /This node joined a swarm as a worker\./);
    await isDone(page);
  });

  await test.step('5: the others, and the list', async () => {
    await goOn(page, '나머지도 들어오고, 목록을 봐요');
    for (const machine of ['worker2', 'worker3']) {
      await openTerminal(page, machine);
      await page.keyboard.press('Control+Shift+V');
      await page.keyboard.press('Enter');
      await shows(page, machine, /This node joined a swarm as a worker\./);
    }
    await type(page, 'manager1', 'docker node ls');
    await shows(page, 'manager1', /worker3 +Ready +Active/);
    await isDone(page);
  });

  await test.step('6: a worker refuses', async () => {
    await goOn(page, '워커에게 물으면 답해 줄까요?');
    await page.getByRole('button', { name: '예상은 건너뛸게요' }).click();
    await press(page, 0);
    await isDone(page);
  });

  await test.step('7: the cable, pulled and put back on the stage', async () => {
    await goOn(page, '케이블을 뽑으면 언제 알아챌까요?');
    await predict(page, '15초쯤');
    await onStage(page, 'worker3', '네트워크 끊기');
    await skipUntil(page, () => isMet(page, 'Down이 되는 것을'));
    await onStage(page, 'worker3', '네트워크 잇기');
    await skipUntil(page, () => isMet(page, '다시 Ready'));
    await isDone(page);
  });

  await test.step('8: docker run in a swarm', async () => {
    await goOn(page, 'docker run은 이제 어떻게 될까요?');
    await predict(page, 'worker1');
    await press(page, 0);
    await isDone(page);
    await expect(terminal(page, 'worker1')).toBeVisible();
    await expect(page.getByRole('button', { name: '15과로 가기' })).toBeEnabled();
  });
});
