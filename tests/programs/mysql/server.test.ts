import { describe, expect, test } from 'vitest';
import { Lab } from '../harness.ts';
import { output, ROOT, sql, started, volume } from './desk.ts';

describe('the entry point', () => {
  test('refuses without a word about the password', () => {
    const { db } = started('mysql:8.0', { env: [] });
    expect(db.err).toMatch(
      /\[ERROR\] \[Entrypoint\]: Database is uninitialized and password option is not specified\n {4}You need to specify one of the following as an environment variable:\n {4}- MYSQL_ROOT_PASSWORD\n/,
    );
    expect(db.main?.exit?.code).toBe(1);
  });

  test('fills the directory with a temporary server, then starts', () => {
    const { db } = started('mysql:8.0');
    expect(db.out + db.err).toContain('Temporary server started.');
    expect(db.err).toMatch(
      /\[System\] \[MY-010931\] \[Server\] \/usr\/sbin\/mysqld: ready for connections\. Version: '8\.0\.45' {2}socket: '\/var\/run\/mysqld\/mysqld\.sock' {2}port: 3306 {2}MySQL Community Server - GPL\.\n/,
    );
    expect(db.main?.user.uid).toBe(999);
    expect(db.namespace.files.list('/var/lib/mysql')).toEqual(
      expect.arrayContaining(['auto.cnf', 'ibdata1', 'mysql.ibd', 'shop', 'undo_001']),
    );
  });

  test('runs what lies in docker-entrypoint-initdb.d', () => {
    const lab = new Lab();
    const db = lab.container('mysql:8.0', '10.0.0.2');
    db.namespace.files.writeFile(
      '/docker-entrypoint-initdb.d/a.sql',
      'CREATE TABLE t (a INT);\nINSERT INTO t VALUES (7);\n',
    );
    db.start(undefined, ROOT);
    lab.run(20_000);
    expect(sql(lab, db, 'SELECT * FROM shop.t')).toBe('a\n7\n');
  });

  test('an option that nobody knows ends the server', () => {
    const { db } = started('mysql:8.4', {
      argv: ['--default-authentication-plugin=mysql_native_password'],
    });
    expect(db.err).toContain(
      "[ERROR] [MY-000067] [Server] unknown variable 'default-authentication-plugin=mysql_native_password'.",
    );
    expect(db.main?.exit?.code).toBe(1);
  });
});

describe('who may come in', () => {
  test('a wrong password, a missing one, an unknown database', () => {
    const { lab, db } = started('mysql:5.7');
    expect(output(lab, db, 'mysql', '-uroot', '-pno', '-e', 'select 1')).toContain(
      "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)\n",
    );
    expect(output(lab, db, 'mysql', '-uroot', '-e', 'select 1')).toContain('(using password: NO)');
    expect(sql(lab, db, 'select 1', 'nosuch')).toBe(
      "ERROR 1049 (42000): Unknown database 'nosuch'\n",
    );
  });

  test('from another machine, over TCP; nobody there; no such name', () => {
    const lab = new Lab();
    const { db } = started('mysql:8.0', { lab });
    const other = lab.container('mysql:8.0', '10.0.0.3');
    const from = (host: string): string =>
      output(lab, other, 'mysql', `-h${host}`, '-uroot', '-ppw', '-N', '-e', 'select user()');
    expect(from('10.0.0.2')).toContain('root@10.0.0.3\n');
    db.signal('SIGKILL');
    lab.run(50);
    expect(from('10.0.0.2')).toContain(
      "ERROR 2003 (HY000): Can't connect to MySQL server on '10.0.0.2:3306' (111)",
    );
    expect(output(lab, other, 'mysql', '-uroot', '-ppw', '-e', 'select 1')).toContain(
      "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)",
    );
  });

  test('a user sees what was granted, and no more', () => {
    const { lab, db } = started('mysql:8.0', {
      env: [...ROOT, 'MYSQL_USER=kim', 'MYSQL_PASSWORD=kp'],
    });
    sql(
      lab,
      db,
      'create table shop.t (a int); create database secret; create table secret.s (a int)',
    );
    const kim = (text: string): string =>
      output(lab, db, 'mysql', '-ukim', '-pkp', '-N', '-e', text).replace(/^mysql: .*\n/m, '');
    expect(kim('show databases')).toBe('information_schema\nperformance_schema\nshop\n');
    expect(kim('insert into shop.t values (1); select * from shop.t')).toBe('1\n');
    expect(kim('select * from secret.s')).toContain(
      "ERROR 1142 (42000) at line 1: SELECT command denied to user 'kim'@'localhost' for table 's'",
    );
    expect(kim('use secret')).toContain('ERROR 1044 (42000)');
    expect(kim("create user x identified by 'y'")).toContain('ERROR 1227 (42000)');
  });

  test('one too many', () => {
    const { lab, db } = started('mysql:8.0', { argv: ['--max-connections=1'] });
    const first = db.exec('mysql', '-uroot', '-ppw', '-e', 'select sleep(5)');
    lab.run(100);
    expect(sql(lab, db, 'select 1')).toContain('ERROR 1040 (08004): Too many connections');
    lab.run(6_000);
    expect(first.exit?.code).toBe(0);
  });
});

