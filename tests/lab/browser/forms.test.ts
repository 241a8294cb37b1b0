import { describe, expect, it } from 'vitest';
import { readHtml } from '../../../src/lab/browser/document.ts';
import { filled, submission } from '../../../src/lab/browser/forms.ts';
import { formatUrl, parseUrl, type Url } from '../../../src/lab/browser/url.ts';

const url = parseUrl('http://h:3000/list/page?old=1#x') as Url;

const PAGE = `<form id="f" action="save" method="post">
  <input name="name" value="a b"><input type="hidden" name="token" value="t&amp;1">
  <input type="checkbox" name="tick"><input type="checkbox" name="on" value="yes" checked>
  <input type="radio" name="size" value="s" checked><input type="radio" name="size" value="l">
  <select name="one"><option>first<option selected value="2">second</select>
  <select name="many" multiple><option>p<option>q</select>
  <textarea name="note">\nline 1\nline 2</textarea>
  <input name="off" value="x" disabled><fieldset disabled><input name="off2"></fieldset>
  <input value="nameless"><input type="file" name="file">
  <input type="submit" name="do" value="Save"><button name="do" value="del" formaction="/delete">Delete</button>
</form><input name="outside" form="f" value="o">`;

const page = readHtml(url, PAGE);
const control = (name: string): number => page.controls.findIndex((one) => one.name === name);

describe('a form', () => {
  it('sends what the page has, with the button that was pressed', () => {
    const sent = submission(page, 0, control('do'), []);
    expect(sent && formatUrl(sent.url)).toBe('http://h:3000/list/save');
    expect(sent?.contentType).toBe('application/x-www-form-urlencoded');
    expect(sent?.body).toBe(
      'name=a+b&token=t%261&on=yes&size=s&one=2&note=line+1%0D%0Aline+2&do=Save&outside=o',
    );
  });

  it('sends what was filled in', () => {
    const sent = submission(page, 0, undefined, [
      { control: control('name'), value: '가 & 나' },
      { control: control('tick'), isChecked: true },
      { control: control('on'), isChecked: false },
      { control: control('one'), selected: [0] },
      { control: control('many'), selected: [0, 1] },
      { control: control('note'), value: '' },
    ]);
    expect(sent?.body).toBe(
      'name=%EA%B0%80+%26+%EB%82%98&token=t%261&tick=on&size=s&one=first&many=p&many=q&note=&outside=o',
    );
  });

  it('goes where the button says', () => {
    const sent = submission(page, 0, control('do') + 1, []);
    expect(sent && formatUrl(sent.url)).toBe('http://h:3000/delete');
    expect(sent?.body).toContain('do=del');
  });

  it('without a method takes the place of the query', () => {
    const search = readHtml(
      url,
      '<form><input name=q value="1=1"><input type=image name=go></form>',
    );
    const sent = submission(search, 0, 1, []);
    expect(sent && formatUrl(sent.url)).toBe('http://h:3000/list/page?q=1%3D1&go.x=0&go.y=0');
    expect(sent?.body).toBeUndefined();
  });

  it('of several parts is sent in parts', () => {
    const upload = readHtml(
      url,
      '<form method=post enctype=multipart/form-data><input name=a value=1></form>',
    );
    const sent = submission(upload, 0, undefined, []);
    const boundary = /boundary=(.+)$/.exec(sent?.contentType ?? '')?.[1] ?? '';
    expect(sent?.body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}--\r\n`,
    );
  });

  it('is filled in by name', () => {
    expect(
      filled(page.controls, { size: 'l', tick: 'on', one: 'first', nobody: 'x', off: 'y' }),
    ).toEqual([
      { control: control('tick'), isChecked: true },
      { control: control('size'), isChecked: false },
      { control: control('size') + 1, isChecked: true },
      { control: control('one'), selected: [0] },
      { control: control('off'), value: 'y' },
    ]);
  });
});
