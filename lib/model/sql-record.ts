/** What is known of a database query. Texts of at most 250 characters; never put a password in. */
export interface SqlRecord {
  /** For engines without URL connections. */
  readonly connectionString?: string;
  readonly url?: string;
  /** The query with its values replaced. */
  readonly sanitizedQuery?: string;
  readonly databaseType?: string;
  readonly databaseVersion?: string;
  /** Name and version of the library. */
  readonly driverVersion?: string;
  readonly user?: string;
  readonly preparation?: 'call' | 'statement';
}