describe('data that stays', () => {
  test('what was committed survives a kill; an open transaction does not', () => {
    const data = volume();
    const { lab, db } = started('mysql:8.0', { data });
    sql(
      lab,
      db,
      "create table shop.t (a int primary key, b varchar(10)); insert into shop.t values (1, '안녕')",
    );
    db.exec(
      'mysql',
      '-uroot',
      '-ppw',
      '-e',
      'begin; insert into shop.t values (2, "x"); select sleep(9)',
    );
    lab.run(500);
    db.signal('SIGKILL');
    lab.run(50);
    const again = started('mysql:8.0', { data, lab, address: '10.0.0.3' });
    expect(again.db.err).toContain('Starting XA crash recovery...');
    expect(sql(lab, again.db, 'select * from shop.t')).toBe('a\tb\n1\t안녕\n');
  });

  test('5.7 to 8.0 in place, and no way back', () => {
    const data = volume();
    const first = started('mysql:5.7', { data });
    const { lab } = first;
    sql(lab, first.db, 'create table shop.t (a int); insert into shop.t values (7)');
    expect(first.db.namespace.files.list('/var/lib/mysql/shop')).toEqual([
      'db.opt',
      't.frm',
      't.ibd',
    ]);
    first.db.signal('SIGTERM');
    lab.run(3_000);
    const second = started('mysql:8.0', { data, lab, address: '10.0.0.3' });
    expect(second.db.err).toMatch(
      /Server upgrade from '50700' to '80045' started[^]*Server upgrade from '50700' to '80045' completed[^]*ready for connections/,
    );
    expect(sql(lab, second.db, 'select a from shop.t', '-N')).toBe('7\n');
    expect(second.db.namespace.files.list('/var/lib/mysql/shop')).toEqual(['t.ibd']);
    second.db.signal('SIGTERM');
    lab.run(3_000);
    for (const [reference, text] of [
      ['mysql:5.7', 'the flags in file ./ibdata1 are 0x4800'],
      ['mariadb:10.2', '[ERROR] Unknown/unsupported storage engine: InnoDB'],
      ['mysql:9', 'Invalid MySQL server upgrade: Cannot upgrade from 80045 to 90600.'],
    ] as const) {
      const refused = started(reference, { data, lab, address: '10.0.0.4', runMs: 5_000 });
      expect(refused.db.err).toContain(text);
      expect(refused.db.main?.exit?.code).toBe(1);
    }
  });

  test('MariaDB opens the data of 5.7 and asks for an upgrade', () => {
    const data = volume();
    const { lab, db } = started('mysql:5.7', { data });
    db.signal('SIGTERM');
    lab.run(3_000);
    const { db: maria } = started('mariadb:10.2', { data, lab, address: '10.0.0.3' });
    expect(maria.err).toContain('please run mysql_upgrade to create it');
    expect(maria.err).toMatch(/mysqld: ready for connections\.\nVersion: '10\.2\.44-MariaDB/);
  });

  test('two servers on one directory: the second waits for the lock', () => {
    const data = volume();
    const { lab } = started('mysql:8.0', { data });
    const second = started('mysql:8.0', { data, lab, address: '10.0.0.3', runMs: 5_000 });
    expect(second.db.err).toContain(
      '[ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11',
    );
    expect(second.db.main?.exit).toBeUndefined();
    lab.run(110_000);
    expect(second.db.main?.exit?.code).toBe(1);
  });
});

test('a dump can be read again', () => {
  const { lab, db } = started('mysql:8.0');
  sql(
    lab,
    db,
    "use shop; create table t (a int primary key auto_increment, b text); insert into t (b) values ('it''s'), (null), ('줄\n바꿈')",
  );
  const dump = output(lab, db, 'mysqldump', '-uroot', '-ppw', 'shop').replace(
    /^mysqldump: .*\n/m,
    '',
  );
  expect(dump).toContain("INSERT INTO `t` VALUES (1,'it\\'s'),(2,NULL),(3,'줄\\n바꿈');");
  sql(lab, db, 'create database copy');
  expect(sql(lab, db, dump, 'copy')).toBe('');
  expect(sql(lab, db, 'select * from copy.t', '-N')).toBe("1\tit's\n2\tNULL\n3\t줄\\n바꿈\n");
});
