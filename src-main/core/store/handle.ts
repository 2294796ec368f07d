/** The two ways to the database: reading, and reading with writing. A function that takes a ReadHandle cannot write. */
import type Database from 'better-sqlite3';

export type Value = string | number | bigint | Uint8Array | null;
type Connection = Database.Database;

/** Prepared statements, kept. Rows come as plain objects. */
export class ReadHandle {
  protected readonly connection: Connection;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** All rows of a query. `Row` is what its columns hold; the tables are STRICT, so their types are sure. */
  all<Row>(sql: string, ...values: readonly Value[]): Row[] {
    return this.#reading(sql).all(...values) as Row[];
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#reading(sql).get(...values) as Row | undefined;
  }

  /** How SQLite goes about a query, one line a loop. */
  explain(sql: string, ...values: readonly Value[]): string[] {
    return this.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => row.detail);
  }

  /** Runs `work` on one state of the database, whatever others write meanwhile. */
  snapshot<Result>(work: () => Result): Result {
    return this.connection.inTransaction ? work() : this.connection.transaction(work)();
  }

  close(): void {
    this.#statements.clear();
    this.connection.close();
  }

  protected statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #reading(sql: string): Database.Statement {
    const statement = this.statement(sql);
    if (!statement.readonly) throw new Error(`Not a reading statement: ${sql}`);
    return statement;
  }
}

export class WriteHandle extends ReadHandle {
  /** Runs one statement and returns the number of rows it changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return this.statement(sql).run(...values).changes;
  }

  /** Sets or asks a property of the connection. */
  pragma(text: string): unknown {
    return this.connection.pragma(text, { simple: true });
  }

  /** A statement for a loop that must be fast. */
  prepare(sql: string): (...values: readonly Value[]) => void {
    const statement = this.statement(sql);
    return (...values) => void statement.run(...values);
  }

  /** Runs `work` as one transaction that takes the write lock at once; what it throws undoes everything. */
  transaction<Result>(work: () => Result): Result {
    return this.connection.transaction(work).immediate();
  }
}
