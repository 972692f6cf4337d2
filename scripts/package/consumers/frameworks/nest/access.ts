import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Annotate, Traced } from '../tracing.js';

export const Roles = (...roles: string[]): CustomDecorator => SetMetadata('roles', roles);

/** Whom the request is from, as the header `x-user: name:role` says. */
export const CurrentUser = createParamDecorator((part: 'name' | 'role', context: ExecutionContext) => {
  const [name = 'nobody', role = 'guest'] = userOf(context);
  return part === 'role' ? role : name;
});

/** Reads what `@Roles` says, on the handler before the class. */
@Injectable()
@Traced()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  async canActivate(@Annotate('handler', nameOfHandler) context: ExecutionContext): Promise<boolean> {
    const roles = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    const [, role = 'guest'] = userOf(context);
    return roles === undefined || roles.includes(role);
  }
}

function nameOfHandler(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}

function userOf(context: ExecutionContext): string[] {
  return context.switchToHttp().getRequest<Request>().get('x-user')?.split(':') ?? [];
}
