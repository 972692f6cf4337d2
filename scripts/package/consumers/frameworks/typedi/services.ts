import { Recorder } from 'radiograph';
import { Container, Inject, InjectMany, Service, Token, type Constructable, type ContainerInstance } from 'typedi';
import { Annotate, Metadata, Traced, Untraced } from '../tracing.js';

export const CURRENCY = new Token<string>('currency');
export const RULES = new Token<Rule>('rules');

export interface Rule {
  allows(article: string): boolean;
}

let made = 0;

/** A parameter that the application's own handler injects. */
export function Environment() {
  return (object: Constructable<unknown>, _key: string | undefined, index: number): void => {
    Container.registerHandler({ object, index, value: () => 'test' });
  };
}

@Service({ id: RULES, multiple: true })
@Traced()
export class NoInk implements Rule {
  allows(@Annotate('article') article: string): boolean {
    return article !== 'ink';
  }
}

@Service({ id: RULES, multiple: true })
@Traced()
export class NoSoup implements Rule {
  allows(article: string): boolean {
    return article !== 'soup';
  }
}

@Service({ transient: true })
@Traced()
export class Receipt {
  readonly number = ++made;
  readonly #lines: string[] = [];

  @Annotate('line', (line: string) => line)
  add(line: string): this {
    this.#lines.push(line);
    return this;
  }

  toString(): string {
    return this.#lines.join(', ');
  }
}

/** Made by a factory, which is given the container. */
@Service({ factory: (container: ContainerInstance) => new Receipts(container) })
@Traced()
export class Receipts {
  constructor(readonly container: ContainerInstance) {}

  begin(article: string): Receipt {
    return this.container.get(Receipt).add(article);
  }
}

/** Shared by all containers. */
@Service({ global: true })
export class Clock {
  #ticks = 0;

  @Traced({ captureResult: true })
  tick(): number {
    return ++this.#ticks;
  }
}

export abstract class Gateway {
  @Inject(CURRENCY)
  protected readonly currency!: string;

  @Traced({ namespace: 'remote' })
  async charge(@Annotate('cents') cents: number): Promise<string> {
    await new Promise(setImmediate);
    if (cents > 100) throw new RangeError(`no credit for ${cents}`);
    return this.print(cents);
  }

  @Traced()
  protected print(cents: number): string {
    return `${cents} ${this.currency}`;
  }
}

@Service()
export class CardGateway extends Gateway {
  @Traced()
  override async charge(@Metadata('card') cents: number): Promise<string> {
    return `card: ${await super.charge(cents)}`;
  }
}

@Traced()
export class Tariff {
  constructor(readonly percent: number) {}

  apply(cents: number): number {
    return cents + (cents * this.percent) / 100;
  }
}

@Service()
@Traced()
export class TariffFactory {
  create(): Tariff {
    return new Tariff(10);
  }
}

Container.set({ id: Tariff, factory: [TariffFactory, 'create'] });

@Traced()
@Service()
export class Orders {
  @Inject()
  private readonly clock!: Clock;

  @Inject(() => CardGateway)
  private readonly gateway!: Gateway;

  readonly placed: string[] = [];

  constructor(
    private readonly recorder: Recorder,
    readonly receipts: Receipts,
    private readonly tariff: Tariff,
    @InjectMany(RULES) private readonly rules: Rule[],
    @Environment() private readonly environment: string,
  ) {}

  async place(@Annotate('article') article: string, @Annotate('cents') cents: number): Promise<string> {
    if (!this.rules.every((rule) => rule.allows(article))) throw new TypeError(`no ${article} here`);
    this.recorder.annotate('environment', this.environment);
    const receipt = this.receipts.begin(article).add(`at ${this.clock.tick()}`);
    const paid = await this.gateway.charge(this.tariff.apply(cents));
    this.placed.push(article);
    return this.recorder.capture('print', () => `${receipt.toString()}: ${paid}`);
  }

  @Untraced()
  count(): number {
    return this.placed.length;
  }
}

/** What a container destroys when it is reset. */
@Service()
@Traced()
export class Connection {
  static readonly closed: string[] = [];
  #name = '';

  open(name: string): () => string {
    this.#name = name;
    return () => this.#name;
  }

  destroy(): void {
    Connection.closed.push(this.#name);
  }
}
