/** What a statement says: the tree between the parsers and the compiler. */

interface Place {
  readonly start: number;
  readonly end: number;
}

export type Expr = Place &
  (
    | { readonly kind: 'null' }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | {
        readonly kind: 'column';
        readonly database?: string | undefined;
        readonly table?: string | undefined;
        readonly name: string;
      }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'assign'; readonly name: string; readonly value: Expr }
    | { readonly kind: 'star'; readonly table?: string | undefined }
    | FunctionCall
    | { readonly kind: 'unary'; readonly op: string; readonly value: Expr }
    | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'is'; readonly value: Expr; readonly not: boolean; readonly what: string }
    | {
        readonly kind: 'between';
        readonly value: Expr;
        readonly low: Expr;
        readonly high: Expr;
        readonly not: boolean;
      }
    | {
        readonly kind: 'in';
        readonly value: Expr;
        readonly list: readonly Expr[] | Select;
        readonly not: boolean;
      }
    | {
        readonly kind: 'like';
        readonly op: 'LIKE' | 'ILIKE' | 'REGEXP';
        readonly value: Expr;
        readonly pattern: Expr;
        readonly not: boolean;
      }
    | {
        readonly kind: 'case';
        readonly value?: Expr | undefined;
        readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
        readonly otherwise?: Expr | undefined;
      }
    | { readonly kind: 'cast'; readonly value: Expr; readonly type: TypeName }
    | { readonly kind: 'interval'; readonly value: Expr; readonly unit: string }
    | { readonly kind: 'exists'; readonly select: Select }
    | { readonly kind: 'subquery'; readonly select: Select }
    | { readonly kind: 'row'; readonly items: readonly Expr[] }
    | { readonly kind: 'default' }
    | { readonly kind: 'collate'; readonly value: Expr; readonly collation: string }
  );

export type FunctionCall = Place & {
  readonly kind: 'call';
  readonly name: string;
  /** As it was written. */
  readonly raw: string;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly separator?: Expr | undefined;
  readonly orderBy?: readonly OrderItem[] | undefined;
  readonly over?: Window | undefined;
};

export interface Window {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
}

export interface TypeName {
  readonly base: string;
  readonly args: readonly number[];
  readonly values?: readonly string[];
  readonly unsigned?: boolean;
  readonly zerofill?: boolean;
  readonly charset?: string | undefined;
  readonly collation?: string | undefined;
}

export interface OrderItem {
  readonly value: Expr;
  readonly isDescending: boolean;
  readonly nulls?: 'FIRST' | 'LAST' | undefined;
}

export interface TableName extends Place {
  readonly database?: string | undefined;
  readonly name: string;
}

export type From =
  | { readonly kind: 'table'; readonly table: TableName; readonly alias?: string | undefined }
  | {
      readonly kind: 'derived';
      readonly select: Select;
      readonly alias: string;
      readonly columns?: readonly string[] | undefined;
    }
  | {
      readonly kind: 'join';
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'CROSS' | 'FULL';
      readonly left: From;
      readonly right: From;
      readonly on?: Expr | undefined;
      readonly using?: readonly string[] | undefined;
      readonly natural?: boolean;
    };

export interface SelectItem {
  readonly value: Expr;
  readonly alias?: string | undefined;
  /** The text that stands for it when it has no alias. */
  readonly text: string;
}

export interface Select {
  readonly kind: 'select';
  readonly with: readonly {
    readonly name: string;
    readonly columns?: readonly string[] | undefined;
    readonly select: Select;
  }[];
  readonly isRecursive: boolean;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  /** `VALUES (…), (…)` in place of SELECT. */
  readonly values?: readonly (readonly Expr[])[] | undefined;
  readonly from?: From | undefined;
  readonly where?: Expr | undefined;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr | undefined;
  readonly unions: readonly { readonly op: string; readonly select: Select }[];
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expr | undefined;
  readonly offset?: Expr | undefined;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: TypeName;
  readonly notNull?: boolean;
  readonly default?: Expr | undefined;
  readonly autoIncrement?: boolean;
  readonly onUpdateNow?: boolean;
  readonly comment?: string | undefined;
  readonly isPrimary?: boolean;
  readonly isUnique?: boolean;
  readonly references?: References | undefined;
  readonly check?: Expr | undefined;
}

