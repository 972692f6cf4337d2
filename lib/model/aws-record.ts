/**
 * What is known of a call to AWS. Members are written in snake case (`tableName` becomes `table_name`); more than the ones
 * named here may be given.
 */
export interface AwsRecord {
  /** The API's name for it, such as `PutItem`. */
  readonly operation?: string | undefined;
  /** Owner of the resource. */
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly requestId?: string | undefined;
  readonly queueUrl?: string | undefined;
  readonly tableName?: string | undefined;
  readonly [member: string]: unknown;
}
