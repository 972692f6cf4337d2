/** What is known of a database query. Texts of at most 250 characters; never put a password in. */
export interface SqlRecord {
  /** For engines without URL connections. */
  readonly connectionString?: string | undefined;
  readonly url?: string | undefined;
  /** The query with its values replaced. */
  readonly sanitizedQuery?: string | undefined;
  readonly databaseType?: string | undefined;
  readonly databaseVersion?: string | undefined;
  /** Name and version of the library. */
  readonly driverVersion?: string | undefined;
  readonly user?: string | undefined;
  readonly preparation?: 'call' | 'statement' | undefined;
}