export interface References {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

export type TableConstraint =
  | {
      readonly kind: 'primary' | 'unique' | 'index' | 'fulltext';
      readonly name?: string | undefined;
      readonly columns: readonly { readonly name: string; readonly length?: number | undefined }[];
    }
  | {
      readonly kind: 'foreign';
      readonly name?: string | undefined;
      readonly columns: readonly string[];
      readonly references: References;
    }
  | { readonly kind: 'check'; readonly name?: string | undefined; readonly value: Expr };

export type Alteration =
  | {
      readonly kind: 'add-column';
      readonly column: ColumnDefinition;
      readonly place?: string | undefined;
      readonly ifNotExists?: boolean;
    }
  | { readonly kind: 'drop-column'; readonly name: string; readonly ifExists: boolean }
  | {
      readonly kind: 'change-column';
      readonly name: string;
      readonly column: ColumnDefinition;
      readonly place?: string | undefined;
    }
  | { readonly kind: 'column-type'; readonly name: string; readonly type: TypeName }
  | { readonly kind: 'rename-column'; readonly name: string; readonly to: string }
  | { readonly kind: 'column-default'; readonly name: string; readonly default?: Expr | undefined }
  | { readonly kind: 'column-null'; readonly name: string; readonly notNull: boolean }
  | { readonly kind: 'add-constraint'; readonly constraint: TableConstraint }
  | {
      readonly kind: 'drop-index';
      readonly name: string;
      readonly what: 'primary' | 'index' | 'foreign' | 'constraint';
      readonly ifExists?: boolean;
    }
  | { readonly kind: 'rename-table'; readonly to: TableName }
  | { readonly kind: 'auto-increment'; readonly value: number }
  | { readonly kind: 'option'; readonly name: string; readonly value: string };

export interface UserName extends Place {
  readonly user: string;
  readonly host: string;
}

export type Statement =
  | Select
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'insert';
      readonly table: TableName;
      readonly alias?: string | undefined;
      readonly columns: readonly string[] | undefined;
      readonly rows: readonly (readonly Expr[])[] | undefined;
      readonly select: Select | undefined;
      readonly isReplace: boolean;
      readonly ignore: boolean;
      readonly onDuplicate: readonly Assignment[];
      readonly conflict?:
        { readonly columns: readonly string[]; readonly nothing: boolean } | undefined;
      readonly returning?: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: 'update';
      readonly from: From;
      readonly also?: From | undefined;
      readonly set: readonly Assignment[];
      readonly where?: Expr | undefined;
      readonly orderBy: readonly OrderItem[];
      readonly limit?: Expr | undefined;
      readonly returning?: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: 'delete';
      readonly targets: readonly string[] | undefined;
      readonly from: From;
      readonly where?: Expr | undefined;
      readonly orderBy: readonly OrderItem[];
      readonly limit?: Expr | undefined;
      readonly returning?: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: 'create-database';
      readonly name: string;
      readonly ifNotExists: boolean;
      readonly charset?: string | undefined;
      readonly collation?: string | undefined;
      readonly owner?: string | undefined;
    }
  | {
      readonly kind: 'alter-database';
      readonly name: string;
      readonly charset?: string | undefined;
      readonly collation?: string | undefined;
    }
  | { readonly kind: 'drop-database'; readonly name: string; readonly ifExists: boolean }
  | {
      readonly kind: 'create-table';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly isTemporary: boolean;
      readonly columns: readonly ColumnDefinition[];
      readonly constraints: readonly TableConstraint[];
      readonly options: Readonly<Record<string, string>>;
      readonly like?: TableName | undefined;
      readonly select?: Select | undefined;
    }
  | {
      readonly kind: 'create-view';
      readonly table: TableName;
      readonly orReplace: boolean;
      readonly columns?: readonly string[] | undefined;
      readonly select: Select;
      readonly text: string;
    }
  | {
      readonly kind: 'drop-view';
      readonly tables: readonly TableName[];
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'drop-table';
      readonly tables: readonly TableName[];
      readonly ifExists: boolean;
      readonly cascade?: boolean;
    }
  | { readonly kind: 'truncate'; readonly tables: readonly TableName[] }
  | {
      readonly kind: 'alter-table';
      readonly table: TableName;
      readonly ifExists?: boolean;
      readonly changes: readonly Alteration[];
    }
  | { readonly kind: 'rename-table'; readonly pairs: readonly (readonly [TableName, TableName])[] }
  | {
      readonly kind: 'create-index';
      readonly name: string;
      readonly table: TableName;
      readonly unique: boolean;
      readonly columns: readonly { readonly name: string; readonly length?: number | undefined }[];
      readonly ifNotExists?: boolean;
    }
  | {
      readonly kind: 'drop-index';
      readonly name: string;
      readonly table?: TableName | undefined;
      readonly ifExists?: boolean;
    }
  | { readonly kind: 'use'; readonly name: string }
  | {
      readonly kind: 'show';
      readonly what: string;
      readonly full: boolean;
      readonly table?: TableName | undefined;
      readonly database?: string | undefined;
      readonly like?: string | undefined;
      readonly where?: Expr | undefined;
      readonly user?: UserName | undefined;
      readonly name?: string | undefined;
    }
  | { readonly kind: 'describe'; readonly table: TableName; readonly column?: string | undefined }
  | { readonly kind: 'explain'; readonly select: Statement; readonly format: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'rollback'; readonly to?: string | undefined }
  | { readonly kind: 'savepoint'; readonly name: string }
  | { readonly kind: 'release'; readonly name: string }
  | {
      readonly kind: 'set';
      readonly items: readonly {
        readonly scope: string;
        readonly name: string;
        readonly value: Expr;
      }[];
    }
  | { readonly kind: 'set-names'; readonly charset: string }
  | {
      readonly kind: 'set-password';
      readonly user?: UserName | undefined;
      readonly password: string;
    }
  | {
      readonly kind: 'create-user';
      readonly users: readonly {
        readonly name: UserName;
        readonly password?: string | undefined;
        readonly plugin?: string | undefined;
      }[];
      readonly ifNotExists: boolean;
      readonly isAlter: boolean;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'drop-user'; readonly users: readonly UserName[]; readonly ifExists: boolean }
  | { readonly kind: 'rename-user'; readonly pairs: readonly (readonly [UserName, UserName])[] }
  | {
      readonly kind: 'grant';
      readonly isRevoke: boolean;
      readonly privileges: readonly string[];
      readonly database: string;
      readonly table: string;
      readonly users: readonly UserName[];
      readonly password?: string | undefined;
      readonly withGrant: boolean;
      readonly start: number;
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'lock' }
  | { readonly kind: 'kill'; readonly id: Expr }
  | { readonly kind: 'shutdown' }
  | {
      readonly kind: 'table-maintenance';
      readonly op: string;
      readonly tables: readonly TableName[];
    }
  | { readonly kind: 'unsupported'; readonly what: string };

export interface Assignment {
  readonly table?: string | undefined;
  readonly column: string;
  readonly value: Expr;
}
