// Two services that need each other, put together.
import 'reflect-metadata';
import { printTrace, recordTrace } from 'radiograph/testing';
import { Container } from 'typedi';
import { Orders } from './orders.js';
import { ORDERS } from './tokens.js';

// #region main
Container.set({ id: ORDERS, factory: () => Container.get(Orders) });

const { trace } = await recordTrace(() => Container.get(Orders).place('o1'));
console.log(printTrace(trace));
// #endregion
