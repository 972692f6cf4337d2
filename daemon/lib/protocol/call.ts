import { objectMember, textMember, type JsonObject } from './json.js';

/** The members of `aws` that name what an operation worked on, the most telling first. */
const resources = ['table_name', 'queue_url', 'topic_arn', 'bucket_name', 'function_name'];

/**
 * What was asked of whom, in one line: method and URL of a request, operation and resource of an AWS call, text of a
 * query. Undefined for work that called nobody.
 */
export function readCall(members: JsonObject): string | undefined {
  const request = objectMember(objectMember(members, 'http'), 'request');
  const aws = objectMember(members, 'aws');
  const sql = objectMember(members, 'sql');
  const resource = resources.map((member) => textMember(aws, member)).find((name) => name !== undefined);
  return (
    joined(textMember(aws, 'operation'), resource) ??
    textMember(sql, 'sanitized_query') ??
    joined(textMember(request, 'method'), textMember(request, 'url'))
  );
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined) {
    return second;
  }
  return second === undefined ? first : `${first} ${second}`;
}
