import { Container, type ServiceIdentifier } from 'typedi';
import { DecorationError } from '../foundation/errors.js';

/**
 * The service, from the default container: injection for a property of a class that is compiled without decorator metadata
 * (esbuild, standard decorators), `readonly recorder = inject(Recorder)`.
 *
 * @param identifier a class, a token or a name
 * @throws DecorationError INJECTION_UNDEFINED for `undefined`: modules that import each other, of which this one runs first
 * @throws what TypeDI throws where nothing is registered under the identifier
 */
export function inject<Service>(identifier: ServiceIdentifier<Service>): Service {
  if (identifier === undefined || identifier === null) {
    const message =
      `inject was given ${String(identifier)}; it takes a class, a Token or a name. Where modules import each other, the one ` +
      'that runs first does not have the other one yet: inject in the constructor or a method, or by a Token of a third module.';
    throw new DecorationError('INJECTION_UNDEFINED', message);
  }
  return Container.of().get(identifier);
}
