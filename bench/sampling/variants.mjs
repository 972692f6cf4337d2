// Who decides. `open()` answers how each makes its own request of one of the workload, decides about it, and, for the comparison alone,
// tells the name of the rule that it finds, `undefined` for none.
import { createRequire } from 'node:module';
import { QUOTA, rules } from './workload.mjs';

const require = createRequire(import.meta.url);
const OFFICIAL = 'aws-xray-sdk-core/dist/lib';

export const OURS = 'radiograph, local rules';
export const LOCAL = 'official SDK, local rules';
export const CENTRAL = 'official SDK, central rules';

export const variants = {
  [OURS]: async () => {
    const { resolveSampling } = await import('../../dist/esm/configuration/sampling-options.js');
    const { SystemClock } = await import('../../dist/esm/foundation/clock.js');
    const { RuleDecider } = await import('../../dist/esm/sampling/rule-decider.js');
    const { sampling } = resolveSampling(
      { rules: rules.map((rule) => ({ ...rule, ...QUOTA })), default: QUOTA },
      'sampling',
    );
    const decider = new RuleDecider({ ...sampling.local, clock: new SystemClock() });
    return {
      requestOf: ({ host, httpMethod, urlPath }) => ({
        service: 'shop',
        operation: 'a request',
        host,
        httpMethod,
        urlPath,
      }),
      decide: (request) => decider.decide(request).isSampled,
      findRule: (request) => decider.decide(request).ruleName,
    };
  },

  [LOCAL]: () => {
    const sampler = require(`${OFFICIAL}/middleware/sampling/local_sampler.js`);
    const quota = { fixed_target: QUOTA.perSecond, rate: QUOTA.rate };
    sampler.setLocalRules({
      version: 2,
      default: quota,
      rules: rules.map(({ host, httpMethod, urlPath }) => ({
        host,
        http_method: httpMethod,
        url_path: urlPath,
        ...quota,
      })),
    });
    return {
      requestOf: officialRequest,
      decide: (request) => sampler.shouldSample(request),
      // It tells nobody; the reservoir that is asked belongs to the rule.
      findRule: (request) => {
        let found;
        sampler.rules.forEach(({ reservoir }, index) => {
          reservoir.isSampled = () => {
            found = rules[index]?.name;
          };
        });
        sampler.shouldSample(request);
        return found;
      },
    };
  },

  [CENTRAL]: () => {
    const sampler = require(`${OFFICIAL}/middleware/sampling/default_sampler.js`);
    const cache = require(`${OFFICIAL}/middleware/sampling/rule_cache.js`);
    const SamplingRule = require(`${OFFICIAL}/middleware/sampling/sampling_rule.js`);
    const now = Math.floor(Date.now() / 1000);
    // What its poller would have fetched and does not fetch again.
    sampler.started = true;
    cache.loadRules(
      [...rules, { name: 'Default', priority: 10_000, host: '*', httpMethod: '*', urlPath: '*' }].map(
        ({ name, priority, host, httpMethod, urlPath }) =>
          new SamplingRule(name, priority, QUOTA.rate, QUOTA.perSecond, host, httpMethod, urlPath, '*', '*'),
      ),
    );
    cache.timestamp(now);
    return {
      requestOf: officialRequest,
      decide: (request) => sampler.shouldSample(request),
      findRule: (request) => {
        const name = cache.getMatchedRule(request, now).getName();
        return name === 'Default' ? undefined : name;
      },
    };
  },
};

/** As its middleware for HTTP servers makes it. */
function officialRequest({ host, httpMethod, urlPath }) {
  return { host, httpMethod, urlPath, serviceName: 'shop' };
}
