import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { Annotate, Traced } from '../tracing.js';

@ValidatorConstraint({ name: 'drinkable', async: true })
@Traced()
export class Drinkable implements ValidatorConstraintInterface {
  async validate(@Annotate('article') article: unknown): Promise<boolean> {
    return article !== 'ink';
  }

  defaultMessage(): string {
    return '$property "$value" is not to be drunk';
  }
}

export class OrderLine {
  @ApiProperty({ example: 'tea', maxLength: 20 })
  @IsString()
  @Length(2, 20)
  @Validate(Drinkable)
  article!: string;

  @ApiProperty({ minimum: 1, maximum: 99 })
  @IsInt()
  @Min(1)
  @Max(99)
  count!: number;

  @Traced('OrderLine.price')
  price(cents: number): number {
    return cents * this.count;
  }
}

export class OrderInput {
  @ApiProperty({ type: () => [OrderLine] })
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => OrderLine)
  lines!: OrderLine[];

  @ApiPropertyOptional({ enum: ['shop', 'web'], default: 'web' })
  @IsOptional()
  @IsIn(['shop', 'web'])
  @Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase() : value))
  channel = 'web';
}

export class OrderQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  limit = 10;

  @IsOptional()
  @IsIn(['open', 'paid'])
  status?: 'open' | 'paid';
}
