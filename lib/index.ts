import 'reflect-metadata';
export const hello: number = 1;
