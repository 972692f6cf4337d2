// The door for chai: what is claimed holds or fails, whichever chai it is.
import * as chai from 'chai';
import { Container } from 'typedi';
import { Recorder } from 'radiograph';
import { recordTrace } from 'radiograph/testing';
import { radiographChai } from 'radiograph/testing/chai';

chai.use(radiographChai);
const { expect } = chai;

const { trace } = await recordTrace(() =>
  Container.get(Recorder).capture({ name: 'Till.open', annotations: { cents: 7 } }, () => 7),
);

expect(trace).to.have.subsegment('Till.open').with.annotation('cents', 7);
void expect(trace.find('Till.open')).to.not.be.a.fault;
expect(trace).to.have.tree({ children: [{ name: /Till/, children: [] }] });

const failed = [() => expect(trace).to.have.subsegment('Till.opne'), () => expect(trace).to.have.tree('test')].filter(
  (claim) => {
    try {
      claim();
      return false;
    } catch (thrown) {
      return thrown instanceof chai.AssertionError && /Did you mean "Till.open"|\+ └─ Till.open/.test(thrown.message);
    }
  },
);
console.log(failed.length === 2 ? 'three claims hold, two fail' : 'a claim that fails says nothing of use');
