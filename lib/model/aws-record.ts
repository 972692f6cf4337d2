/**
 * What is known of a call to AWS. Members are written in snake case (`tableName` becomes `table_name`); more than the ones
 * named here may be given.
 */
export interface AwsRecord {
  /** The API's name for it, such as `PutItem`. */
  readonly operation?: string;
  /** Owner of the resource. */
  readonly accountId?: string;
  readonly region?: string;
  readonly requestId?: string;
  readonly queueUrl?: string;
  readonly tableName?: string;
  readonly [member: string]: unknown;
}
