/** A command that the server refuses: number, name and words as in mongo src/mongo/base/error_codes.yml. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}
