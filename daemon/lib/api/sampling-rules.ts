import { Members } from '../protocol/members.js';
import { readRule, readRuleName, readRuleUpdate, writeRecord } from '../sampling/rule-document.js';
import type { SamplingService } from '../sampling/service.js';
import { refuseFor, type Operation } from './operation.js';

/**
 * The sampling rules, by path.
 *
 * @see https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html
 */
export function samplingRules(service: SamplingService): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    [
      '/GetSamplingRules',
      (request) => {
        const members = new Members(request);
        const token = members.optionalText('NextToken', { max: 2048 });
        if (token !== undefined && token !== '') {
          members.problems.push('NextToken was given, and all rules come in one page: SDKs do not ask for a second.');
        }
        refuseFor(members.problems);
        return { SamplingRuleRecords: service.rules().map(writeRecord) };
      },
    ],
    [
      '/CreateSamplingRule',
      async (request) => {
        const members = new Members(request);
        const { problems } = members;
        const definition = members.object('SamplingRule');
        refuseFor(problems);
        const rule = readRule(definition, problems);
        checkTags(members);
        refuseFor(problems);
        return { SamplingRuleRecord: writeRecord(await service.createRule(rule)) };
      },
    ],
    [
      '/UpdateSamplingRule',
      async (request) => {
        const members = new Members(request);
        const { problems } = members;
        const definition = members.object('SamplingRuleUpdate');
        refuseFor(problems);
        const { name, change } = readRuleUpdate(definition, problems);
        refuseFor(problems);
        return { SamplingRuleRecord: writeRecord(await service.updateRule(name, change)) };
      },
    ],
    [
      '/DeleteSamplingRule',
      async (request) => {
        const problems: string[] = [];
        const name = readRuleName(request, problems) ?? '';
        refuseFor(problems);
        return { SamplingRuleRecord: writeRecord(await service.deleteRule(name)) };
      },
    ],
  ]);
}

/** Tags are read, so that what the service would refuse is refused here too; nothing is kept of them. */
function checkTags(members: Members): void {
  const tags = members.optionalList('Tags', { min: 0, max: 200 }) ?? [];
  for (const [index, tag] of tags.entries()) {
    const path = `Tags[${index}]`;
    const wrapped = new Members({ [path]: tag ?? '' }, { problems: members.problems });
    const object = wrapped.optionalObject(path);
    if (object !== undefined) {
      const read = new Members(object, { problems: members.problems, path: `${path}.` });
      read.text('Key', { min: 1, max: 128 });
      read.text('Value', { max: 256 });
    }
  }
}
