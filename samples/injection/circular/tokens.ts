// What stands between two modules that need each other.
// #region tokens
import { Token } from 'typedi';
import type { Orders } from './orders.js';

export const ORDERS = new Token<Orders>('orders');
// #endregion
