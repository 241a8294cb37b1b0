import { beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../harness.ts';
import type { Container } from '../harness.ts';
import { sql, started } from './desk.ts';

let lab: Lab;
let db: Container;

beforeAll(() => {
  ({ lab, db } = started('mysql:8.0'));
  sql(
    lab,
    db,
    `use shop;
     create table cat (id int auto_increment primary key, name varchar(10) not null unique);
     create table item (id int auto_increment primary key, cat_id int, name varchar(10), price decimal(8,2) default 0,
       made date, foreign key (cat_id) references cat (id));
     insert into cat (name) values ('음료'), ('과자');
     insert into item (cat_id, name, price, made) values (1, '콜라', 1500, '2026-1-2'), (1, '사이다', 1400.5, null), (2, '새우깡', 1200, '2026-02-03');`,
  );
});

/** Rows as tabs. */
function rows(text: string): string {
  return sql(lab, db, text, '-N', 'shop');
}

describe('answers', () => {
  test.each([
    [
      'select 1/3, 7 div 2, 7 % 2, 0.1 + 0.2, "3" + 4, null, true',
      '0.3333\t3\t1\t0.3\t7\tNULL\t1\n',
    ],
    ['select avg(price), sum(price), count(made) from item', '1366.833333\t4100.50\t2\n'],
    [
      'select c.name, count(*) n from cat c join item i on i.cat_id = c.id group by c.name having n > 1',
      '음료\t2\n',
    ],
    ['select name from item where made = "2026-01-02"', '콜라\n'],
    [
      'select name from item where price > (select avg(price) from item) order by price',
      '사이다\n콜라\n',
    ],
    ["select group_concat(distinct cat_id order by cat_id desc separator '/') from item", '2/1\n'],
    [
      "select date_format(made, '%Y/%m/%d'), dayname(made) from item where id = 1",
      '2026/01/02\tFriday\n',
    ],
    ["select if('a' = 'A', 'same', 'other'), 'abc' like 'A%'", 'same\t1\n'],
    ['select name, rank() over (order by price desc) from item', '콜라\t1\n사이다\t2\n새우깡\t3\n'],
    [
      'with recursive t as (select 1 n union all select n + 1 from t where n < 3) select n from t',
      '1\n2\n3\n',
    ],
    [
      "select concat_ws('-', 'a', null, 'b'), lpad('7', 3, '0'), char_length('한글'), length('한글')",
      'a-b\t007\t2\t6\n',
    ],
    ['select @a := 2, @a + 1', '2\t3\n'],
    ['select table_name from information_schema.tables where table_schema = "shop"', 'cat\nitem\n'],
    ['/*!40101 select 1 */', '1\n'],
  ])('%s', (text, expected) => expect(rows(text)).toBe(expected));
});

describe('errors', () => {
  test.each([
    ['selec 1', 1064, "near 'selec 1' at line 1"],
    ['select * form item', 1064, "near 'form item' at line 1"],
    ['select *\nfrom item\nwher id = 1', 1064, "near 'id = 1' at line 3"],
    ['select 1 from', 1064, "near '' at line 1"],
    ['select nosuch from item', 1054, "Unknown column 'nosuch' in 'field list'"],
    ['select 1 from item where nosuch = 1', 1054, "Unknown column 'nosuch' in 'where clause'"],
    ['select id from cat, item', 1052, "Column 'id' in field list is ambiguous"],
    ['select * from nosuch', 1146, "Table 'shop.nosuch' doesn't exist"],
    ['use nosuch', 1049, "Unknown database 'nosuch'"],
    ['create table cat (a int)', 1050, "Table 'cat' already exists"],
    ['create database shop', 1007, "Can't create database 'shop'; database exists"],
    ['drop database nosuch', 1008, "Can't drop database 'nosuch'; database doesn't exist"],
    ["insert into cat (name) values ('과자')", 1062, "Duplicate entry '과자' for key 'cat.name'"],
    ['insert into cat values (1)', 1136, "Column count doesn't match value count at row 1"],
    [
      "insert into cat (name) values ('12345678901')",
      1406,
      "Data too long for column 'name' at row 1",
    ],
    ['insert into cat (id) values (9)', 1364, "Field 'name' doesn't have a default value"],
    ['insert into cat (name) values (null)', 1048, "Column 'name' cannot be null"],
    [
      "insert into item (price) values ('abc')",
      1366,
      "Incorrect decimal value: 'abc' for column 'price' at row 1",
    ],
    [
      "insert into item (made) values ('2026-02-30')",
      1292,
      "Incorrect date value: '2026-02-30' for column 'made' at row 1",
    ],
    [
      'insert into item (cat_id) values (99)',
      1452,
      'CONSTRAINT `item_ibfk_1` FOREIGN KEY (`cat_id`) REFERENCES `cat` (`id`)',
    ],
    ['delete from cat where id = 1', 1451, 'Cannot delete or update a parent row'],
    ['select name, count(*) from item', 1140, "contains nonaggregated column 'shop.item.name'"],
    [
      'select name, max(price) from item group by cat_id',
      1055,
      'Expression #1 of SELECT list is not in GROUP BY clause',
    ],
    ['select nosuch(1)', 1305, 'FUNCTION shop.nosuch does not exist'],
    ['select @@nosuch', 1193, "Unknown system variable 'nosuch'"],
    ['call p()', 1235, '이 실습실에서는 지원하지 않습니다'],
  ])('%s', (text, number, words) => {
    const answer = rows(text);
    expect(answer).toMatch(new RegExp(`^ERROR ${number} \\(\\w{5}\\)`));
    expect(answer).toContain(words);
  });
});

test('a failed statement leaves nothing behind', () => {
  expect(rows("insert into cat (name) values ('차'), ('과자')")).toContain('1062');
  expect(rows('select count(*) from cat')).toBe('2\n');
});

test('sessions see what is committed; a second writer waits for the first', () => {
  rows('create table t (a int); insert into t values (1)');
  db.exec(
    'mysql',
    '-uroot',
    '-ppw',
    'shop',
    '-e',
    'begin; update t set a = 2; do_nothing; select 1',
  );
  const first = db.exec(
    'mysql',
    '-uroot',
    '-ppw',
    'shop',
    '-e',
    'begin; update t set a = 2; select sleep(3); commit',
  );
  lab.run(200);
  expect(rows('select a from t')).toBe('1\n');
  expect(rows('set innodb_lock_wait_timeout = 1; update t set a = 5')).toContain(
    'ERROR 1205 (HY000)',
  );
  for (let i = 0; i < 100 && !first.exit; i++) lab.run(100);
  expect(rows('select a from t')).toBe('2\n');
  expect(rows('begin; delete from t; rollback; select count(*) from t')).toBe('1\n');
});

test('ALTER keeps the rows', () => {
  rows(
    "create table p (id int primary key, a varchar(5)); insert into p values (2, 'x'), (1, 'y')",
  );
  expect(rows('select id from p')).toBe('1\n2\n');
  rows(
    'alter table p add column n int not null default 3 after id, change a b varchar(20), add unique key (b)',
  );
  expect(rows('select * from p')).toBe('1\t3\ty\n2\t3\tx\n');
  expect(rows("insert into p values (3, 1, 'x')")).toContain("Duplicate entry 'x' for key 'p.b'");
  expect(sql(lab, db, 'show create table p\\G', 'shop')).toContain('  UNIQUE KEY `b` (`b`)\n');
});
